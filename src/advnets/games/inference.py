"""Learned approximate inference: an auxiliary network E predicts z from x = G(z) (Goodfellow et al. 2014, section 7, item 2).

    cost_E = E_z |E(G(z)) - z|^2 / d

As in the sleep phase of wake-sleep (Hinton et al. 1995), E learns on what G dreams; but G stands fixed, its training being over. For a
normal q(z | x) with mean E(x) and fixed variance it is -log q(z | x) up to factor and constant. Where G maps several z to one x, the best
E is their mean, and the cost at its least is the mean posterior variance; at most 1, the variance of the prior, for an E that says 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, View, alternating


class Noise(NamedTuple):
    """Noise z [n, d]."""

    z: Tensor


class Feed(Protocol):
    """What the game draws from."""

    def noise(self, rng: Rng) -> Tensor: ...


def misses(n: View, b: Noise) -> Tensor:
    """The mean squared error of E, in the unit of z squared."""
    return (n.E(n.G(b.z)) - b.z).square().mean()


def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> Noise:
    """A minibatch of noise."""
    return Noise(feed.noise(rng))


def watch(n: View, b: Noise) -> dict[str, Tensor]:
    """The error, which is E's cost."""
    return {"error": misses(n, b)}


def inference() -> Game[Feed, Noise]:
    """The game of one player, an encoder "E"; the generator "G" belongs to nobody and stays as it is."""
    return Game({"E": Player(("E",), misses)}, alternating(E=1), draw, watch)
