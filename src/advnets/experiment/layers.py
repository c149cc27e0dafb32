"""The layers that an experiment can choose for its networks: what normalises activations, and what D sees of a whole minibatch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from advnets.experiment.bounds import Bounds, Size

Rows = Annotated[int, Bounds(2)]


@dataclass(frozen=True)
class NoNorm:
    """Activations as they are."""


@dataclass(frozen=True)
class BatchNorm:
    """By the statistics of the batch (Ioffe and Szegedy 2015); in evaluation mode by their running averages."""


@dataclass(frozen=True)
class ReferenceBatchNorm:
    """By the statistics of a reference batch, chosen once (Goodfellow 2016, section 4.3)."""

    reference: Rows = 64
    """rows of the reference batch"""


@dataclass(frozen=True)
class VirtualBatchNorm:
    """By the statistics of a reference batch and the row itself (Salimans et al. 2016, section 3.5)."""

    reference: Rows = 64
    """rows of the reference batch"""


@dataclass(frozen=True)
class NoMinibatch:
    """D judges every row alone."""


@dataclass(frozen=True)
class MinibatchDiscrimination:
    """Learned distances of a row from its batch mates (Salimans et al. 2016, section 3.2)."""

    kernels: Size = 100
    """distances, each a feature more"""
    dims: Size = 5
    """dimensions of the space in which a distance is taken"""
    scale: Literal["nearest", "unit"] = "nearest"
    """where distances begin: the nearest mate at 2, or columns of T of length 1, which see mates that are far away"""


@dataclass(frozen=True)
class MinibatchDeviation:
    """The standard deviation of D's features over the minibatch (Karras et al. 2018, section 3)."""


Norm = NoNorm | BatchNorm | ReferenceBatchNorm | VirtualBatchNorm
Minibatch = NoMinibatch | MinibatchDiscrimination | MinibatchDeviation
