"""Deep convolutional adversarial nets."""

from advnets.experiment import Adam, Average, Checkpoints, Data, Dcgan, Experiment, Samples


def dcgan() -> Experiment:
    """Deep convolutional adversarial nets (Radford et al. 2015) for pictures of 28, 32 or 64 pixels, grey or RGB."""
    adam = Adam(lr=2e-4, beta1=0.5)
    return Experiment(
        recipe="dcgan",
        data=Data("mnist"),
        nets=Dcgan(),
        optimisers={"D": adam, "G": adam},
        average=Average(decay=0.999),
        batch_size=64,
        epochs=10,
        samples=Samples(every=500),
        checkpoints=Checkpoints(every=500),
    )
