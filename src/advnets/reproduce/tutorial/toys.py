"""Games on the ring of eight and on the grid of 25, small enough for many seeds, and looks at their generators over time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from advnets.data import GaussianMixture, density
from advnets.experiment import Adam, Alarm, Alternating, Average, Checkpoints, Experiment, Linear, Metrics, Mlp, Prior
from advnets.recipes import recipe
from advnets.reproduce.drawing import BLUE, ORANGE
from advnets.reproduce.trained import trained
from advnets.runs.sampling import Weights, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Name = Literal["ring", "grid"]
"""Of a mixture, and of the recipe that learns it."""
COUNT = 2500
"""Samples a look."""
FALLS = 0.3
"""The share of a run after which the learning rates fall in a straight line to 0."""


def toy(name: Name, dynamics: Alternating, rounds: int, looks: int, seed: int, batch_size: int = 128) -> Experiment:
    """A mixture learned by small perceptrons from noise in two dimensions, at a rate that falls to 0 over the last part of the run.

    Args:
        name: of the recipe that is changed, and of the mixture.
        dynamics: who moves when, and who looks ahead.
        rounds: how many.
        looks: how many checkpoints are kept, evenly over the run; a divisor of `rounds`.
        seed: of the run.
        batch_size: points a step.
    """
    adam = Adam(lr=4e-3, beta1=0.0, beta2=0.99, schedule=Linear(start=FALLS))
    return replace(
        recipe(name),
        dynamics=dynamics,
        nets=Mlp((96, 96, 96), (64, 64, 64)),
        prior=Prior(dim=2),
        optimisers={"D": adam, "G": adam},
        average=Average(0.995),
        batch_size=batch_size,
        steps=rounds,
        seed=seed,
        precision="float32",
        threads=1,
        compile=dynamics.unrolled > 1 and rounds >= COMPILED_FROM,
        metrics=Metrics(),
        alarm=Alarm(samples=0),
        checkpoints=Checkpoints(every=rounds // looks, keep=looks),
    )


def setup(x: Experiment, weights: Weights) -> str:
    """What of the experiment a reader needs to set the numbers of its averaged or raw generator beside others, in a line."""
    assert isinstance(x.nets, Mlp)
    assert isinstance(x.dynamics, Alternating)
    adam = x.optimisers["G"]
    assert isinstance(adam, Adam)
    imagined = f", imagined steps of size {x.dynamics.unrolled_rate:g}" if x.dynamics.unrolled else ""
    return (
        f"{x.data.source}: G {x.prior.dim}-{'-'.join(map(str, x.nets.generator))}-2 (ReLU), "
        f"D 2-{'-'.join(map(str, x.nets.discriminator))}-1 (leaky ReLU), batch {x.batch_size}, {x.steps} rounds, Adam "
        f"lr {adam.lr:g} until {FALLS:.0%} of them and falling to 0, beta {adam.beta1:g} and {adam.beta2:g}{imagined}, "
        f"{weights} generator, {COUNT} samples"
    )


RATE = 0.0005
"""Size of D's imagined steps: larger ones lose modes here (docs/dynamics.md)."""
COMPILED_FROM = 1000
"""Rounds from which compiling an unrolled game saves more than it costs."""


def looked(x: Experiment, out: Path, weights: Weights) -> dict[int, Tensor]:
    """Samples of a run's generator by round, at every checkpoint: float32 [COUNT, 2] from the same noise each."""
    assert x.steps is not None
    folder = trained(x, x.steps, out)
    rounds = range(x.checkpoints.every, x.steps + 1, x.checkpoints.every)
    return {round: load(folder.path, weights, at=round).sample(COUNT, x.seed) for round in rounds}


def mixture(name: Name) -> GaussianMixture:
    """The mixture of a name."""
    found = density(name)
    assert isinstance(found, GaussianMixture)
    return found


def nearest(samples: Tensor, real: GaussianMixture) -> Tensor:
    """Shares of samples [n, 2] whose nearest mode is each of k, near or far: float64 [k]."""
    return torch.cdist(samples.double(), real.means).argmin(1).bincount(minlength=len(real.means)).double() / len(samples)


def panel(axes: Axes, points: Tensor, real: GaussianMixture, title: str, colour: str = ORANGE) -> None:
    """Points over the places of the modes, without ticks."""
    axes.scatter(*real.means.T, s=60, facecolors="none", edgecolors=BLUE, lw=0.6)
    axes.scatter(*points.T, s=1.5, color=colour, alpha=0.5, lw=0)
    reach = 1.35 * float(real.means.abs().max())
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, fontsize=10)
