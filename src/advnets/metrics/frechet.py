"""The squared Fréchet distance between Gaussians fitted to features of samples and of real pictures.

    d^2 = |m_1 - m_2|^2 + tr(C_1 + C_2 - 2 (C_1 C_2)^(1/2))                     (Dowson and Landau 1982)

The features are the last but one layer of a classifier trained on the real pictures; the distance is in their squared unit, which is
another for each set: it compares generators of the same pictures, and is not the FID (Heusel et al. 2017), whose features are those
of Inception. Finite numbers of pictures make it too great; the control, real pictures held out, shows by how much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from advnets.data.images import Images
from advnets.data.opening import Data
from advnets.metrics.checks import at_least
from advnets.metrics.classifier import FEATURES, PICTURES_AT_ONCE, seen, seen_in
from advnets.metrics.intervals import bootstrapped
from advnets.metrics.kept import classifier, described
from advnets.metrics.parts import parts

FEWEST = 2 * FEATURES
MOST_REAL = 10_000
REPLICATES = 100


@dataclass(frozen=True)
class Gaussian:
    """A Gaussian in d dimensions.

    Args:
        mean: float64 [d].
        factor: float64 [d, d], C = factor factor^T.
    """

    mean: Tensor
    factor: Tensor


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int) -> dict[str, Any]:
    """The metric `frechet`.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        reference: labelled pictures; the Gaussian is fitted to at most 10,000 of those that the classifier is trained on.
        held_out: others of their kind, to test the classifier on and to control with; None: a fifth of the reference.
        seed: of the bootstrap, and of the choice among the real pictures.

    Returns:
        Plain values: the squared distance of the samples, plus and minus 1.96 bootstrap standard errors; the variance of the real features,
        which is the squared distance of a generator that knows no more than their mean; the control, of as many pictures held out as there
        are samples, or of all if there are fewer; the classifier's test accuracy.

    Raises:
        BadInput: the reference has no labels, or there are fewer samples than two for each feature.
    """
    at_least(FEWEST, samples, f"frechet, which fits a Gaussian in {FEATURES} dimensions,")
    known = parts("frechet", reference, held_out)
    found = classifier(known)
    generator = torch.Generator().manual_seed(seed)
    real = fitted(seen_in(found.net, known.fit, chosen(known.fit, MOST_REAL, generator)).features)
    control = seen_in(found.net, known.held_out, chosen(known.held_out, len(samples), generator)).features
    features = seen(found.net, samples.split(PICTURES_AT_ONCE)).features
    return {
        **compared(features, real, generator),
        "real_variance": real.factor.square().sum().item(),
        "features": FEATURES,
        "control": {"real": known.origin, "pictures": len(control), **compared(control, real, generator)},
        "classifier": described(found, known),
    }


def chosen(images: Images, most: int, generator: torch.Generator) -> Tensor:
    """Positions int64 [m] of at most so many pictures, at random."""
    return torch.randperm(len(images), generator=generator)[:most]


def compared(features: Tensor, real: Gaussian, generator: torch.Generator) -> dict[str, Any]:
    """The squared distance of features [n, d] from a Gaussian with its bootstrap interval."""
    n = len(features)
    resampled = (features[torch.randint(n, (n,), generator=generator)] for _ in range(REPLICATES))
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
