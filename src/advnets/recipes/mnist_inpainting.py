"""Right halves of digits, given the left ones."""

from advnets.experiment import Adam, Average, Checkpoints, Data, Dcgan, Experiment, Inpainting, Linear, NoNorm, Prior, Samples, Simultaneous


def mnist_inpainting() -> Experiment:
    """Right halves of digits, given the left ones: the paper's section 7, item 3, on four fifths of 5,000 real MNIST digits."""
    adam = Adam(lr=1e-3, beta1=0.5, schedule=Linear(start=0.5))
    return Experiment(
        recipe="mnist-inpainting",
        data=Data("mnist-5k", split="fit"),
        game=Inpainting(),
        dynamics=Simultaneous(),
        nets=Dcgan(width=48, discriminator_width=48, discriminator_norm=NoNorm(), dropout=0.2),
        prior=Prior(dim=40),
        optimisers={"D": adam, "G": adam},
        average=Average(decay=0.998),
        batch_size=32,
        steps=5000,
        samples=Samples(every=500, count=100),
        checkpoints=Checkpoints(every=1000),
    )
