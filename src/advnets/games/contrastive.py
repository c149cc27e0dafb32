"""A density learned by telling data from noise: noise-contrastive (Gutmann and Hyvärinen 2010) and self-contrastive estimation.

    V = E_x[log D(x)] + E_y[log(1 - D(y))],    D = p_m / (p_m + p_n),    y drawn from p_n

V is that of adversarial nets, but D is made of densities: M says log p_m, N says log p_n, and D's logit is their difference. M alone
learns, and maximises V. With a fixed N (noise-contrastive) p_m goes to the density of the data, its factor 1 / Z included: log Z may be
a parameter like others. With a copy of M, taken anew in each round, in the place of N (self-contrastive, Goodfellow 2014) D says 1/2
everywhere, and the gradient of V in M is half that of E_x[log p_m(x)]: maximum likelihood. It leaves log Z where it is: a factor of p_m
is one of its copy, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol, cast

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, View, alternating
from advnets.costs.logistic import score


class Contrast(NamedTuple):
    """Data x and noise y, [n, 1] each, and what the noise's log density is there, [n] each, in nats."""

    x: Tensor
    y: Tensor
    noise_at_x: Tensor
    noise_at_y: Tensor


class Feed(Protocol):
    """What the game draws from."""

    def data(self, rng: Rng) -> Tensor: ...
    def noise(self, rng: Rng) -> Tensor: ...


class Law(Protocol):
    """A network that says its log density, x [n, 1] -> [n], and draws from it."""

    def __call__(self, x: Tensor) -> Tensor: ...
    def draw(self, z: Tensor) -> Tensor: ...


def value(n: View, b: Contrast) -> Tensor:
    """V, in nats, at most 0; -log 4 where p_m = p_n."""
    return score(n.M(b.x) - b.noise_at_x, n.M(b.y) - b.noise_at_y)


def misjudges(n: View, b: Contrast) -> Tensor:
    """What M pays: -V."""
    return -value(n, b)


def against(noise: str) -> Game[Feed, Contrast]:
    """The game of M alone, with the network of this name as p_n, held still while M moves."""

    def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> Contrast:
        law = cast(Law, nets[noise])
        x, y = feed.data(rng), law.draw(feed.noise(rng)).detach()
        return Contrast(x, y, law(x).detach(), law(y).detach())  # were they live, M's gradient against itself would be 0

    def watch(n: View, b: Contrast) -> dict[str, Tensor]:
        real, fake = n.M(b.x) - b.noise_at_x, n.M(b.y) - b.noise_at_y
        return {"D(x)": real.sigmoid().mean(), "D(y)": fake.sigmoid().mean(), "V": score(real, fake)}

    return Game({"M": Player(("M",), misjudges)}, alternating(M=1), draw, watch)


def noise_contrastive() -> Game[Feed, Contrast]:
    """The game of a model "M" against a fixed "N", which belongs to nobody and covers the data."""
    return against("N")


def self_contrastive() -> Game[Feed, Contrast]:
    """The game of a model "M" against what "M" was before the turn."""
    return against("M")
