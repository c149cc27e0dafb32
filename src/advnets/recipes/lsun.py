"""The bedrooms of Radford et al. 2015."""

from advnets.experiment import Adam, Checkpoints, Data, Dcgan, Experiment, Prior, Samples


def lsun() -> Experiment:
    """The bedrooms of Radford et al. 2015: a DCGAN of the published width at 64 pixels; bring LSUN as a folder of pictures."""
    adam = Adam(lr=2e-4, beta1=0.5)
    return Experiment(
        recipe="lsun",
        data=Data("lsun/bedroom_train", size=64, fit="crop", colour="rgb"),
        nets=Dcgan(width=128, discriminator_width=128),
        prior=Prior(dim=100, law="uniform"),
        optimisers={"D": adam, "G": adam},
        batch_size=128,
        epochs=5,
        samples=Samples(every=1000),
        checkpoints=Checkpoints(every=1000),
    )
