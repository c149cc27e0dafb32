"""Games of a critic, whose output is a number and no probability: least squares, hinge, Wasserstein.

                     D pays                                                G pays
    least squares    E[(D(x) - 1)^2] / 2 + E[D(G(z))^2] / 2                E[(D(G(z)) - 1)^2] / 2        (Mao et al. 2017)
    hinge            E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))]          -E[D(G(z))]                   (Lim and Ye 2017)
    Wasserstein      E[D(G(z))] - E[D(x)]                                  -E[D(G(z))]                   (Arjovsky et al. 2017)

`penalised(game, "D", gradient_penalty, weight=10)` adds a penalty on D's slope. The critic of Wasserstein needs one, or spectral norm;
nothing else bounds it.

Differs: Arjovsky et al. clip D's weights. Here a penalty takes the place of that, as in Gulrajani et al. 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, Turn, View, alternating
from advnets.costs import critics, penalties


class DataNoiseAndMix(NamedTuple):
    """Data x [n, ...], noise z [n, d], and where between data and samples a penalty looks, u [n] in [0, 1)."""

    x: Tensor
    z: Tensor
    u: Tensor


class Feed(Protocol):
    """What the games draw from."""

    def data(self, rng: Rng) -> Tensor: ...
    def noise(self, rng: Rng) -> Tensor: ...


Cost = Callable[[View, DataNoiseAndMix], Tensor]
Judge = Callable[[Tensor, Tensor], Tensor]
"""What D pays, of its outputs on data and on samples."""
Deceive = Callable[[Tensor], Tensor]
"""What G pays, of D's outputs on its samples."""


def gradient_penalty(n: View, b: DataNoiseAndMix) -> Tensor:
    """How far D's slope is from 1 between data and samples (Gulrajani et al. 2017)."""
    return penalties.gradient_penalty(n.D, b.x, n.G(b.z), b.u)


def r1(n: View, b: DataNoiseAndMix) -> Tensor:
    """Half the mean square slope of D at data (Mescheder et al. 2018)."""
    return penalties.r1(n.D, b.x)


def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> DataNoiseAndMix:
    """A minibatch of data, one of noise, and one of places between."""
    x, z = feed.data(rng), feed.noise(rng)
    return DataNoiseAndMix(x, z, rng.uniform(len(x) * rng.world))


def watch(n: View, b: DataNoiseAndMix) -> dict[str, Tensor]:
    """What the critic says on average of data and of samples, and how far that is apart."""
    real, fake = n.D(b.x).mean(), n.D(n.G(b.z)).mean()
    return {"critic(x)": real, "critic(G(z))": fake, "gap": real - fake}


def critic(judge: Judge, deceive: Deceive, turns: tuple[Turn, ...]) -> Game[Feed, DataNoiseAndMix]:
    """The game of a critic "D" and a generator "G", by what they pay of D's outputs."""

    def judges(n: View, b: DataNoiseAndMix) -> Tensor:
        real, fake = n.each("D", b.x, n.G(b.z))
        return judge(real, fake)

    def deceives(n: View, b: DataNoiseAndMix) -> Tensor:
        return deceive(n.D(n.G(b.z)))

    return Game({"D": Player(("D",), judges), "G": Player(("G",), deceives)}, turns, draw, watch)


def least_squares(turns: tuple[Turn, ...] = alternating(D=1, G=1)) -> Game[Feed, DataNoiseAndMix]:
    """The least-squares game. Args: turns: who moves when."""
    return critic(critics.least_squares, critics.off_target, turns)


def hinge(turns: tuple[Turn, ...] = alternating(D=1, G=1)) -> Game[Feed, DataNoiseAndMix]:
    """The hinge game. Args: turns: who moves when."""
    return critic(critics.hinge, critics.lift, turns)


def wasserstein(turns: tuple[Turn, ...] = alternating(D=5, G=1)) -> Game[Feed, DataNoiseAndMix]:
    """The Wasserstein game, to be `penalised`: nothing here bounds D. Args: turns: who moves when; five steps of D in the paper."""
    return critic(critics.wasserstein, critics.lift, turns)
