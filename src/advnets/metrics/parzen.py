"""The Parzen-window estimate of the log-likelihood, by which the paper judges (Goodfellow et al. 2014, section 5).

A Gaussian is put on each of 10,000 samples; its width, the one that suits 1,000 validation pictures best; the score, the mean
log-density of the 10,000 test pictures. All of it is as in parzen_ll.py of the authors' code (goodfeli/adversarial).

The number orders models badly: it hangs on the grid of widths and on the number of samples, it forgives blur, and centres of clusters
can score higher than real pictures do: see A note on the evaluation of generative models (2016), arXiv:1511.01844. That is why both
are scored beside it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from torch import Tensor

from advnets.data.opening import Data
from advnets.errors import BadInput
from advnets.metrics.checks import at_least
from advnets.metrics.intervals import spread
from advnets.metrics.kept import tell
from advnets.metrics.names import SAMPLES
from advnets.metrics.parzen_controls import controls
from advnets.metrics.roles import Roles, roles
from advnets.metrics.window import log_densities

SIGMAS: list[float] = np.logspace(-1, 0, 10).tolist()


def measured(samples: Tensor, reference: Data, held_out: Data | None, validation: Data | None, seed: int) -> dict[str, Any]:
    """The metric `parzen`.

    Args:
        samples: float [n, ...], for pictures in [0, 1]; 10,000 in the paper.
        reference: the pictures or points that the generator was trained on, to control with.
        held_out: others of their kind, to score; None: those of `validation`, or else a fifth of the reference.
        validation: still others, to choose sigma; None: 1,000 of those held out, at most a fifth of them, which are not scored.
        seed: of the choice among the real ones, and of k-means.

    Returns:
        Plain values: the log-likelihood in nats a picture with its interval and its standard error, the standard deviation over test
        pictures divided by the root of their number; the sigma chosen; counts and origins of what was used; warnings; and the same of the
        controls, training pictures and k-means centres in the place of the samples.

    Raises:
        BadInput: the reference is a density, there are no samples or too few real examples, or numbers are too great for float32.
    """
    at_least(1, samples, "parzen")
    real = roles(reference, held_out, validation, seed)
    values = scored(samples, real)
    warnings = warned(len(samples), values["sigma"])
    for warning in warnings:
        tell(f"parzen: {warning}")
    return {
        **values,
        "test": {"count": len(real.test), "origin": real.test_origin},
        "sigmas": SIGMAS,
        "seed": seed,
        "warnings": warnings,
        "controls": controls(real, len(samples), seed, scored),
    }


def scored(samples: Tensor, real: Roles) -> dict[str, Any]:
    """The score of samples [n, ...] with the sigma that suits the validation examples best.

    Raises:
        BadInput: distances overflow.
    """
    each = log_densities(samples, real.validation, SIGMAS).mean(0)
    best = int(each.argmax())
    density = log_densities(samples, real.test, SIGMAS[best : best + 1])[:, 0]
    value, error = density.mean().item(), density.std(correction=0).item() / math.sqrt(len(density))
    if not (math.isfinite(value) and math.isfinite(error) and bool(each.isfinite().all())):
        raise BadInput("samples: metric parzen needs points nearer to the data than these, whose squared distances overflow float32")
    return {
        **spread(value, error).named("log_likelihood"),
        "standard_error": error,
        "sigma": SIGMAS[best],
        "validation": {"log_likelihood": each[best].item(), "count": len(real.validation), "origin": real.validation_origin},
    }


def warned(count: int, sigma: float) -> list[str]:
    """What to beware of in an estimate from so many samples with this width."""
    warnings: list[str] = []
    if count != SAMPLES["parzen"]:
        warnings.append(f"{count:,} samples, not {SAMPLES['parzen']:,} as for published numbers; the estimate grows with their number")
    if sigma in (SIGMAS[0], SIGMAS[-1]):
        warnings.append(f"sigma {sigma:.3g} is at the edge of the grid from {SIGMAS[0]:.3g} to {SIGMAS[-1]:.3g}: the best may lie outside")
    return warnings
