"""How often a classifier sees in a sample the class that was meant: of samples by class, and of completed pictures."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from advnets.data.opening import Data
from advnets.errors import BadInput
from advnets.metrics.checks import comparable
from advnets.metrics.classifier import PICTURES_AT_ONCE, seen, seen_in
from advnets.metrics.intervals import share
from advnets.metrics.kept import classifier, described
from advnets.metrics.parts import labels_of, parts


def agreement(samples: Tensor, meant: Tensor, reference: Data, held_out: Data | None = None) -> dict[str, Any]:
    """The share of samples that the classifier of the real pictures puts into the class that was meant.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        meant: int64 [n], positions among the classes of the reference.
        reference: labelled pictures, which the classifier learns.
        held_out: others of their kind, to test the classifier on; None: a fifth of the reference.

    Returns:
        Plain values: `agreement` in [0, 1] with Wilson's 95 % interval, the same `by_class`, and as `control` the classifier's agreement
        with the labels of real pictures that were held out, which no samples can be expected to exceed by much.

    Raises:
        BadInput: the reference has no labels, the samples do not suit it, or there is not one class for each sample.
    """
    comparable(samples, reference)
    known = parts("agreement", reference, held_out)
    if meant.shape != samples.shape[:1] or not len(meant):
        raise BadInput(f"meant: {tuple(meant.shape)} classes for {len(samples)} samples; one for each is needed")
    if not 0 <= int(meant.min()) <= int(meant.max()) < len(known.classes):
        raise BadInput(f"meant: classes must be positions among the {len(known.classes)} of {reference.name}")
    found = classifier(known)
    agrees = seen(found.net, samples.split(PICTURES_AT_ONCE)).probabilities.argmax(1) == meant.cpu()
    control = seen_in(found.net, known.held_out).probabilities.argmax(1) == labels_of(known.held_out)
    return {
        "reference": reference.name,
        "samples": len(samples),
        **shared(agrees),
        "by_class": {known.classes[k]: shared(agrees[meant.cpu() == k])["agreement"] for k in meant.unique().tolist()},
        "control": {"real": known.origin, "pictures": len(control), **shared(control)},
        "classifier": described(found, known),
    }


def shared(agrees: Tensor) -> dict[str, Any]:
    """The share of true values in bool [n], with its interval."""
    return share(int(agrees.sum()), len(agrees)).named("agreement")
