"""The minibatch game on CIFAR-10."""

from advnets.experiment import Adam, Checkpoints, Data, Dcgan, Experiment, Gan, MinibatchDiscrimination, Samples, VirtualBatchNorm


def minibatch_cifar10() -> Experiment:
    """CIFAR-10 with three tricks of Salimans et al. 2016: minibatch discrimination, virtual batch norm in G, one-sided label smoothing."""
    adam = Adam(lr=2e-4, beta1=0.5)
    return Experiment(
        recipe="minibatch-cifar10",
        data=Data("cifar10"),
        game=Gan(smooth=0.9),
        nets=Dcgan(norm=VirtualBatchNorm(), minibatch=MinibatchDiscrimination()),
        optimisers={"D": adam, "G": adam},
        batch_size=64,
        epochs=50,
        samples=Samples(every=500),
        checkpoints=Checkpoints(every=500),
    )
