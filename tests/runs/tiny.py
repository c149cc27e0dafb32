"""Experiments of a second or less, and what makes two runs the same."""

import dataclasses
import json

import torch
from safetensors.torch import load_file

from advnets.experiment import (
    R1,
    Adam,
    Alternating,
    Average,
    BatchNorm,
    Checkpoints,
    CifarFull,
    Conditional,
    Data,
    Dcgan,
    Experiment,
    Extragradient,
    Faces,
    FeatureMatching,
    FGan,
    Gan,
    Geometric,
    History,
    Inpainting,
    Linear,
    Log,
    MaximumLikelihood,
    MinibatchDeviation,
    MinibatchDiscrimination,
    Mlp,
    Paper,
    Prior,
    ReferenceBatchNorm,
    Samples,
    Sgd,
    Simultaneous,
    VirtualBatchNorm,
    Wasserstein,
    ZeroSum,
)
from advnets.runs import checkpoints
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder


class Killed(BaseException):
    """The process ends here, as far as the run can tell."""


RING = Experiment(
    recipe="ring",
    data=Data("ring"),
    nets=Mlp((8,), (8,)),
    prior=Prior(4),
    optimisers={"D": Adam(1e-3), "G": Adam(1e-3)},
    average=Average(0.9),
    batch_size=16,
    steps=20,
    precision="float32",
    threads=1,
    log=Log(every=5),
    samples=Samples(every=1000, count=16),
    checkpoints=Checkpoints(every=5),
)

SGD = Sgd(0.05, momentum=0.5, final_momentum=0.7, ramp_epochs=4, schedule=Geometric(1.001, 1e-3))


def changed(**changes):
    """The tiny ring experiment with changes."""
    return dataclasses.replace(RING, **changes)


DIGITS = changed(recipe="digits", data=Data("digits", flip=True), nets=Mlp((8,), (8,), dropout=0.3), batch_size=200)

EXPERIMENTS = {
    "ring": RING,
    "ring, extragradient": changed(dynamics=Extragradient(), nets=Mlp((8,), (8,), dropout=0.2)),
    "ring, simultaneous and zero-sum": changed(dynamics=Simultaneous(), game=Gan(ZeroSum(), 0.5)),
    "ring, two steps of D and falling rates": changed(dynamics=Alternating(2), optimisers={"D": SGD, "G": Adam(schedule=Linear(0.3))}),
    "ring, not averaged": changed(average=Average(0.0)),
    "digits, flips, dropout, more than an epoch": DIGITS,
    "digits, bfloat16": dataclasses.replace(DIGITS, precision="bfloat16"),
    "digits, the paper's pair": dataclasses.replace(
        DIGITS, nets=Paper(hidden=8, units=4, pieces=2), dynamics=Simultaneous(), optimisers={"D": SGD, "G": SGD}, prior=Prior(4, "uniform")
    ),
    "mnist-5k, dcgan, dropout and batch norm": changed(recipe="dcgan", data=Data("mnist-5k"), nets=Dcgan(2, 2, dropout=0.3), batch_size=8),
}

EXPERIMENTS |= {
    "digits, conditional": dataclasses.replace(DIGITS, game=Conditional()),
    "mnist-5k, conditional, dcgan": dataclasses.replace(EXPERIMENTS["mnist-5k, dcgan, dropout and batch norm"], game=Conditional()),
    "digits, conditional by projection, spectral norm": dataclasses.replace(
        DIGITS,
        game=Conditional(condition="projection", mismatched=0.25, penalty=R1()),
        nets=Mlp((8,), (8,), discriminator_weights="spectral"),
    ),
    "digits, inpainting": dataclasses.replace(DIGITS, game=Inpainting(), data=Data("digits", split="fit"), dynamics=Simultaneous()),
    "mnist-5k, inpainting, dcgan": dataclasses.replace(EXPERIMENTS["mnist-5k, dcgan, dropout and batch norm"], game=Inpainting()),
}

EXPERIMENTS |= {
    "ring, Wasserstein with gradient penalty, spectral norm": changed(
        game=Wasserstein(), dynamics=Alternating(2), nets=Mlp((8,), (8,), discriminator_weights="spectral")
    ),
    "ring, two steps of G, unrolled": changed(dynamics=Alternating(generator_steps=2, unrolled=2)),
    "ring, f-gan": changed(game=FGan("reverse-kl"), dynamics=Simultaneous()),
    "digits, maximum likelihood, smoothed labels, R1": dataclasses.replace(DIGITS, game=Gan(MaximumLikelihood(), 1.0, 0.9, R1())),
}

EXPERIMENTS |= {
    "digits, faces, norms": dataclasses.replace(
        EXPERIMENTS["digits, the paper's pair"],
        nets=Faces(hidden=8, units=4, pieces=2),
        optimisers={player: dataclasses.replace(SGD, max_column_norm=0.5) for player in "DG"},
    ),
    "digits, normalised contrast": dataclasses.replace(
        DIGITS, data=Data("digits", flip=True, contrast="normalised"), nets=CifarFull(hidden=8, units=4, pieces=2)
    ),
}

EXPERIMENTS |= {
    "mnist-5k, virtual batch norm in both, minibatch discrimination": changed(
        recipe="dcgan",
        data=Data("mnist-5k"),
        nets=Dcgan(2, 2, VirtualBatchNorm(5), 0.3, VirtualBatchNorm(12), MinibatchDiscrimination(3, 2)),
        batch_size=8,
    ),
    "digits, conditional, reference batch norm, minibatch deviation": dataclasses.replace(
        DIGITS, game=Conditional(), nets=Mlp((8,), (8,), norm=ReferenceBatchNorm(12), minibatch=MinibatchDeviation())
    ),
    "ring, feature matching, historical averaging": changed(game=Gan(FeatureMatching(), 1.0, 0.9), history=History(0.1)),
    "ring, batch norm in G": changed(nets=Mlp((8,), (8,), norm=BatchNorm())),
}


def same_tensors(a, b, where=""):
    """Assert that two trees of tensors and plain values are equal, bit for bit."""
    if isinstance(a, torch.Tensor):
        assert a.dtype == b.dtype, where
        assert torch.equal(a, b), f"{where} differs"
    elif isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for key in a:
            same_tensors(a[key], b[key], f"{where}.{key}")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), where
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            same_tensors(x, y, f"{where}[{i}]")
    else:
        assert a == b, where


def tensors(run):
    """Everything that the last checkpoint of a run holds."""
    folder = checkpoints.find(RunFolder(run).checkpoints)
    files = {file.name: load_file(file) for file in sorted(folder.glob("*.safetensors"))}
    return files | {"state.pt": checkpoints.load_state(folder)}


def lines(run):
    """The log without its speeds."""
    return [{key: value for key, value in line.items() if key != "images_per_second"} for line in read_lines(run / "log.jsonl")]


def same_runs(a, b):
    """Assert that two runs ended alike: last checkpoint, log, and the steps of their pictures."""
    same_tensors(tensors(a), tensors(b))
    assert lines(a) == lines(b)
    assert {file.name: file.read_bytes() for file in (a / "samples").iterdir()} == {
        file.name: file.read_bytes() for file in (b / "samples").iterdir()
    }
    assert not [*b.rglob(".*")]


def record(run):
    """run.json."""
    return json.loads((run / "run.json").read_text())
