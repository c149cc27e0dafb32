"""25 Gaussians on a grid."""

from advnets.experiment import Adam, Average, Checkpoints, Data, Experiment, Linear, Log, Metrics, Mlp, Prior, Samples


def grid() -> Experiment:
    """25 Gaussians on a grid, by a plain pair: more modes to lose than on the ring."""
    adam = Adam(lr=4e-3, beta1=0.0, beta2=0.99, schedule=Linear(start=0.3))
    return Experiment(
        recipe="grid",
        data=Data("grid"),
        nets=Mlp(generator=(96, 96, 96), discriminator=(64, 64, 64)),
        prior=Prior(dim=2),
        optimisers={"D": adam, "G": adam},
        average=Average(decay=0.995),
        batch_size=128,
        steps=4000,
        log=Log(every=50),
        samples=Samples(every=500, count=1024),
        metrics=Metrics(names=("modes",), every=1000, samples=2500),
        checkpoints=Checkpoints(every=1000),
    )
