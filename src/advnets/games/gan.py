"""The original adversarial game (Goodfellow et al. 2014).

    min_G max_D V(D, G) = E_x[log D(x)] + E_z[log(1 - D(G(z)))]          (eq. 1), in nats

D returns logits [n]. At the equilibrium D = 1/2 and V = -log 4 (Theorem 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, Turn, View, alternating
from advnets.costs.logistic import deceive, maximum_likelihood, score, smoothed_score
from advnets.costs.penalties import r1 as slope_at


class DataAndNoise(NamedTuple):
    """Data x [n, ...] and noise z [n, d]."""

    x: Tensor
    z: Tensor


class Feed(Protocol):
    """What the game draws from."""

    def data(self, rng: Rng) -> Tensor: ...
    def noise(self, rng: Rng) -> Tensor: ...


Cost = Callable[[View, DataAndNoise], Tensor]


def value(n: View, b: DataAndNoise) -> Tensor:
    """V(D, G) of eq. 1: what G pays in the zero-sum game, and D is paid."""
    real, fake = n.each("D", b.x, n.G(b.z))
    return score(real, fake)


def deceives(n: View, b: DataAndNoise) -> Tensor:
    """Section 3: G maximises log D(G(z)) rather than minimising log(1 - D(G(z))), which saturates."""
    return deceive(n.D(n.G(b.z)))


def likelihood(n: View, b: DataAndNoise) -> Tensor:
    """What makes G descend KL(p || p_g) against the optimal D: -E[D / (1 - D)] (tutorial, exercise 3)."""
    return maximum_likelihood(n.D(n.G(b.z)))


def r1(n: View, b: DataAndNoise) -> Tensor:
    """Half the mean square slope of D's logit at data, a penalty on D (Mescheder et al. 2018)."""
    return slope_at(n.D, b.x)


def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> DataAndNoise:
    """A minibatch of data and one of noise (Algorithm 1)."""
    return DataAndNoise(feed.data(rng), feed.noise(rng))


def watch(n: View, b: DataAndNoise) -> dict[str, Tensor]:
    """What D says, as probabilities in [0, 1], and V in nats."""
    real, fake = n.D(b.x), n.D(n.G(b.z))
    return {"D(x)": real.sigmoid().mean(), "D(G(z))": fake.sigmoid().mean(), "V": score(real, fake)}


def gan(
    generator: Cost = deceives, weight: float = 1.0, turns: tuple[Turn, ...] = alternating(D=1, G=1), target: float = 1.0
) -> Game[Feed, DataAndNoise]:
    """The game of a discriminator "D" and a generator "G" (Algorithm 1: `turns=alternating(D=k, G=1)`).

    Args:
        generator: what G pays: `deceives` (non-saturating), `value` (zero-sum), or `likelihood` (maximum likelihood).
        weight: factor on V wherever a player pays it. The authors' code and the tutorial (eq. 8) give D the factor 1/2.
        turns: who moves when.
        target: what D is told of data, in (0, 1]; less than 1 is one-sided label smoothing (Salimans et al. 2016).
    """

    def pays(n: View, b: DataAndNoise) -> Tensor:
        return weight * value(n, b)

    def judges(n: View, b: DataAndNoise) -> Tensor:
        real, fake = n.each("D", b.x, n.G(b.z))
        return -weight * smoothed_score(real, fake, target)

    players = {"D": Player(("D",), judges), "G": Player(("G",), pays if generator is value else generator)}
    return Game(players, turns, draw, watch)
