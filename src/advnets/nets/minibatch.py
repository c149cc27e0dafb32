"""Features of a row among its batch mates, so that D can see a lack of variety which no single sample shows.

The rows of a call are the batch: data and samples have to come in calls of their own, or D sees them as mates of each other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from advnets.nets.first_rows import FirstRows

NUMBERS_AT_ONCE = 2**24
"""Differences that are held at once where a batch is large, 64 MiB in float32."""


Scale = Literal["nearest", "unit"]


class BesideFeatures(nn.Module, ABC):
    """Features [n, features] -> the same with `added` more, [n, features + added].

    Attributes:
        added: how many.
    """

    added: int

    @abstractmethod
    def among(self, features: Tensor) -> Tensor:
        """What is added, [n, added]."""

    def forward(self, features: Tensor) -> Tensor:
        return torch.cat([features, self.among(features)], 1)


Minibatch = Callable[[int], BesideFeatures]
"""From a number of features to the layer that adds to them: `MinibatchDeviation`, or `partial(MinibatchDiscrimination, kernels=50)`."""


class MinibatchDeviation(BesideFeatures):
    """The standard deviation of a feature over the batch, averaged over the features: one number, the same for every row.

        s = mean_k sqrt(E_i[(f_ik - E_i f_ik)^2] + eps)          (Karras et al. 2018, section 3)

    Args:
        features: how many come in; any number does.
        eps: keeps the root's gradient finite where all rows are alike.
    """

    added = 1

    def __init__(self, features: int, eps: float = 1e-8) -> None:
        super().__init__()
        self.eps = eps

    def among(self, features: Tensor) -> Tensor:
        rows = features.to(torch.promote_types(features.dtype, torch.float32))
        deviation = (rows.var(0, correction=0) + self.eps).sqrt().mean()
        return deviation.to(features.dtype).expand(len(features), 1)


class MinibatchDiscrimination(BesideFeatures, FirstRows):
    """How near a row's batch mates are, by learned distances (Salimans et al. 2016, section 3.2).

        o_ib = sum_{j != i} exp(-|M_ib - M_jb|_1) + bias_b,    M_ib = f_i T_b          T_b: features x dims, for each kernel b

    The columns of T have the lengths exp(log_scale), learned apart from their directions. With `first_rows` the biases begin where
    o is 0 on average, and the scales, if they are to suit the nearest mates, where those lie at the distance 2 on average.

    Differs: the paper sums over all j; the term j = i is always 1, and left out here as in the authors' code, whose start from data
    "nearest" is as well. Where data lie in narrow modes, distances that begin so see nothing of other modes; of length 1 they do.

    Args:
        features: how many come in.
        kernels: how many distances, and features that are added.
        dims: of the space in which a distance is taken.
        scale: where distances begin: "nearest" mates at 2, or columns of T of "unit" length.
    """

    def __init__(self, features: int, kernels: int = 100, dims: int = 5, scale: Scale = "nearest") -> None:
        super().__init__()
        self.added, self.scale = kernels, scale
        self.direction = nn.Parameter(0.05 * torch.randn(features, kernels, dims))
        self.log_scale = nn.Parameter(torch.zeros(kernels, dims))
        self.bias = nn.Parameter(-torch.ones(kernels))

    def projected(self, features: Tensor) -> Tensor:
        """M [n, kernels, dims], in float32 at least."""
        rows = features @ self.direction.flatten(1).to(features.dtype)
        lengths = self.log_scale.exp() / self.direction.norm(dim=0)  # of columns: scaling the rows' few numbers scales T's many
        return rows.to(torch.promote_types(rows.dtype, torch.float32)).unflatten(1, self.log_scale.shape) * lengths

    def among(self, features: Tensor) -> Tensor:
        return (closeness(self.projected(features)) + self.bias).to(features.dtype)

    def begin_with(self, rows: Tensor) -> None:
        if len(rows) < 2:
            raise ValueError("minibatch discrimination begins with two rows or more")
        if self.scale == "nearest":
            half = nearest(self.projected(rows)).mean(0) / 2  # [kernels]
            self.log_scale.sub_(half.clamp(min=torch.finfo(half.dtype).tiny).log()[:, None])
        self.bias.copy_(-closeness(self.projected(rows)).mean(0))


def logit_layers(features: int, minibatch: Minibatch | None) -> nn.Sequential:
    """The last layers of a discriminator, features [n, features] -> logits [n, 1], by way of a minibatch's features if asked."""
    if minibatch is None:
        return nn.Sequential(nn.Linear(features, 1))
    beside = minibatch(features)
    return nn.Sequential(beside, nn.Linear(features + beside.added, 1))


def closeness(m: Tensor) -> Tensor:
    """Sums of exp(-distance) to all other rows, for m [n, kernels, dims]: [n, kernels]."""
    return by_blocks(lambda *block: (-distances(*block)).exp().sum(1), m)


def nearest(m: Tensor) -> Tensor:
    """Distances to the nearest other row, for m [n, kernels, dims]: [n, kernels]."""
    return by_blocks(lambda *block: distances(*block).amin(1), m)


def distances(some: Tensor, mates: Tensor, itself: Tensor) -> Tensor:
    """L1 distances of rows [r, kernels, dims] from all rows [n, kernels, dims], by kernel: [r, n, kernels].

    `itself` [r, n] is infinite where the two are the same row, 0 elsewhere.
    """
    one, other = (m.movedim(2, 0).contiguous() for m in (some, mates))  # sums along the first dimension run over whole rows at once
    return (one[:, :, None] - other[:, None]).abs().sum(0) + itself[:, :, None]


def by_blocks(function: Callable[[Tensor, Tensor, Tensor], Tensor], m: Tensor) -> Tensor:
    """A function of `distances`' arguments for all rows at once, or where that takes too much memory, for some after the others.

    Blocks are computed again for their gradients, so that the differences of one block are all that is held.
    """
    itself = m.new_zeros(len(m), len(m)).fill_diagonal_(torch.inf)
    rows = max(1, NUMBERS_AT_ONCE // m.numel())
    if rows >= len(m):
        return function(m, m, itself)
    blocks = zip(m.split(rows), itself.split(rows), strict=True)
    return torch.cat([checkpoint(function, some, m, own, use_reentrant=False) for some, own in blocks])
