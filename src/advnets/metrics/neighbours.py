"""How near samples come to the pictures that a generator was trained on: does it invent, or copy?

Distances are Euclidean, in pixels of [0, 1] or in the points' own unit. A generator as good as its data comes as near to its training
pictures as other real pictures do: that is the control. Copies come nearer. Small distances are not quality (a blurred picture is
near to many) and great ones are not novelty (a shift of one pixel is far): see A note on the evaluation of generative
models (2016), arXiv:1511.01844.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from advnets.data.densities import Density
from advnets.data.opening import Data, Rows
from advnets.errors import BadInput
from advnets.metrics.checks import at_least, same_shape
from advnets.metrics.intervals import mean, median, share
from advnets.metrics.search import nearest
from advnets.metrics.two_sample import two_sample

__all__ = ["measured", "nearest"]

FEWEST = 10
MOST_CONTROLS = 2000
MOST_TESTED = 2000
COPY_QUANTILE = 0.01


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int) -> dict[str, Any]:
    """The metric `neighbours`.

    Args:
        samples: float [n, ...], for pictures in [0, 1].
        reference: the pictures or points that the generator was trained on.
        held_out: others of their kind, to control with; None: each of the reference against the rest.
        seed: of the choice among the real ones.

    Returns:
        Plain values: mean and median distance of the samples to the nearest of the reference, with intervals; the same for up to 2,000 real
        examples; the share of copies, samples no farther from the reference than the nearest hundredth of these are; the 1-NN two-sample
        test on up to 2,000 samples and as many held-out examples (of the reference, if there are none).

    Raises:
        BadInput: the reference is a density, or there are fewer than 10 samples or real examples.
    """
    at_least(FEWEST, samples, "neighbours")
    known = examples(reference)
    others = None if held_out is None else examples(held_out)
    if others is not None:
        same_shape(others, known)
    generator = torch.Generator().manual_seed(seed)
    distance, _ = nearest(samples, known)
    control = controls(known, others, generator)
    limit = control.double().quantile(COPY_QUANTILE).item()
    copies = share(int((distance <= limit).sum()), len(distance))
    return {
        **about(distance),
        **copies.named("copies"),
        "copy_distance": limit,
        "control": {"real": "the set, each against the rest" if others is None else "held out", "count": len(control), **about(control)},
        "two_sample": tested(samples, known if others is None else others, generator),
    }


def about(distance: Tensor) -> dict[str, Any]:
    """Mean and median of distances [n] with their intervals."""
    return mean(distance).named("mean_distance") | median(distance).named("median_distance")


def controls(reference: Rows, held_out: Rows | None, generator: torch.Generator) -> Tensor:
    """Distances of real examples to the nearest of the reference, float32 [m].

    Where none are held out, each is compared with the rest of the reference: halves would be sparser, and so farther apart.
    """
    real = reference if held_out is None else held_out
    index = torch.randperm(len(real), generator=generator)[:MOST_CONTROLS]
    return nearest(real.rows(index), reference, excluding=index if held_out is None else None)[0]


def tested(samples: Tensor, real: Rows, generator: torch.Generator) -> dict[str, Any]:
    """The 1-NN two-sample test as plain values, on equal numbers chosen at random."""
    n = min(len(samples), len(real), MOST_TESTED)
    some, index = (torch.randperm(len(rows), generator=generator)[:n] for rows in (samples, real))
    result = two_sample(samples[some.to(samples.device)], real.rows(index), generator)
    return result.accuracy.named("accuracy") | {"on_real": result.on_real, "on_samples": result.on_samples, "count_of_each": n}


def examples(data: Data) -> Rows:
    """The same set, if it is one of stored examples, and large enough.

    Raises:
        BadInput: it is not.
    """
    if isinstance(data, Density):
        raise BadInput(f"{data.name}: metric neighbours needs pictures or points, not a density, which has no examples to be near to")
    if len(data) < FEWEST:
        raise BadInput(f"{data.name}: metric neighbours needs at least {FEWEST} real examples, not {len(data)}")
    return data
