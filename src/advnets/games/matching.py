"""The game of feature matching (Salimans et al. 2016, section 3.1).

    max_{F, D} V = E_x[log D(F(x))] + E_z[log(1 - D(F(G(z))))]          in nats
    min_G |E_x F(x) - E_z F(G(z))|^2

The discriminator comes in two parts: F gives features of rows, D logits [n] of features. They learn as ever; G looks at F alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, Turn, View, alternating
from advnets.costs.features import match
from advnets.costs.logistic import score, smoothed_score
from advnets.costs.penalties import r1 as slope_at


class DataAndNoise(NamedTuple):
    """Data x [n, ...] and noise z [n, d]."""

    x: Tensor
    z: Tensor


class Feed(Protocol):
    """What the game draws from."""

    def data(self, rng: Rng) -> Tensor: ...
    def noise(self, rng: Rng) -> Tensor: ...


def matches(n: View, b: DataAndNoise) -> Tensor:
    """What G pays: the squared distance of the mean features of samples from those of data, averaged over the features."""
    return match(n.F(b.x), n.F(n.G(b.z)))


def r1(n: View, b: DataAndNoise) -> Tensor:
    """Half the mean square slope of D's logit at data, a penalty on the discriminator (Mescheder et al. 2018)."""

    def logit(x: Tensor) -> Tensor:
        return n.D(n.F(x))

    return slope_at(logit, b.x)


def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> DataAndNoise:
    """A minibatch of data and one of noise."""
    return DataAndNoise(feed.data(rng), feed.noise(rng))


def watch(n: View, b: DataAndNoise) -> dict[str, Tensor]:
    """What D says, as probabilities in [0, 1], and V in nats."""
    real, fake = n.D(n.F(b.x)), n.D(n.F(n.G(b.z)))
    return {"D(x)": real.sigmoid().mean(), "D(G(z))": fake.sigmoid().mean(), "V": score(real, fake)}


def matching(weight: float = 1.0, turns: tuple[Turn, ...] = alternating(D=1, G=1), target: float = 1.0) -> Game[Feed, DataAndNoise]:
    """The game of a discriminator "D", which owns the networks "F" and "D", and a generator "G".

    Args:
        weight: factor on V, which D is paid.
        turns: who moves when.
        target: what D is told of data, in (0, 1]; less than 1 is one-sided label smoothing.
    """

    def judges(n: View, b: DataAndNoise) -> Tensor:
        return -weight * smoothed_score(n.D(n.F(b.x)), n.D(n.F(n.G(b.z))), target)

    return Game({"D": Player(("F", "D"), judges), "G": Player(("G",), matches)}, turns, draw, watch)
