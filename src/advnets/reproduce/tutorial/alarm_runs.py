"""The runs that the alarm is measured on: small games that learn their data or lose it, and what became of them by the true modes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import torch
from torch import Tensor

from advnets.data import Images
from advnets.data.densities import Density, GaussianMixture, SwissRoll
from advnets.experiment import (
    R1,
    Adam,
    Alarm,
    Alternating,
    Average,
    BatchNorm,
    Data,
    Dcgan,
    Experiment,
    Gan,
    LeastSquares,
    Log,
    MinibatchDiscrimination,
    Mlp,
    NoNorm,
    Prior,
    ZeroSum,
    encode,
)
from advnets.metrics.classifier import PICTURES_AT_ONCE, seen
from advnets.metrics.kept import classifier
from advnets.metrics.parts import labels_of, parts
from advnets.runs.comparing import flat

TOYS = ("ring", "grid", "bumps", "bell", "swiss-roll")
LOOKS = 60
"""Of the alarm, in a run."""
SAMPLES = 2000
"""That decide what became of a run."""
TENTHS = 10
"""Parts of equal probability of a density without separate modes."""
NEAR_MODE = 3.0
"""Standard deviations from a mode, within which a sample counts for it."""
FILLED = 0.2
"""The part of its due below which a mode or a class is lost."""

Changes = Mapping[str, Any]
"""Fields of an experiment that a run has otherwise."""


@dataclass(frozen=True)
class Case:
    """A run: its name, and its experiment."""

    name: str
    x: Experiment


def rates(discriminator: float, generator: float) -> dict[str, Adam]:
    """Adam for both."""
    return {"D": Adam(discriminator), "G": Adam(generator)}


POINTS = Experiment(
    recipe="alarm",
    nets=Mlp((64, 64), (64, 64)),
    prior=Prior(16),
    optimisers=rates(2e-3, 2e-3),
    average=Average(0.98),
    batch_size=128,
    steps=1200,
    precision="float32",
    threads=1,
)
DIGITS = replace(
    POINTS,
    data=Data("digits"),
    nets=Mlp((256,), (256,), dropout=0.2),
    prior=Prior(32),
    optimisers=rates(5e-4, 5e-4),
    batch_size=64,
    steps=1500,
)
MNIST = replace(DIGITS, data=Data("mnist-5k"))
CONVOLUTIONS = replace(
    MNIST, nets=Dcgan(width=8, discriminator_width=8, discriminator_norm=NoNorm()), optimisers=rates(1e-3, 1e-3), batch_size=32, steps=400
)

FAST_G = {"optimisers": rates(7e-4, 1.2e-2), "steps": 800}
FAST_G_ON_PICTURES = {"optimisers": rates(3e-4, 6e-3), "steps": 600}
MANY_STEPS_OF_G = {"dynamics": Alternating(1, generator_steps=15), "steps": 240}
STALLED = {"optimisers": rates(4e-3, 2e-5), "steps": 600}

ON_POINTS: dict[str, Changes] = {
    "plain": {},
    "R1": {"game": Gan(penalty=R1(0.1)), "optimisers": rates(3e-3, 3e-3)},
    "fast G": FAST_G,
    "many steps of G": MANY_STEPS_OF_G,
    "small D": {"nets": Mlp((64, 64), (6,)), "steps": 800},
}
ON_SOME_POINTS: dict[str, tuple[str, Changes]] = {
    "least squares": ("ring", {"game": LeastSquares()}),
    "minibatch discrimination": ("ring", {"nets": Mlp((64, 64), (64, 64), minibatch=MinibatchDiscrimination(8, 3)), "batch_size": 32}),
    "zero-sum, five steps of D": ("swiss-roll", {"game": Gan(ZeroSum()), "dynamics": Alternating(5), "steps": 600}),
    "hot": ("bumps", {"optimisers": rates(2e-2, 2e-2)}),
    "stalled": ("bumps", STALLED),
}
ON_DIGITS: dict[str, Changes] = {
    "plain": {},
    "batch norm": {"nets": Mlp((256,), (256,), dropout=0.2, norm=BatchNorm())},
    "R1": {"game": Gan(penalty=R1(1.0)), "optimisers": rates(1e-3, 1e-3)},
    "fast G": FAST_G_ON_PICTURES,
    "many steps of G": MANY_STEPS_OF_G,
    "small D": {"nets": Mlp((256,), (6,)), "steps": 800},
    "zero-sum, fast D": {"game": Gan(ZeroSum()), "optimisers": rates(6e-3, 3e-4), "dynamics": Alternating(3), "steps": 400},
    "stalled": STALLED,
}
ON_MNIST: dict[str, Changes] = {
    "batch norm": {"nets": Mlp((256,), (256,), dropout=0.2, norm=BatchNorm())},
    "fast G": FAST_G_ON_PICTURES,
    "many steps of G": MANY_STEPS_OF_G,
    "small D": {"nets": Mlp((256,), (6,)), "steps": 600},
}
ON_CONVOLUTIONS: dict[str, Changes] = {
    "plain": {},
    "dropout": {"nets": replace(CONVOLUTIONS.nets, dropout=0.2)},
    "fast G": {"optimisers": rates(3e-4, 1e-2), "steps": 200},
    "many steps of G": MANY_STEPS_OF_G | {"steps": 60},
    "fast D": {"optimisers": rates(1e-2, 1e-4), "steps": 200},
}


def held_out(seed: int) -> list[Case]:
    """The runs that no threshold was chosen on, in an order that mixes kinds of data and settings."""
    stated = [(f"{data}, {name}", replace(POINTS, data=Data(data)), changes) for data in TOYS for name, changes in ON_POINTS.items()]
    stated += [(f"{data}, {name}", replace(POINTS, data=Data(data)), changes) for name, (data, changes) in ON_SOME_POINTS.items()]
    for kind, base, known in (
        ("digits", DIGITS, ON_DIGITS),
        ("mnist-5k, perceptrons", MNIST, ON_MNIST),
        ("mnist-5k, convolutions", CONVOLUTIONS, ON_CONVOLUTIONS),
    ):
        stated += [(f"{kind}, {name}", base, changes) for name, changes in known.items()]
    return [Case(name, watched(replace(base, **changes), 1000 * (seed + 1) + n)) for n, (name, base, changes) in enumerate(stated)]


def watched(x: Experiment, seed: int) -> Experiment:
    """An experiment with a seed, and with sixty looks on its way."""
    assert x.steps is not None
    every = max(1, x.steps // LOOKS)
    return replace(x, seed=seed, log=Log(every=every), alarm=Alarm(every=every))


def settings(x: Experiment) -> dict[str, Any]:
    """What is peculiar to a run, by the paths of its fields."""
    common = flat(encode(POINTS))
    return {path: value for path, value in flat(encode(x)).items() if path and common.get(path) != value}


def lost(source: Density | Images, samples: Tensor) -> float:
    """The share of the data in modes, classes or tenths to which too few samples belong, in [0, 1].

    Args:
        source: the data, whose modes or labels are known here.
        samples: [n, ...] of the generator.
    """
    due, filled = belonging(source, samples)
    return due[filled < FILLED * due].sum().item()


@singledispatch
def belonging(source: Images, samples: Tensor) -> tuple[Tensor, Tensor]:
    """Shares of the data, and of the samples, in each part: classes, as a classifier sees them, float64 [k] each."""
    known = parts("collapse-alarm", source)
    chosen = seen(classifier(known).net, samples.split(PICTURES_AT_ONCE)).probabilities.argmax(1)
    return share(labels_of(source), len(known.classes)), share(chosen, len(known.classes))


@belonging.register
def _(source: GaussianMixture, samples: Tensor) -> tuple[Tensor, Tensor]:
    x = samples.double()
    if len(source.means) == 1:  # one bell on the line: tenths of its probability
        part = torch.special.ndtr((x - source.means) / source.stds)[:, 0] * TENTHS
        return even(), share(part.long().clamp(max=TENTHS - 1), TENTHS)
    distance, mode = torch.cdist(x, source.means).min(1)
    good = distance < NEAR_MODE * source.stds[mode]
    return source.weights, share(mode[good], len(source.means)) * good.double().mean()


@belonging.register
def _(source: SwissRoll, samples: Tensor) -> tuple[Tensor, Tensor]:
    places = source.curve(torch.linspace(source.START, source.END, 100 * TENTHS, dtype=torch.float64))
    distance, place = torch.cdist(samples.double(), places).min(1)
    good = distance < NEAR_MODE * source.std
    return even(), share(place[good] // 100, TENTHS) * good.double().mean()


def even() -> Tensor:
    """Ten equal shares."""
    return torch.full((TENTHS,), 1 / TENTHS, dtype=torch.float64)


def share(cells: Tensor, count: int) -> Tensor:
    """Shares of the cells 0, 1, ... among int64 [n], float64 [count]; 0 everywhere where there are none."""
    return cells.bincount(minlength=count).double() / max(1, len(cells))
