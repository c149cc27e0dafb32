"""The Parzen window: a Gaussian of one width on every sample, as a density.

    log p(x) = log (1/n) sum_j exp(-|x - s_j|^2 / 2 sigma^2) - d log(sigma sqrt(2 pi))                      (Parzen 1962)

One pass over the distances serves all widths. Below, h = |x - s|^2 / 2 and a rate is 1 / sigma^2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from advnets.metrics.search import BLOCK_BYTES, Examples, product

TILE_BYTES = 2**19
"""Of a core's own cache."""
NEAR = 0.2
"""Beyond the least h. On pictures of 28x28 pixels float32 leaves about 1e-5 in h, which the rate 100 of sigma = .1 makes 1e-3 nats; what
is farther than this has a share of e^-20 there, and of many terms that matter together, as at smaller rates, the errors average out."""
CROWD = 64
"""A row is taken in float64 as a whole where more than one in so many samples are near: that is faster than one by one."""
FEW = 32
"""Coordinates for which float64 costs little beside the exponentials: all is taken in it."""
FLOOR = -80.0
"""Of exponents. Below e^-87 float32 is subnormal, and slow."""


@dataclass(frozen=True)
class Centred:
    """Samples, and the same seen from about their mean, where products are rounded less.

    Args:
        samples: float32 [n, d].
        mean: float32 [d].
        factor: float32 [n, d + 1]: the samples less the mean, o, and |o|^2 / 2.
    """

    samples: Tensor
    mean: Tensor
    factor: Tensor


def log_densities(samples: Tensor, data: Examples, sigmas: Sequence[float], *, chunk: int = BLOCK_BYTES) -> Tensor:
    """The logarithm of the samples' Parzen window at real examples, for several widths.

    A product of float32 matrices gives the distances, and the least ones, on which everything hangs where sigma is small, are
    taken again in float64.

    Args:
        samples: float [n, ...], n >= 1, for pictures in [0, 1].
        data: m real pictures or points of the same shape.
        sigmas: k widths, positive, in the unit of a pixel's range or of the points.
        chunk: bytes of a block of distances, of which at least a row of n is kept; the pass needs a few times this, beside its arguments
            and a copy of the samples.

    Returns:
        float64 [m, k] in nats, on the CPU.

    >>> from advnets.data import Points
    >>> log_densities(torch.zeros(1, 2), Points(torch.tensor([[0.0, 3.0]])), [1.0])  # -9/2 - log 2 pi
    tensor([[-6.3379]], dtype=torch.float64)
    """
    known = centred(samples)
    n, d = known.samples.shape
    rates = [sigma**-2 for sigma in sigmas]
    blocks = []
    for start in range(0, len(data), height := max(1, chunk // (4 * max(n, d)))):
        x = data.rows(torch.arange(start, min(start + height, len(data)))).cpu().float().flatten(1)
        blocks.append(log_sums(*distances(known, x, chunk), rates))
    norms = torch.tensor([math.log(n) + d * math.log(sigma * math.sqrt(2 * math.pi)) for sigma in sigmas], dtype=torch.float64)
    return torch.cat(blocks) - norms


def centred(samples: Tensor) -> Centred:
    """Samples [n, ...] with what distances to them need."""
    flat = samples.detach().cpu().float().flatten(1)
    mean = flat.mean(0)
    factor = torch.empty(len(flat), flat.shape[1] + 1)
    offsets = torch.sub(flat, mean, out=factor[:, :-1])
    factor[:, -1] = halves(offsets)
    return Centred(flat, mean, factor)


def halves(rows: Tensor) -> Tensor:
    """Half the squared lengths of rows [n, d], float64 [n], without a copy of them all in float64."""
    return torch.from_numpy(np.einsum("ij,ij->i", rows.numpy(), rows.numpy(), dtype=np.float64)) / 2


def distances(known: Centred, x: Tensor, chunk: int) -> tuple[Tensor, Tensor]:
    """How far real rows x float32 [c, d] are from the samples.

    Returns:
        h less a base of its row, float32 [c, n]; the base, the least of the row up to rounding, float64 [c].
    """
    if x.shape[1] <= FEW:
        return in_double(known, x, chunk)
    excess, base = in_single(known, x)
    near, crowded = near_pairs(excess)
    refine(known, x, excess, base, near)
    if bool(crowded.any()):
        excess[crowded], base[crowded] = in_double(known, x[crowded], chunk)
    return excess, base


def in_single(known: Centred, x: Tensor) -> tuple[Tensor, Tensor]:
    """As `distances`, from a product in float32: [o_x, 1] . [-o_s, |o_s|^2 / 2] = h - |o_x|^2 / 2."""
    offsets = x - known.mean
    excess = product(torch.cat([-offsets, torch.ones(len(x), 1)], 1), known.factor)
    lowest = torch.empty(len(x))
    for part in tiles(excess):
        torch.amin(excess[part], 1, out=lowest[part])
        excess[part].sub_(lowest[part, None])
    return excess, halves(offsets) + lowest


def tiles(block: Tensor) -> Iterator[slice]:
    """The rows of a block [c, n] in parts that stay in the cache."""
    height = max(1, TILE_BYTES // (4 * block.shape[1]))
    return (slice(start, start + height) for start in range(0, len(block), height))


def near_pairs(excess: Tensor) -> tuple[Tensor, Tensor]:
    """Positions int64 [p] in `excess` [c, n] of the near pairs, row after row, without the crowded rows; and bool [c], which these are."""
    n, found = excess.shape[1], []
    crowded = torch.empty(len(excess), dtype=torch.bool)
    for part in tiles(excess):
        near = torch.from_numpy(np.flatnonzero(excess[part].numpy() < NEAR))
        crowded[part] = (near // n).bincount(minlength=len(excess[part])) > max(1, n // CROWD)
        found.append(near[~crowded[part][near // n]] + part.start * n)
    return torch.cat(found), crowded


def refine(known: Centred, x: Tensor, excess: Tensor, base: Tensor, near: Tensor) -> None:
    """Take near pairs again from differences in float64.

    Args:
        known, x: as for `distances`.
        excess: float32 [c, n], changed at the pairs.
        base: float64 [c].
        near: int64 [p], positions of the pairs in `excess`.
    """
    n, d = known.samples.shape
    for some in near.split(max(1, TILE_BYTES // (8 * d))):
        i, j = some // n, some % n
        h = (x[i].double() - known.samples[j].double()).square().sum(1) / 2
        excess.view(-1)[some] = (h - base[i]).float()


def in_double(known: Centred, x: Tensor, chunk: int) -> tuple[Tensor, Tensor]:
    """As `distances`, from a product in float64."""
    n, d = known.samples.shape
    excess, base = torch.empty(len(x), n), torch.empty(len(x), dtype=torch.float64)
    for part in torch.arange(len(x)).split(max(1, chunk // (8 * n))):
        rows = x[part].double() - known.mean
        columns = (some.double() - known.mean for some in known.samples.split(max(1, chunk // (8 * d))))
        h = torch.cat([(rows @ some.T).neg_().add_(some.square().sum(1) / 2) for some in columns], 1)
        lowest = h.amin(1)
        base[part] = (lowest + rows.square().sum(1) / 2).clamp_(min=0)
        excess[part] = h.sub_(lowest[:, None]).float()
    return excess, base


def log_sums(excess: Tensor, base: Tensor, rates: Sequence[float]) -> Tensor:
    """log sum_j exp(-rate h_j) for h_j = excess [c, n] + base [c], for each of k rates: float64 [c, k]."""
    sums = torch.empty(len(excess), len(rates))
    terms = torch.empty_like(excess[next(tiles(excess))])
    for part in tiles(excess):
        tile = excess[part]
        for k, rate in enumerate(rates):
            sums[part, k] = torch.mul(tile, -rate, out=terms[: len(tile)]).clamp_(min=FLOOR).exp_().sum(1)
    return sums.double().log() - base[:, None] * torch.tensor(rates, dtype=torch.float64)
