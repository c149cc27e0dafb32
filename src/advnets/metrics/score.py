"""An Inception-style score: does a classifier see a clear class in each sample, and many classes in all?

    exp E_x KL(p(y | x) || p(y))                                         (Salimans et al. 2016, section 4)

1 where all samples look alike to the classifier, and at most the number of its classes. It is the Inception score only with Inception's
probabilities, and so never called that here. It never looks at real pictures: a generator that draws one good picture of each class
has the highest score. A finite number of samples makes it a little too small.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from advnets.data.opening import Data
from advnets.errors import BadInput
from advnets.metrics.embedding import about, embedded
from advnets.metrics.intervals import Estimate, bootstrapped

REPLICATES = 200


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int, features: str) -> dict[str, Any]:
    """The metric `score`.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        reference: pictures; the classifier learns them, unless another network is asked for.
        held_out: others of their kind, to control with; None: a fifth of the reference.
        seed: of the bootstrap.
        features: what is looked through; a network with classes.

    Returns:
        Plain values: the score with its bootstrap interval, the number of classes, the control.

    Raises:
        BadInput: fewer than 128 samples, data or features that do not suit, or a network without classes.
    """
    found = embedded("score", samples, reference, held_out, seed, features)
    classes = found.samples.probabilities.shape[1]
    if not classes:
        raise BadInput(f"features {features}: gives no probabilities of classes, which metric score needs")
    return {
        "protocol": f"Inception-style score, {classes:,} classes of {found.through.name}, {len(samples):,} samples",
        **scored(found.samples.probabilities, found.generator).named("score"),
        "classes": classes,
        **about(found, scored(found.control.probabilities, found.generator).named("score")),
    }


def scored(probabilities: Tensor, generator: torch.Generator) -> Estimate:
    """The score of probabilities [n, k] with its bootstrap interval."""
    p = probabilities.double()
    n, k = p.shape
    drawn = torch.stack([torch.randint(n, (n,), generator=generator).bincount(minlength=n) for _ in range(REPLICATES)]) / n
    value = score(p, torch.full((1, n), 1 / n, dtype=torch.float64)).item()
    return bootstrapped(value, score(p, drawn.double())).within(1, k)


def score(p: Tensor, weights: Tensor) -> Tensor:
    """exp of the mean divergence of p(y | x) from p(y), for each of several weightings of the samples.

    Args:
        p: float64 [n, k].
        weights: float64 [r, n], each summing to 1.

    Returns:
        float64 [r], between 1 and k.

    >>> round(score(torch.eye(4).double(), torch.full((1, 4), 0.25).double()).item(), 6)
    4.0
    """
    negative_entropy = torch.special.xlogy(p, p).sum(1)  # [n]
    marginal = weights @ p
    return (weights @ negative_entropy - torch.special.xlogy(marginal, marginal).sum(1)).exp()
