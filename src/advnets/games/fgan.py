"""The game of an f-divergence (Nowozin et al. 2016, f-GAN).

    min_G max_D  E_x[g(D(x))] - E_z[f*(g(D(G(z))))]  <=  D_f(p || p_g)

D returns any numbers [n], which the output activation g takes to the domain of the conjugate f*. Against the best D the value is the
divergence itself, so that G descends it; at the equilibrium p_g = p. With f of `costs.divergences.GAN` it is the game of
Goodfellow et al. 2014, eq. 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, Turn, View, alternating
from advnets.costs.divergences import FDivergence, bound, convince


class DataAndNoise(NamedTuple):
    """Data x [n, ...] and noise z [n, d]."""

    x: Tensor
    z: Tensor


class Feed(Protocol):
    """What the game draws from."""

    def data(self, rng: Rng) -> Tensor: ...
    def noise(self, rng: Rng) -> Tensor: ...


Cost = Callable[[FDivergence, View, DataAndNoise], Tensor]


def value(divergence: FDivergence, n: View, b: DataAndNoise) -> Tensor:
    """The variational bound: what G pays in the zero-sum game, and D is paid."""
    real, fake = n.each("D", b.x, n.G(b.z))
    return bound(divergence, real, fake)


def convinces(divergence: FDivergence, n: View, b: DataAndNoise) -> Tensor:
    """G raises g(D(G(z))) rather than lowering the bound, as the non-saturating cost does."""
    return convince(divergence, n.D(n.G(b.z)))


def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> DataAndNoise:
    """A minibatch of data and one of noise."""
    return DataAndNoise(feed.data(rng), feed.noise(rng))


def fgan(divergence: FDivergence, generator: Cost = value, turns: tuple[Turn, ...] = alternating(D=1, G=1)) -> Game[Feed, DataAndNoise]:
    """The game of a critic "D" and a generator "G".

    Args:
        divergence: what G descends, one of `costs.divergences`.
        generator: what G pays: `value` (zero-sum), or `convinces`.
        turns: who moves when.
    """

    def judges(n: View, b: DataAndNoise) -> Tensor:
        return -value(divergence, n, b)

    def pays(n: View, b: DataAndNoise) -> Tensor:
        return generator(divergence, n, b)

    def watch(n: View, b: DataAndNoise) -> dict[str, Tensor]:
        return {"critic(x)": n.D(b.x).mean(), "critic(G(z))": n.D(n.G(b.z)).mean(), "bound": value(divergence, n, b)}

    return Game({"D": Player(("D",), judges), "G": Player(("G",), pays)}, turns, draw, watch)
