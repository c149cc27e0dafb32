"""The demonstration: real digits in minutes."""

from advnets.experiment import Adam, Average, Checkpoints, Data, Dcgan, Experiment, Linear, NoNorm, Prior, Samples, Simultaneous


def mnist_demo() -> Experiment:
    """5,000 real MNIST digits, learned on a laptop's processor within three minutes."""
    adam = Adam(lr=1e-3, beta1=0.5, schedule=Linear(start=0.5))
    return Experiment(
        recipe="mnist-demo",
        data=Data("mnist-5k"),
        dynamics=Simultaneous(),
        nets=Dcgan(width=48, discriminator_width=48, discriminator_norm=NoNorm(), dropout=0.2),
        prior=Prior(dim=40),
        optimisers={"D": adam, "G": adam},
        average=Average(decay=0.998),
        batch_size=32,
        steps=5600,
        precision="float32",  # a tenth better than bfloat16 (docs/precision-and-speed.md)
        samples=Samples(every=500),
        checkpoints=Checkpoints(every=1000),
    )
