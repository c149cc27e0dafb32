"""Log densities on the line that know where they live."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from advnets.errors import BadInput

Line = Callable[[Tensor], Tensor]
"""A function of points on the line, float64 [n] -> [n]: a log density in nats, or the logit of a discriminator."""


@final
@dataclass(frozen=True)
class Mixture:
    """The logarithm of a mixture of Gaussians, log p(x) = log sum_k w_k N(x; m_k, s_k^2).

    Args:
        means: m, any finite numbers, [k].
        stds: s, standard deviations, positive, [k].
        weights: w, positive with sum 1, [k].

    Raises:
        BadInput: the lengths differ, or a number is out of its range.

    >>> round(gaussian(4.0, 0.5)(torch.tensor([4.0])).exp().item(), 4)  # 1 / (0.5 sqrt(2 pi))
    0.7979
    """

    means: tuple[float, ...]
    stds: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.means) == len(self.stds) == len(self.weights) > 0:
            raise BadInput("mixture: means, stds and weights must have the same length, at least 1")
        if not all(math.isfinite(mean) for mean in self.means):
            raise BadInput("mixture: means must be finite")
        if not all(0 < std < math.inf for std in self.stds):
            raise BadInput("mixture: stds must be positive and finite")
        if not all(weight > 0 for weight in self.weights) or abs(sum(self.weights) - 1) > 1e-9:
            raise BadInput("mixture: weights must be positive and sum to 1")

    def __call__(self, x: Tensor) -> Tensor:
        """Log p at points x [n], float64 [n] in nats; finite wherever x is."""
        means, stds, weights = (torch.tensor(part, dtype=torch.float64) for part in (self.means, self.stds, self.weights))
        scores = (x.double()[:, None] - means) / stds  # [n, k]
        return torch.logsumexp(weights.log() - scores.square() / 2 - stds.log() - math.log(2 * math.pi) / 2, 1)

    def edges(self, reach: int = 40, per_std: int = 2) -> Tensor:
        """Where panels that integrate this density begin and end.

        Args:
            reach: how far from each mean, in its standard deviations; beyond 39 the density underflows.
            per_std: panels to a standard deviation.

        Returns:
            Sorted, float64 [k (2 reach per_std + 1)].
        """
        steps = torch.arange(-reach * per_std, reach * per_std + 1, dtype=torch.float64) / per_std
        return torch.cat([mean + std * steps for mean, std in zip(self.means, self.stds)]).sort().values


def gaussian(mean: float, std: float) -> Mixture:
    """The log density of N(mean, std^2). Raises BadInput unless mean is finite and std positive."""
    return mixture([mean], [std])


def mixture(means: Sequence[float], stds: Sequence[float], weights: Sequence[float] | None = None) -> Mixture:
    """The log density of a mixture of Gaussians; all weights the same if None. See `Mixture`."""
    shares = [1 / len(means) for _ in means] if weights is None else weights
    return Mixture(tuple(means), tuple(stds), tuple(shares))
