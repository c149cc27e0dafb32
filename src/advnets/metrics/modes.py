"""Modes of a mixture whose modes are known: which of them samples cover, and how many samples lie near one.

A sample is good if it is within three standard deviations of the nearest mode. A perfect generator has 98.9 % good samples in the plane.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from advnets.data.densities import GaussianMixture
from advnets.data.opening import Data
from advnets.errors import BadInput
from advnets.metrics.checks import at_least
from advnets.metrics.intervals import share

FEWEST = 10
REACH = 3.0
"""Standard deviations from its mode within which a sample is good."""
TENTH = 0.1
"""The part of its due share of good samples from which a mode counts as covered."""


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int) -> dict[str, Any]:
    """The metric `modes`.

    Args:
        samples: float [n, dim].
        reference: a mixture of Gaussians.
        held_out: not looked at.
        seed: of as many samples of the mixture itself, the control.

    Returns:
        What `summary` says of the samples and, as `control`, of the mixture's own.

    Raises:
        BadInput: the reference is no mixture of Gaussians, or there are fewer than 10 samples.
    """
    at_least(FEWEST, samples, "modes")
    if not isinstance(reference, GaussianMixture):
        raise BadInput(f"{reference.name}: metric modes needs a mixture whose modes are known, such as ring, grid or bumps")
    own = reference.sample(len(samples), torch.Generator().manual_seed(seed))
    return summary(samples.cpu(), reference) | {"control": summary(own, reference)}


def summary(samples: Tensor, mixture: GaussianMixture) -> dict[str, Any]:
    """What is known of samples [n, dim] beside a mixture, as plain values.

    Returns:
        How many modes the mixture has; how many are covered, by a tenth or more of the samples that are due to them by their weights; how
        many are touched, by one good sample or more; the share of good samples, with Wilson's interval; the total variation distance, in
        [0, 1], of the good samples' modes from the weights, 1 if none is good.
    """
    n, counts = len(samples), occupancy(samples, mixture)
    good = int(counts.sum())
    distance = (counts / good - mixture.weights).abs().sum().item() / 2 if good else 1.0
    return {
        "modes": len(counts),
        "modes_covered": int((counts >= TENTH * n * mixture.weights).sum()),
        "modes_touched": int((counts > 0).sum()),
        **share(good, n).named("good_share"),
        "total_variation": distance,
    }


def occupancy(samples: Tensor, mixture: GaussianMixture) -> Tensor:
    """How many good samples of [n, dim] each of k modes has, int64 [k]; every sample belongs to the nearest mode.

    >>> pair = GaussianMixture([[0.0], [10.0]], [1.0, 1.0])
    >>> occupancy(torch.tensor([[0.5], [9.0], [11.0], [5.0]]), pair)
    tensor([1, 2])
    """
    distances, nearest = torch.cdist(samples.double(), mixture.means).min(1)
    good = distances <= REACH * mixture.stds[nearest]
    return nearest[good].bincount(minlength=len(mixture.means))
