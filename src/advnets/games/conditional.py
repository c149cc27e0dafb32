"""The conditional game p(x | c): c is given to both G and D (Goodfellow et al. 2014, section 7, item 1; Mirza and Osindero 2014).

    min_G max_D V(D, G) = E_{x,c}[log D(x, c)] + E_{z,c}[log(1 - D(G(z, c), c))]          in nats

D returns logits [n]. For each c it is the game of eq. 1, so that at the equilibrium G draws from p(x | c) and V = -log 4.

D may also be shown data beside what is known of another row, c', as a share s of what it shall refuse (Reed et al. 2016: s = 1/2):

    V_s(D, G) = E_{x,c}[log D(x, c)] + (1 - s) E_{z,c}[log(1 - D(G(z, c), c))] + s E_{x,c'}[log(1 - D(x, c'))]

Then G brings (1 - s) p_g(x | c) + s p(x) as near to p(x | c) as it can: it leaves out what is as likely given anything else.

Differs: the paper states the extension in a sentence. Here c comes with the data, and G answers for the c of the same minibatch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, Turn, View, alternating
from advnets.costs.logistic import deceive, maximum_likelihood, score, told
from advnets.costs.penalties import r1 as slope_at


class LabelledAndNoise(NamedTuple):
    """Data x [n, ...], what is known of it c [n, k] (a class as one-hot), noise z [n, d], and what is known of other rows [n, k]."""

    x: Tensor
    c: Tensor
    z: Tensor
    other: Tensor


class Feed(Protocol):
    """What the game draws from."""

    def labelled(self, rng: Rng) -> tuple[Tensor, Tensor]: ...
    def noise(self, rng: Rng) -> Tensor: ...


Cost = Callable[[View, LabelledAndNoise], Tensor]


def value(n: View, b: LabelledAndNoise) -> Tensor:
    """V(D, G): what G pays in the zero-sum game, and D is paid."""
    return score(n.D(b.x, b.c), n.D(n.G(b.z, b.c), b.c))


def aware(n: View, b: LabelledAndNoise, mismatched: float) -> Tensor:
    """V_s(D, G), s = `mismatched`: D shall also refuse data beside what is known of another row."""
    real, fake, beside_other = n.D(b.x, b.c), n.D(n.G(b.z, b.c), b.c), n.D(b.x, b.other)
    return told(real, 1.0) + (1 - mismatched) * told(fake, 0.0) + mismatched * told(beside_other, 0.0)


def deceives(n: View, b: LabelledAndNoise) -> Tensor:
    """Section 3: G maximises log D(G(z, c), c)."""
    return deceive(n.D(n.G(b.z, b.c), b.c))


def likelihood(n: View, b: LabelledAndNoise) -> Tensor:
    """What makes G descend the KL divergence against the optimal D: -E[D / (1 - D)]."""
    return maximum_likelihood(n.D(n.G(b.z, b.c), b.c))


def r1(n: View, b: LabelledAndNoise) -> Tensor:
    """Half the mean square slope of D's logit at data beside their own c, a penalty on D (Mescheder et al. 2018)."""
    return slope_at(lambda x: n.D(x, b.c), b.x)


def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> LabelledAndNoise:
    """A minibatch of data with what is known of it and of the row before, and one of noise."""
    x, c = feed.labelled(rng)
    return LabelledAndNoise(x, c, feed.noise(rng), c.roll(1, 0))


def watch(n: View, b: LabelledAndNoise) -> dict[str, Tensor]:
    """What D says, as probabilities in [0, 1], and V in nats."""
    real, fake = n.D(b.x, b.c), n.D(n.G(b.z, b.c), b.c)
    return {"D(x)": real.sigmoid().mean(), "D(G(z))": fake.sigmoid().mean(), "V": score(real, fake)}


def conditional(
    generator: Cost = deceives, weight: float = 1.0, turns: tuple[Turn, ...] = alternating(D=1, G=1), mismatched: float = 0.0
) -> Game[Feed, LabelledAndNoise]:
    """The game of a discriminator "D" of (x, c) and a generator "G" of (z, c).

    Args:
        generator: what G pays: `deceives` (non-saturating), `value` (zero-sum), or `likelihood` (maximum likelihood).
        weight: factor on V wherever a player pays it.
        turns: who moves when.
        mismatched: s, in [0, 1); with 0 D is shown no such data.
    """

    def pays(n: View, b: LabelledAndNoise) -> Tensor:
        return weight * (aware(n, b, mismatched) if mismatched else value(n, b))

    def judges(n: View, b: LabelledAndNoise) -> Tensor:
        return -pays(n, b)

    players = {"D": Player(("D",), judges), "G": Player(("G",), pays if generator is value else generator)}
    return Game(players, turns, draw, watch)
