"""Counting: how many bright spots has a sample, and is it the number that the real pictures have?

A spot is a set of at least four pixels brighter than one half that hang together, by sides or corners. Generators draw locally
convincing spots, but not always the right number of them (Goodfellow 2016, slide "Problems with counting").
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from advnets.data.images import Images
from advnets.data.opening import Data
from advnets.data.opening import part as part_of
from advnets.errors import BadInput
from advnets.metrics.checks import at_least, same_shape
from advnets.metrics.intervals import mean, share
from advnets.metrics.parts import kind

FEWEST = 10
MOST_REAL = 10_000
THRESHOLD = 0.5
SMALLEST = 4
"""Pixels of a spot."""
TOUCHING = np.zeros((3, 3, 3), dtype=bool)
"""Of pixels [picture, row, column]: the neighbours of one, all in its own picture."""
TOUCHING[1] = True


def measured(samples: Tensor, reference: Data, held_out: Data | None, seed: int) -> dict[str, Any]:
    """The metric `dots`.

    Args:
        samples: float [n, c, h, w] in [0, 1].
        reference: pictures in memory; the right number is the one that most of them have.
        held_out: others of their kind, to control with; None: a fifth of the reference.
        seed: not used; nothing is drawn.

    Returns:
        Plain values: the share of samples with the right number, with Wilson's interval; that number; the mean number; the share of
        samples by number; and the same of the control.

    Raises:
        BadInput: fewer than 10 samples, or data that are not pictures in memory.
    """
    at_least(FEWEST, samples, "dots")
    real = in_memory(reference)
    others = in_memory(held_out) if held_out is not None else in_memory(part_of(real, "held-out"))
    same_shape(others, real)
    right = int(counted(real.rows(torch.arange(min(MOST_REAL, len(real))))).bincount().argmax())
    control = counted(others.rows(torch.arange(min(MOST_REAL, len(others)))))
    return {
        **summary(counted(samples), right),
        "right_number": right,
        "control": {"real": "a fifth of the set" if held_out is None else "held out", "pictures": len(control), **summary(control, right)},
    }


def summary(counts: Tensor, right: int) -> dict[str, Any]:
    """What is said of numbers of spots int64 [n]."""
    numbers, pictures = counts.unique(return_counts=True)
    return {
        **share(int((counts == right).sum()), len(counts)).named("right_share"),
        **mean(counts.double()).named("mean_number"),
        "number_shares": {str(number): count / len(counts) for number, count in zip(numbers.tolist(), pictures.tolist(), strict=True)},
    }


def counted(x: Tensor) -> Tensor:
    """The number of spots in pictures float [n, c, h, w] in [0, 1], int64 [n]; of colours their mean is looked at.

    >>> two = torch.zeros(1, 1, 6, 6)
    >>> two[..., :2, :2] = two[..., 4:, 4:] = 1
    >>> counted(two).item()
    2
    """
    bright = (x.detach().cpu().float().mean(1) > THRESHOLD).numpy()
    spots = np.empty(bright.shape, dtype=np.int32)
    ndimage.label(bright, TOUCHING, output=spots)  # numbers from 1 on through all pictures
    sizes = np.bincount(spots.ravel())
    where = np.zeros(len(sizes), dtype=np.int64)
    where[spots.ravel()] = np.arange(len(bright)).repeat(bright[0].size)  # a spot lies in one picture
    return torch.from_numpy(np.bincount(where[1:][sizes[1:] >= SMALLEST], minlength=len(bright)))


def in_memory(data: Data) -> Images:
    """The same set, on the CPU, if it is one of pictures in memory.

    Raises:
        BadInput: it is not.
    """
    if not isinstance(data, Images):
        raise BadInput(f"{data.name}: metric dots needs pictures in memory (--data.memory keeps more), not {kind(data)}")
    return data.to("cpu")
