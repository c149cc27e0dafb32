"""The kernel distance between features of samples and of real pictures: the squared maximum mean discrepancy, without bias.

    MMD^2 = mean_{i != j} k(x_i, x_j) + mean_{i != j} k(y_i, y_j) - 2 mean_{i, j} k(x_i, y_j),    k(a, b) = (a.b / d + 1)^3

The kernel is that of Binkowski et al. 2018, section 4, who average the estimate over random blocks of 1,000; here it is taken once over
all pictures, which has less variance. Its mean is 0 where samples and real pictures are alike, at any number of them, so that it may
come out a little below 0. With Inception's features it is called KID.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from advnets.data.opening import Data
from advnets.metrics.embedding import about, embedded
from advnets.metrics.intervals import Estimate, spread

BLOCKS = 20
ROWS = 1000
"""Real pictures in a block."""


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int, features: str) -> dict[str, Any]:
    """The metric `kid`.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        reference: pictures; at most 10,000 of them are compared with.
        held_out: others of their kind, to control with; None: a fifth of the reference.
        seed: of the choice among the real pictures.
        features: what is looked through.

    Returns:
        Plain values: the distance with its interval and standard error by leaving out each of 20 blocks of the samples; the control.

    Raises:
        BadInput: fewer than 128 samples, or data or features that do not suit.
    """
    found = embedded("kid", samples, reference, held_out, seed, features)
    what = "KID" if found.through.frechet == "FID" else "kernel distance"
    return {
        "protocol": found.protocol(what),
        **compared(found.samples.features, found.real.features),
        "blocks": BLOCKS,
        **about(found, compared(found.control.features, found.real.features)),
    }


def compared(x: Tensor, y: Tensor) -> dict[str, Any]:
    """The distance of features x [n, d] from y [m, d] as plain values."""
    estimate, error = discrepancy(x, y, min(BLOCKS, len(x) // 2))
    return estimate.named("distance") | {"standard_error": error}


def discrepancy(x: Tensor, y: Tensor, blocks: int = BLOCKS) -> tuple[Estimate, float]:
    """The unbiased estimate of MMD^2 and its jackknife standard error over blocks of x.

    Sums of the kernel between blocks give the estimate, and the estimate without each block: one pass, in the memory of a block.

    Args:
        x, y: float [n, d] and [m, d], n >= 2 blocks, m >= 2. The interval is of x alone: y stays.
        blocks: into which x is divided.
    """
    parts = x.double().tensor_split(blocks)
    within = torch.stack([torch.stack([kernel(a, b).sum() for b in parts]) for a in parts])  # [blocks, blocks]
    within -= torch.diag(torch.stack([self_kernel(a).sum() for a in parts]))  # no pair of a row with itself
    others = y.double().split(ROWS)
    across = torch.stack([sum((kernel(a, b).sum() for b in others), torch.zeros(())) for a in parts])  # [blocks]
    real = sum((kernel(a, b).sum() for a in others for b in others), torch.zeros(())) - self_kernel(y.double()).sum()
    sizes, m = torch.tensor([len(part) for part in parts]), len(y)

    def estimate(kept: Tensor) -> float:
        n = int(sizes[kept].sum())
        return (within[kept][:, kept].sum() / (n * (n - 1)) + real / (m * (m - 1)) - 2 * across[kept].sum() / (n * m)).item()

    every = torch.ones(blocks, dtype=torch.bool)
    without = torch.tensor([estimate(every.index_fill(0, torch.tensor(block), False)) for block in range(blocks)], dtype=torch.float64)
    error = math.sqrt((blocks - 1) * without.var(correction=0).item())
    return spread(estimate(every), error), error


def kernel(a: Tensor, b: Tensor) -> Tensor:
    """(a.b / d + 1)^3 of rows [n, d] and [m, d], [n, m].

    >>> kernel(torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0, 3.0], [0.0, -2.0]]))
    tensor([[27.,  0.]])
    """
    base = a @ b.T / a.shape[1] + 1
    return base * base * base


def self_kernel(a: Tensor) -> Tensor:
    """The kernel of each row [n, d] with itself, [n]."""
    return (a.square().sum(1) / a.shape[1] + 1).pow(3)
