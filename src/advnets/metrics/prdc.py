"""Precision, recall, density and coverage: two clouds of features, each as balls around its points.

The ball of a point reaches to its k-th nearest neighbour in its own cloud. Precision is the share of samples that lie in the ball of
some real picture; recall the share of real pictures that lie in the ball of some sample (Kynkaanniemi et al. 2019, k = 3). Density is
the number of real balls that a sample lies in, divided by k; coverage the share of real balls that hold a sample (Naeem et al. 2020,
k = 5). Precision and density ask whether samples look right, recall and coverage whether they are of all kinds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from advnets.data.opening import Data
from advnets.metrics.embedding import about, embedded
from advnets.metrics.intervals import spread

NEAREST = 3
"""k of precision and recall."""
NEAREST_DENSITY = 5
"""k of density and coverage."""
MOST = 5000
BLOCK_BYTES = 2**26
GROUPS = 10


@dataclass(frozen=True)
class Cloud:
    """Points and how far their balls reach.

    Args:
        points: float64 [n, d].
        radii: float64 [n, 2], distances to the third and to the fifth nearest other point.
    """

    points: Tensor
    radii: Tensor


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int, features: str) -> dict[str, Any]:
    """The metric `prdc`.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        reference: pictures.
        held_out: others of their kind, to control with; None: a fifth of the reference.
        seed: of the choice among the real pictures.
        features: what is looked through.

    Returns:
        Plain values: the four, each with its interval by leaving out each tenth of the samples; how many of samples and of real pictures
        were compared, equally many and at most 5,000 of each; the control.

    Raises:
        BadInput: fewer than 128 samples, or data or features that do not suit.
    """
    found = embedded("prdc", samples, reference, held_out, seed, features)
    return {
        "protocol": found.protocol("precision and recall (k = 3), density and coverage (k = 5)"),
        **compared(found.samples.features, found.real.features),
        **about(found, compared(found.control.features, found.real.features)),
    }


def compared(x: Tensor, y: Tensor) -> dict[str, Any]:
    """The four of features x [n, d] against real ones y [m, d] as plain values, with jackknife intervals over groups of x."""
    count = min(len(x), len(y), MOST)
    x, real = x[:count].double(), cloud(y[:count].double())
    group = torch.arange(count) % GROUPS
    values, without = prdc(x, real), torch.stack([prdc(x[group != left_out], real) for left_out in range(GROUPS)])
    errors = ((GROUPS - 1) * without.var(0, correction=0)).sqrt()
    bounds = {"precision": 1.0, "recall": 1.0, "density": math.inf, "coverage": 1.0}
    estimates = (spread(v, e).within(0, most) for v, e, most in zip(values.tolist(), errors.tolist(), bounds.values(), strict=True))
    named = [estimate.named(name) for name, estimate in zip(bounds, estimates, strict=True)]
    return {key: value for one in named for key, value in one.items()} | {"count_of_each": count}


def prdc(x: Tensor, real: Cloud) -> Tensor:
    """Precision, recall, density and coverage of samples x float64 [n, d], n > 5, float64 [4]."""
    samples = cloud(x)
    inside, balls, recalled, covered = 0, 0, 0, 0
    for part, apart in distances(real.points, x):
        reach = real.radii[part]  # [b, 2]
        recalled += int((apart <= samples.radii[:, 0]).any(1).sum())
        covered += int((apart <= reach[:, 1:]).any(1).sum())
        balls += int((apart <= reach[:, 1:]).sum())
    for _, apart in distances(x, real.points):
        inside += int((apart <= real.radii[:, 0]).any(1).sum())
    n, m = len(x), len(real.points)
    return torch.tensor([inside / n, recalled / m, balls / (NEAREST_DENSITY * n), covered / m], dtype=torch.float64)


def cloud(points: Tensor) -> Cloud:
    """Points float64 [n, d] with their radii; n > 5."""
    ranks = torch.tensor([NEAREST, NEAREST_DENSITY])  # the nearest of all is the point itself
    radii = [apart.topk(NEAREST_DENSITY + 1, largest=False).values[:, ranks] for _, apart in distances(points, points)]
    return Cloud(points, torch.cat(radii))


def distances(a: Tensor, b: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Distances of rows of a float64 [n, d] to those of b [m, d], a block of rows at a time: which rows, and float64 [rows, m]."""
    centre = b.mean(0)
    b = b - centre
    norms = b.square().sum(1)
    height = max(1, BLOCK_BYTES // (8 * len(b)))
    for start in range(0, len(a), height):
        rows = a[start : start + height] - centre
        square = rows.square().sum(1)[:, None] + norms - 2 * rows @ b.T
        yield slice(start, start + height), square.clamp_(min=0).sqrt()
