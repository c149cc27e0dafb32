"""Eight Gaussians on a ring."""

from advnets.experiment import Adam, Average, Checkpoints, Data, Experiment, Log, Mlp, Prior, Samples


def ring() -> Experiment:
    """Eight Gaussians on a ring, by a plain pair: the smallest game in which modes can be lost."""
    adam = Adam(lr=1e-3)
    return Experiment(
        recipe="ring",
        data=Data("ring"),
        nets=Mlp(generator=(128, 128), discriminator=(128, 128)),
        prior=Prior(dim=16),
        optimisers={"D": adam, "G": adam},
        average=Average(decay=0.995),
        batch_size=256,
        steps=5000,
        log=Log(every=50),
        samples=Samples(every=500, count=1024),
        checkpoints=Checkpoints(every=1000),
    )
