"""The paper's convolutional CIFAR-10 experiment."""

from advnets.experiment import Average, Checkpoints, CifarConv, Data, Experiment, Gan, Geometric, Log, Prior, Samples, Sgd, Simultaneous


def cifar_conv() -> Experiment:
    """The paper's convolutional nets on CIFAR-10, by the letter of the authors' yaml file; how long they trained is not known."""
    sgd = Sgd(lr=0.004, momentum=0.5, final_momentum=0.7, ramp_epochs=250, schedule=Geometric(factor=1.000004, floor=1e-6))
    return Experiment(
        recipe="cifar-conv",
        data=Data("cifar10", split="train[:40000]", contrast="normalised"),
        game=Gan(weight=0.5),
        dynamics=Simultaneous(),
        nets=CifarConv(),
        prior=Prior(dim=100),
        optimisers={"D": sgd, "G": sgd},
        average=Average(decay=0.9995),
        batch_size=128,
        epochs=250,
        log=Log(every=100),
        samples=Samples(every=2000),
        checkpoints=Checkpoints(every=2000),
    )
