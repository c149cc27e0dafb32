"""Shares of the classes among samples, as a classifier trained on the real pictures sees them.

A sample counts for its most probable class. A generator that has lost modes gives few classes, a low entropy and a great distance of
the shares from the real ones; one whose samples are of no class gives a low confidence. The control is what the classifier says of
real pictures that it was not trained on.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from advnets.data.opening import Data
from advnets.metrics.checks import at_least
from advnets.metrics.classifier import PICTURES_AT_ONCE, seen, seen_in
from advnets.metrics.intervals import bootstrapped, mean, share
from advnets.metrics.kept import classifier, described
from advnets.metrics.parts import Parts, labels_of, parts

FEWEST = 10
CONFIDENT = 0.9
PRESENT = 0.01
"""The smallest share of a class that counts as present."""
REPLICATES = 1000


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int) -> dict[str, Any]:
    """The metric `classes`.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        reference: labelled pictures.
        held_out: others of their kind, to test the classifier on and to control with; None: a fifth of the reference.
        seed: of the bootstrap.

    Returns:
        What `summary` says of the samples, the real shares, what it says of the held-out pictures, and the classifier's test accuracy.

    Raises:
        BadInput: the reference has no labels, or there are fewer than 10 samples.
    """
    at_least(FEWEST, samples, "classes")
    known = parts("classes", reference, held_out)
    found = classifier(known)
    real = real_shares(known)
    of_samples = seen(found.net, samples.split(PICTURES_AT_ONCE)).probabilities
    of_control = seen_in(found.net, known.held_out).probabilities
    return summary(of_samples, real, known.classes, seed) | {
        "real_shares": dict(zip(known.classes, real.tolist(), strict=True)),
        "control": {"real": known.origin, "pictures": len(of_control)} | summary(of_control, real, known.classes, seed),
        "classifier": described(found, known),
    }


def real_shares(known: Parts) -> NDArray[np.float64]:
    """Shares of the classes among the pictures of a set, float64 [k]."""
    labels = labels_of(known.fit) if known.official else torch.cat([labels_of(known.fit), labels_of(known.held_out)])
    return shares_of(labels, len(known.classes))


def shares_of(labels: Tensor, classes: int) -> NDArray[np.float64]:
    """Shares of the classes among labels int64 [n], float64 [classes]."""
    return (labels.bincount(minlength=classes).double() / len(labels)).numpy()


def summary(probabilities: Tensor, real: NDArray[np.float64], classes: tuple[str, ...], seed: int) -> dict[str, Any]:
    """What a classifier says of pictures, as plain values.

    Args:
        probabilities: float [n, k].
        real: shares of the classes among real pictures, float64 [k].
        classes: their names.
        seed: of the bootstrap.

    Returns:
        The entropy of the shares in nats, at most log k; the total variation distance of the shares from the real ones, in [0, 1]; the
        number of classes with a share of 1 % or more; the mean probability of the most probable class, and the share of pictures where
        it is above .9; the shares. Intervals of shares are Wilson's; of the entropy and of the distance 1.96 bootstrap standard errors.
    """
    confidence, chosen = probabilities.max(1)
    n, shares = len(chosen), shares_of(chosen, len(classes))
    drawn = np.random.default_rng(seed).multinomial(n, shares, REPLICATES) / n  # [REPLICATES, k]
    intervals = [share(s * n, n) for s in shares.tolist()]
    return {
        **bootstrapped(float(entropy(shares)), torch.from_numpy(entropy(drawn))).within(0, math.log(len(classes))).named("entropy_nats"),
        **bootstrapped(float(distance(shares, real)), torch.from_numpy(distance(drawn, real))).within(0, 1).named("total_variation"),
        "classes_present": int((shares >= PRESENT).sum()),
        **mean(confidence).within(0, 1).named("mean_confidence"),
        **share(int((confidence > CONFIDENT).sum()), n).named("confident_share"),
        "shares": dict(zip(classes, shares.tolist(), strict=True)),
        "shares_interval": {name: [i.low, i.high] for name, i in zip(classes, intervals, strict=True)},
    }


def entropy(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """sum p log 1 / p over the last axis, in nats.

    >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]])).round(4)
    array([0.6931, 0.    ])
    """
    return (shares * np.log(1 / np.where(shares > 0, shares, 1))).sum(-1)


def distance(shares: NDArray[np.float64], real: NDArray[np.float64]) -> NDArray[np.float64]:
    """The total variation distance, half the sum of absolute differences, over the last axis.

    >>> distance(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    np.float64(0.5)
    """
    return np.abs(shares - real).sum(-1) / 2
