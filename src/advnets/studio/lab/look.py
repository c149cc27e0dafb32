"""What one sees of a game in the plane: what D says everywhere, where samples lie, where G wants them to go, how good they are."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from advnets.core import View
from advnets.data import Density, GaussianMixture, SwissRoll
from advnets.games.gan import DataAndNoise
from advnets.runs.live import Live

CELLS = 64
"""Cells on a side of the map of D."""
DEVIATIONS = 3.0
"""How many standard deviations of its mode a good sample may lie away from it."""


class Given(nn.Module):
    """A network that says the same whatever it is asked: points take G's place, so that a cost can be differentiated in them."""

    def __init__(self, said: Tensor) -> None:
        super().__init__()
        self.said = said

    def forward(self, z: Tensor) -> Tensor:
        return self.said


def half_width(density: Density) -> float:
    """Half the side of the square around the origin that shows the density."""
    return round(1.35 * density.sample(2000, torch.Generator().manual_seed(0)).abs().max().item(), 1)


def cells(half: float) -> Tensor:
    """The centres of the map's cells, row by row from the top left: float32 [CELLS**2, 2]."""
    places = (torch.arange(CELLS) + 0.5) / CELLS * 2 * half - half
    y, x = torch.meshgrid(places.flip(0), places, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


@torch.no_grad()
def opinion(live: Live, places: Tensor) -> Tensor:
    """D at places [n, 2] as uint8 [n]: 0 where it is sure of a sample, 255 where it is sure of data."""
    return (live.nets["D"](places).sigmoid() * 255).round().to(torch.uint8)


def wishes(live: Live, points: Tensor, real: Tensor) -> Tensor:
    """Where G's cost falls most steeply at its samples: -n dcost/dx, float32 [n, 2].

    Args:
        live: the game.
        points: samples x, float32 [n, 2].
        real: data, float32 [m, 2], for costs that look at them too.
    """
    x = points.clone().requires_grad_()
    view = View({"D": live.nets["D"], "G": Given(x)}, ())
    cost = live.game.players["G"].cost(view, DataAndNoise(real, torch.empty(len(x), 0)))
    return -len(x) * torch.autograd.grad(cost, x)[0]


def coverage(density: Density, samples: Tensor) -> tuple[float, int | None, int | None]:
    """How good samples are, in a density with known peaks or a known curve.

    Args:
        density: the truth.
        samples: float32 [n, 2].

    Returns:
        The share of samples within three standard deviations of a mode (or of the curve); how many modes have such a sample; how many
        modes there are. The last two are None for a curve, which has no modes.
    """
    if isinstance(density, SwissRoll):
        near = torch.cdist(samples.double(), density.centres).min(1).values <= DEVIATIONS * density.std
        return near.double().mean().item(), None, None
    assert isinstance(density, GaussianMixture)
    nearest = torch.cdist(samples.double(), density.means).min(1)
    near = nearest.values <= DEVIATIONS * density.stds[nearest.indices]
    return near.double().mean().item(), nearest.indices[near].unique().numel(), len(density.means)
