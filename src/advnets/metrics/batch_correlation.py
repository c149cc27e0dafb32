"""What the samples of a batch have in common: the intraclass correlation of their mean pixels.

    r = (M_b - M_w) / (M_b + (n - 1) M_w)          M_b, M_w: mean squares between and within batches of n

Batch norm in G ties a sample to its batch mates (Goodfellow 2016, section 4.3). r is 0 where batches say nothing of their samples, 1
where all samples of a batch are alike, and as low as -1 / (n - 1) where they make up for each other.
"""

from __future__ import annotations

from scipy.special import fdtri
from torch import Tensor

from advnets.metrics.intervals import Estimate


def batch_correlation(batches: Tensor) -> Estimate:
    """The intraclass correlation of the mean of a sample's numbers, in batches that a generator drew in training mode.

    Args:
        batches: float [b, n, ...], b batches of n samples; b and n at least 2.

    Returns:
        r in [-1 / (n - 1), 1] with its 95 % interval, exact where means are normal.

    Raises:
        ValueError: fewer batches or samples, or samples that all have the same mean.

    References: Shrout and Fleiss 1979, case 1.

    >>> import torch
    >>> round(batch_correlation(torch.tensor([[1.0, 2.0], [5.0, 6.0], [9.0, 10.0]])).value, 3)
    0.969
    """
    if batches.dim() < 2 or min(batches.shape[:2]) < 2:
        raise ValueError(f"batches of shape {tuple(batches.shape)}: two batches of two samples are the least")
    means = batches.double().flatten(2).mean(2) if batches.dim() > 2 else batches.double()  # [b, n]
    b, n = means.shape
    between = n * means.mean(1).var().item()
    within = means.var(1).mean().item()
    if not between and not within:
        raise ValueError("all samples have the same mean")
    low, high = float(fdtri(b - 1, b * (n - 1), 0.025)), float(fdtri(b - 1, b * (n - 1), 0.975))  # quantiles of M_b / M_w at r = 0
    return Estimate(*(correlation(between, by * within, n) for by in (1.0, high, low)))


def correlation(between: float, within: float, n: int) -> float:
    """r from two mean squares."""
    return (between - within) / (between + (n - 1) * within)
