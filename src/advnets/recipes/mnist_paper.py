"""The paper's MNIST experiment."""

from advnets.experiment import Average, Checkpoints, Data, Experiment, Gan, Geometric, Log, Paper, Prior, Samples, Sgd, Simultaneous


def mnist_paper() -> Experiment:
    """The paper's MNIST experiment, by the letter of the authors' mnist.yaml; how long it trained is not known."""
    sgd = Sgd(lr=0.1, momentum=0.5, final_momentum=0.7, ramp_epochs=250, schedule=Geometric(factor=1.000004, floor=1e-6))
    return Experiment(
        recipe="mnist-paper",
        data=Data("mnist", split="train[:50000]"),
        game=Gan(weight=0.5),
        dynamics=Simultaneous(),
        nets=Paper(),
        prior=Prior(dim=100, law="uniform"),
        optimisers={"D": sgd, "G": sgd},
        average=Average(decay=0.9999),
        batch_size=100,
        epochs=400,
        log=Log(every=100),
        samples=Samples(every=5000, count=100),
        checkpoints=Checkpoints(every=2500),
    )
