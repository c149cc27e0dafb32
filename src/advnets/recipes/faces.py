"""The paper's experiment on faces, first stage."""

from advnets.experiment import Average, Checkpoints, Data, Experiment, Faces, Gan, Geometric, Log, Prior, Samples, Sgd, Simultaneous


def faces() -> Experiment:
    """The paper's faces, first of two stages, by the letter of the authors' pretrain.yaml; the Toronto Face Database is not public."""
    sgd = Sgd(
        lr=0.05,
        momentum=0.5,
        final_momentum=0.7,
        ramp_epochs=250,
        max_column_norm=1.9365,
        schedule=Geometric(factor=1.000004, floor=1e-6),
    )
    return Experiment(
        recipe="faces",
        data=Data("TFD_48x48.mat"),
        game=Gan(weight=0.5),
        dynamics=Simultaneous(),
        nets=Faces(),
        prior=Prior(dim=100),
        optimisers={"D": sgd, "G": sgd},
        average=Average(decay=0.9995),
        batch_size=100,
        epochs=50,
        log=Log(every=100),
        samples=Samples(every=1000),
        checkpoints=Checkpoints(every=1000),
    )
