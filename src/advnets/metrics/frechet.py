"""The squared Fréchet distance between Gaussians fitted to features of samples and of real pictures.

    d^2 = |m_1 - m_2|^2 + tr(C_1 + C_2 - 2 (C_1 C_2)^(1/2))                     (Dowson and Landau 1982)

The features are those of `extractors`: if nothing else is asked for, the last but one layer of a classifier trained on the real
pictures. The distance is in their squared unit: it compares generators of the same pictures through the same network, and is FID
(Heusel et al. 2017) only with the features of Inception. Finite numbers of pictures make it too great; the control, real pictures
held out, shows by how much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from advnets.data.opening import Data
from advnets.metrics.embedding import about, embedded
from advnets.metrics.intervals import bootstrapped

REPLICATES = 100
FEW_REPLICATES = 20
MANY_FEATURES = 256
"""From which on a replicate takes a second or more."""


@dataclass(frozen=True)
class Gaussian:
    """A Gaussian in d dimensions.

    Args:
        mean: float64 [d].
        factor: float64 [d, d], C = factor factor^T.
    """

    mean: Tensor
    factor: Tensor


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int, features: str) -> dict[str, Any]:
    """The metric `frechet`.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        reference: pictures; the Gaussian is fitted to at most 10,000 of them.
        held_out: others of their kind, to control with; None: a fifth of the reference.
        seed: of the bootstrap, and of the choice among the real pictures.
        features: what is looked through.

    Returns:
        Plain values: the squared distance of the samples, plus and minus 1.96 bootstrap standard errors; the variance of the real features,
        which is the squared distance of a generator that knows no more than their mean; the control, of as many pictures held out as there
        are samples, or of all if there are fewer; where the features come from.

    Raises:
        BadInput: fewer than 128 samples, or data or features that do not suit.
    """
    found = embedded("frechet", samples, reference, held_out, seed, features)
    real = fitted(found.real.features)
    return {
        "protocol": found.protocol(found.through.frechet),
        **compared(found.samples.features, real, found.generator),
        "real_variance": real.factor.square().sum().item(),
        "features": found.real.features.shape[1],
        **about(found, compared(found.control.features, real, found.generator)),
    }


def compared(features: Tensor, real: Gaussian, generator: torch.Generator) -> dict[str, Any]:
    """The squared distance of features [n, d] from a Gaussian with its bootstrap interval."""
    n, d = features.shape
    count = REPLICATES if d <= MANY_FEATURES else FEW_REPLICATES
    resampled = (features[torch.randint(n, (n,), generator=generator)] for _ in range(count))
    replicates = torch.tensor([squared_distance(fitted(rows), real) for rows in resampled])
    return bootstrapped(squared_distance(fitted(features), real), replicates).within(0, math.inf).named("distance")


def fitted(features: Tensor) -> Gaussian:
    """The Gaussian with the mean and the unbiased covariance of features [n, d], n >= 2."""
    features = features.double()
    mean = features.mean(0)
    centred = features - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / (len(features) - 1))
    return Gaussian(mean, vectors * values.clamp(min=0).sqrt())


def squared_distance(a: Gaussian, b: Gaussian) -> float:
    """d^2 between two Gaussians, at least 0.

    tr (C_1 C_2)^(1/2) is the sum of the singular values of F_1^T F_2 where C_i = F_i F_i^T: no square root of a matrix is needed, and
    none of the small eigenvalues of a product is lost.

    >>> narrow, wide = Gaussian(torch.zeros(1).double(), torch.eye(1).double()), Gaussian(torch.ones(1).double(), 3 * torch.eye(1).double())
    >>> squared_distance(narrow, wide)  # (0 - 1)^2 + (1 - 3)^2
    5.0
    """
    traces = a.factor.square().sum() + b.factor.square().sum()
    square = (a.mean - b.mean).square().sum() + traces - 2 * torch.linalg.svdvals(a.factor.T @ b.factor).sum()
    return max(0.0, square.item())
