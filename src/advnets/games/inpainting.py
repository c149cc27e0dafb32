"""The game of completion p(x_S | x_not S), for S the right half of a picture (Goodfellow et al. 2014, section 7, item 3).

    min_G max_D V(D, G) = E_x[log D(l, r)] + E_{x,z}[log(1 - D(l, G(l, z)))]          in nats; x = (l, r)

G sees the left half l and noise z, and gives the right half; D sees a whole picture, joined of both halves. D returns logits [n].

Differs: the paper means one family of conditionals that share parameters, for any S; as in the authors' code, S is the right half here.
Their G sees a picture whose right half is noise; ours has noise of any dimension beside l.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from advnets.core import Game, Player, Rng, Turn, View, alternating
from advnets.costs.logistic import deceive, maximum_likelihood, score


class HalvesAndNoise(NamedTuple):
    """Left and right halves of pictures, l [n, c, h, w // 2] and r [n, c, h, w - w // 2], and noise z [n, d]."""

    l: Tensor  # noqa: E741
    r: Tensor
    z: Tensor


class Feed(Protocol):
    """What the game draws from."""

    def data(self, rng: Rng) -> Tensor: ...
    def noise(self, rng: Rng) -> Tensor: ...


Cost = Callable[[View, HalvesAndNoise], Tensor]


def halves(x: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures [n, c, h, w] as their left [n, c, h, w // 2] and right halves.

    >>> import torch
    >>> left, right = halves(torch.zeros(1, 1, 2, 5))
    >>> left.shape[-1], right.shape[-1]
    (2, 3)
    """
    middle = x.shape[-1] // 2
    return x[..., :middle], x[..., middle:]


def value(n: View, b: HalvesAndNoise) -> Tensor:
    """V(D, G): what G pays in the zero-sum game, and D is paid."""
    return score(n.D(b.l, b.r), n.D(b.l, n.G(b.l, b.z)))


def deceives(n: View, b: HalvesAndNoise) -> Tensor:
    """Section 3: G maximises log D(l, G(l, z))."""
    return deceive(n.D(b.l, n.G(b.l, b.z)))


def likelihood(n: View, b: HalvesAndNoise) -> Tensor:
    """What makes G descend the KL divergence against the optimal D: -E[D / (1 - D)]."""
    return maximum_likelihood(n.D(b.l, n.G(b.l, b.z)))


def draw(feed: Feed, nets: Mapping[str, nn.Module], rng: Rng) -> HalvesAndNoise:
    """A minibatch of pictures in halves, and one of noise."""
    return HalvesAndNoise(*halves(feed.data(rng)), feed.noise(rng))


def watch(n: View, b: HalvesAndNoise) -> dict[str, Tensor]:
    """What D says, as probabilities in [0, 1], and V in nats."""
    real, fake = n.D(b.l, b.r), n.D(b.l, n.G(b.l, b.z))
    return {"D(x)": real.sigmoid().mean(), "D(G(z))": fake.sigmoid().mean(), "V": score(real, fake)}


def inpainting(
    generator: Cost = deceives, weight: float = 1.0, turns: tuple[Turn, ...] = alternating(D=1, G=1)
) -> Game[Feed, HalvesAndNoise]:
    """The game of a discriminator "D" of both halves and a generator "G" of the right half.

    Args:
        generator: what G pays: `deceives` (non-saturating), `value` (zero-sum), or `likelihood` (maximum likelihood).
        weight: factor on V wherever a player pays it.
        turns: who moves when.
    """

    def pays(n: View, b: HalvesAndNoise) -> Tensor:
        return weight * value(n, b)

    def judges(n: View, b: HalvesAndNoise) -> Tensor:
        return -pays(n, b)

    players = {"D": Player(("D",), judges), "G": Player(("G",), pays if generator is value else generator)}
    return Game(players, turns, draw, watch)
