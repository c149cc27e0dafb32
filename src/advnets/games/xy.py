"""The smallest game with a rotating field: V(x, y) = x y (tutorial, section 7.2 and exercise 2).

x minimises V, y maximises it. The equilibrium is the origin; with a step eta, simultaneous play multiplies the radius by
sqrt(1 + eta**2), alternating play keeps a bounded orbit for eta < 2, and extragradient contracts by sqrt(1 - eta**2 + eta**4).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from advnets.core import Game, Player, Rng, Turn, View, alternating


class Coordinate(nn.Module):
    """A network that is one number. Args: start: where it stands at first."""

    def __init__(self, start: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(start))

    def forward(self) -> Tensor:
        """The number itself, a scalar tensor."""
        return self.value


def value(n: View, b: None) -> Tensor:
    """V(x, y) = x y."""
    return n.x() * n.y()


def nothing(data: object, nets: Mapping[str, nn.Module], rng: Rng) -> None:
    """The game is played without data."""


def xy(turns: tuple[Turn, ...] = alternating(x=1, y=1)) -> Game[object, None]:
    """The game V = xy on two `Coordinate` networks "x" and "y"."""

    def loses(n: View, b: None) -> Tensor:
        return -value(n, b)

    def watch(n: View, b: None) -> dict[str, Tensor]:
        return {"x": n.x(), "y": n.y(), "radius": torch.hypot(n.x(), n.y())}

    return Game({"x": Player(("x",), value), "y": Player(("y",), loses)}, turns, nothing, watch)
