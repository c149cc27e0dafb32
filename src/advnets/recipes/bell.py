"""The game on the line, of which the paper's Figure 1 is a sketch."""

from advnets.experiment import Adam, Alternating, Average, Checkpoints, Data, Experiment, Linear, Log, Mlp, Prior, Samples


def bell() -> Experiment:
    """A standard Gaussian on the line, learned from uniform noise: the game of the paper's Figure 1."""
    return Experiment(
        recipe="bell",
        data=Data("bell"),
        dynamics=Alternating(k=5),
        nets=Mlp(generator=(32, 32), discriminator=(32, 32)),
        prior=Prior(dim=1, law="uniform"),
        optimisers={
            "D": Adam(lr=5e-3, beta1=0.0, schedule=Linear(start=0.3)),
            "G": Adam(lr=1e-3, beta1=0.0, schedule=Linear(start=0.3)),
        },
        average=Average(decay=0.999),
        batch_size=1024,
        steps=3000,
        log=Log(every=50),
        samples=Samples(every=250, count=2000),
        checkpoints=Checkpoints(every=1000),
    )
