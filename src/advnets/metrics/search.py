"""Exact nearest neighbours by brute force, in little memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

BLOCK_BYTES = 2**24
ROUNDING = 2.0**-24
"""Of float32."""


class Examples(Protocol):
    """A set of real examples: pictures or points."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def rows(self, index: Tensor) -> Tensor: ...


@dataclass
class Best:
    """The nearest so far of n samples: squared distance float64 [n], position int64 [n]."""

    square: Tensor
    index: Tensor


def nearest(samples: Tensor, images: Examples, *, excluding: Tensor | None = None, chunk: int = BLOCK_BYTES) -> tuple[Tensor, Tensor]:
    """The nearest image of each sample.

    A product of float32 matrices finds, with a bound on its rounding (Higham 2002, section 3.1), the few images that can be the nearest;
    their distances are then taken from differences in float64. So a copy has distance 0 exactly, and of equally near images
    the first is named.

    Args:
        samples: float [n, ...], for pictures in [0, 1].
        images: real pictures or points of the same shape.
        excluding: int64 [n], for each sample a position that is not to be named (itself, where the samples are of the set); None: none.
        chunk: bytes of a block of pictures and of a block of scores; the search needs a few times this, beside its arguments.

    Returns:
        L2 distances float32 [n], in the unit of a pixel's range or of the points, and positions int64 [n], on the CPU.
    """
    queries = samples.detach().cpu().float().flatten(1)
    best = Best(torch.full((len(queries),), torch.inf, dtype=torch.float64), torch.zeros(len(queries), dtype=torch.int64))
    height = max(1, chunk // (4 * queries.shape[1]))
    for start in range(0, len(images), height):
        block = images.rows(torch.arange(start, min(start + height, len(images)))).cpu().float().flatten(1)
        for part in torch.arange(len(queries)).split(max(1, chunk // (4 * len(block)))):
            banned = None if excluding is None else excluding[part].cpu() - start
            improve(best, part, queries[part], block, start, banned, max(1, chunk // (8 * queries.shape[1])))
    return best.square.sqrt().float(), best.index


def improve(best: Best, part: Tensor, queries: Tensor, block: Tensor, start: int, banned: Tensor | None, pairs: int) -> None:
    """Take into account a block of images [m, d], at positions from `start`, for a part [c] of the samples, queries [c, d].

    Args:
        best: the nearest so far; changed.
        banned: int64 [c], a row of the block for each query that is not to be named, if it lies in the block.
        pairs: distances taken at once.
    """
    none = len(block)
    for i, j in (some.unbind(1) for some in candidates(queries, block, best.square[part], banned).split(pairs)):
        square = (queries[i].double() - block[j].double()).square().sum(1)
        least = torch.full((len(part),), torch.inf, dtype=torch.float64).scatter_reduce_(0, i, square, "amin")
        wins = (square == least[i]) & (square < best.square[part[i]])
        first = torch.full((len(part),), none).scatter_reduce_(0, i[wins], j[wins], "amin")
        better = first < none
        best.square[part[better]], best.index[part[better]] = least[better], start + first[better]


def candidates(queries: Tensor, block: Tensor, square: Tensor, banned: Tensor | None) -> Tensor:
    """The pairs (query, row of the block) that may be nearer than the nearest so far and the nearest of the block, int64 [p, 2], in order.

    What is compared is s = |b|^2 / 2 - q.b = (|q - b|^2 - |q|^2) / 2.

    Args:
        queries, block: float32 [c, d] and [m, d].
        square: float64 [c], squared distance to the nearest so far.
        banned: as in `improve`.
    """
    norm, norms = (rows.double().square().sum(1) for rows in (queries, block))
    scores = product(queries, block).neg_().add_((norms / 2).float())  # s, [c, m]
    bound = ROUNDING * (queries.shape[1] + 8) * (norm.sqrt() * norms.max().sqrt() + norms.max())
    rows = torch.arange(len(queries))
    if banned is not None:
        here = (banned >= 0) & (banned < len(block))
        rows, banned = rows[here], banned[here]
        scores[rows, banned] = torch.inf
    limit = torch.minimum((square - norm) / 2, scores.amin(1) + bound) + bound
    near = scores <= limit.float()[:, None]
    if banned is not None:
        near[rows, banned] = False
    return near.nonzero()


def product(a: Tensor, b: Tensor) -> Tensor:
    """The product a b^T of matrices [m, d] and [n, d] on the CPU, in float32 whatever torch is set to take such products in.

    Not by NumPy: the threads of its library wait busily for more, in the way of torch's that come after it.
    """
    settings = torch.backends.mkldnn.matmul  # pyright: ignore[reportAttributeAccessIssue]
    before, settings.fp32_precision = settings.fp32_precision, "ieee"
    try:
        return torch.mm(a, b.T, out=torch.empty(len(a), len(b)))  # autocast leaves alone what is given an `out`
    finally:
        settings.fp32_precision = before
