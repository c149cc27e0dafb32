"""Measure samples by the name of a metric."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from advnets.data.opening import Data
from advnets.errors import BadInput
from advnets.metrics import classes, dots, frechet, kid, modes, neighbours, parzen, prdc, score
from advnets.metrics.checks import comparable
from advnets.metrics.extractors import known
from advnets.metrics.names import CLASSIFIER, METRICS, suggestion

Measured = Callable[[Tensor, Data, Data | None, int], dict[str, Any]]
Choosing = Callable[[Tensor, Data, Data | None, Data | None, int], dict[str, Any]]
"""A metric with a setting that it chooses on validation data, its fourth argument."""
Looking = Callable[[Tensor, Data, Data | None, int, str], dict[str, Any]]
"""A metric that looks through features, its last argument."""
Asked = Callable[[Tensor, Data, Data | None, Data | None, int, str], dict[str, Any]]
"""Any metric, with all that it may be given."""


def without_validation(measured: Measured) -> Asked:
    """A metric that chooses nothing."""
    return lambda samples, reference, held_out, validation, seed, features: measured(samples, reference, held_out, seed)


def choosing(measured: Choosing) -> Asked:
    """A metric with a setting to choose."""
    return lambda samples, reference, held_out, validation, seed, features: measured(samples, reference, held_out, validation, seed)


def looking(measured: Looking) -> Asked:
    """A metric on features."""
    return lambda samples, reference, held_out, validation, seed, features: measured(samples, reference, held_out, seed, features)


FUNCTIONS: dict[str, Asked] = {
    "neighbours": without_validation(neighbours.measured),
    "classes": without_validation(classes.measured),
    "frechet": looking(frechet.measured),
    "kid": looking(kid.measured),
    "prdc": looking(prdc.measured),
    "score": looking(score.measured),
    "dots": without_validation(dots.measured),
    "parzen": choosing(parzen.measured),
    "modes": without_validation(modes.measured),
}


def measure(
    name: str,
    samples: Tensor,
    reference: Data,
    *,
    held_out: Data | None = None,
    validation: Data | None = None,
    seed: int = 0,
    features: str = CLASSIFIER,
) -> dict[str, Any]:
    """Measure samples against real data.

    Args:
        name: of `advnets.metrics.METRICS`.
        samples: float [n, *reference.shape]; pictures in [0, 1].
        reference: what the generator was trained on.
        held_out: real data that it was not trained on, such as `official_test(source)`; None: the metric holds out what it needs.
        validation: real data that is neither, for metrics that choose a setting; None: the metric takes some of what is held out.
        features: what `frechet`, `kid`, `prdc` and `score` look through: "classifier", "efficientnet-lite0", or a TorchScript file.
        seed: of resampling; the same arguments on the same machine give the same numbers.

    Returns:
        Plain values that JSON can hold. `x_interval` is the 95 % interval of `x`; `control` is the same measured on real data.

    Raises:
        BadInput: no such metric, or the samples or the data do not suit it.
    """
    if name not in METRICS:
        raise BadInput(f"metric {name}: no such metric; {suggestion(name)}")
    known(features)
    samples = samples.detach()
    comparable(samples, reference)
    values = FUNCTIONS[name](samples, reference, held_out, validation, seed, features)
    return {"reference": reference.name, "samples": len(samples)} | values
