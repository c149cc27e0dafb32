"""A look at samples beside real rows, without labels and without knowing the modes.

Real rows are divided into cells, by k-means. A cell counts as lost where samples fill less than a fifth of its share of real rows;
what is lost is the share of the data that lies in lost cells. Counting in cells as in Richardson and Weiss 2018, but one-sided: a cell
that is too full takes its samples from others.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

CELLS = 25
"""At most: of fewer than 250 real rows fewer are made."""
ROWS_A_CELL = 10
ROWS = 1000
"""Real rows that cells are made of."""
SIDE = 16
"""Pixels a side at most; larger pictures are averaged down."""
PASSES = 20
"""Of k-means."""
FILLED = 0.2
"""The part of its due below which a cell is lost."""
REACH = 1.5
"""How far a cell reaches, in distances of its farthest real row from its centre."""
NEAR = 0.1
"""Two samples are near-duplicates below this part of the median distance of a real row from the nearest of as many others."""


@dataclass(frozen=True)
class Reference:
    """Real rows as samples are compared with them.

    Args:
        centres: of the cells, float64 [k, d].
        shares: of the real rows in each, float64 [k].
        reach: of each, float64 [k].
        near: distance of near-duplicates.
        middle: mean of the real rows, float64 [d].
        axes: their leading principal axes over the standard deviation along each, float64 [d, 2], or [d, 1] of numbers.
    """

    centres: Tensor
    shares: Tensor
    reach: Tensor
    near: float
    middle: Tensor
    axes: Tensor


@dataclass(frozen=True)
class Look:
    """What a look at samples found.

    Args:
        lost: share of the data in cells that too few samples reach, in [0, 1].
        crowded: the same, where a sample counts for the nearest cell however far it lies: what is lost to other cells.
        duplicates: share of samples with a near-duplicate among the others.
        mean: of the samples along the data's leading axes, in standard deviations of the data.
    """

    lost: float
    crowded: float
    duplicates: float
    mean: tuple[float, ...]

    def values(self) -> dict[str, float]:
        """By their names in a line of the log."""
        means = {f"alarm/mean_{number + 1}": value for number, value in enumerate(self.mean)}
        return {"alarm/lost": self.lost, "alarm/crowded": self.crowded, "alarm/duplicates": self.duplicates} | means


def seen(rows: Tensor) -> Tensor:
    """Rows [n, ...] as they are compared: float64 [n, d], pictures averaged down to 16 pixels a side."""
    rows = rows.detach().cpu().double()
    if rows.dim() == 4 and max(rows.shape[2:]) > SIDE:
        rows = adaptive_avg_pool2d(rows, (min(SIDE, rows.shape[2]), min(SIDE, rows.shape[3])))
    return rows.flatten(1)


def reference(rows: Tensor, count: int) -> Reference:
    """What real rows [m, ...], m >= 2, in random order, say to samples, `count` of which are looked at together."""
    x = seen(rows)
    centres = k_means(x, max(1, min(CELLS, len(x) // ROWS_A_CELL)))
    distance, cell = torch.cdist(x, centres).min(1)
    reach = torch.zeros(len(centres), dtype=torch.float64).scatter_reduce_(0, cell, distance, "amax")
    shares = cell.bincount(minlength=len(centres)).double() / len(x)
    middle = x.mean(0)
    variance, axes = torch.linalg.eigh((x - middle).T @ (x - middle) / len(x))  # ascending
    leading = axes[:, -2:].flip(1) / variance[-2:].flip(0).clamp(min=1e-12).sqrt()
    near = NEAR * nearest_other(x[:count]).median().item()
    return Reference(centres, shares, REACH * reach, near, middle, leading)


def look(samples: Tensor, known: Reference) -> Look:
    """Samples [n, ...], n >= 2, beside real rows."""
    x = seen(samples)
    distance, cell = torch.cdist(x, known.centres).min(1)
    return Look(
        lost=lost(cell[distance <= known.reach[cell]], len(x), known.shares),
        crowded=lost(cell, len(x), known.shares),
        duplicates=(nearest_other(x) < known.near).double().mean().item(),
        mean=tuple(((x - known.middle) @ known.axes).mean(0).tolist()),
    )


def lost(cells: Tensor, count: int, shares: Tensor) -> float:
    """The share of the data in cells with less than a fifth of their due.

    Args:
        cells: int64 [m], the cells of samples that count.
        count: of all samples, m or more.
        shares: of the data in each cell, float64 [k].

    >>> lost(torch.tensor([0, 0, 0, 1]), 4, torch.tensor([0.5, 0.25, 0.25]))
    0.25
    """
    filled = cells.bincount(minlength=len(shares)).double() / count
    return shares[filled < FILLED * shares].sum().item()


def nearest_other(x: Tensor) -> Tensor:
    """Distances of rows float64 [n, d] from the nearest other row, float64 [n]."""
    return torch.cdist(x, x).fill_diagonal_(torch.inf).amin(1)


def k_means(x: Tensor, k: int) -> Tensor:
    """Centres float64 [k, d] of rows float64 [m, d] in random order: Lloyd's passes from rows that lie far apart (k-means++, seed 0)."""
    generator = torch.Generator().manual_seed(0)
    centres = x[:1]
    while len(centres) < k:
        square = torch.cdist(x, centres).amin(1).square() + 1e-300  # rows may all be the same
        centres = torch.cat([centres, x[torch.multinomial(square / square.sum(), 1, generator=generator)]])
    for _ in range(PASSES):
        cell = torch.cdist(x, centres).argmin(1)
        counts = cell.bincount(minlength=k).double()[:, None]
        sums = torch.zeros_like(centres).index_add_(0, cell, x)
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
    return centres
