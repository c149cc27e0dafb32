"""What a metric compares with: real pictures to learn from, and others held out to control with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from advnets.data.densities import Density
from advnets.data.images import Images, Points
from advnets.data.opening import Data, Rows, open_data
from advnets.data.opening import held_out as held_out_of
from advnets.data.reading import Reading
from advnets.errors import BadInput
from advnets.metrics.checks import same_shape, shown

FEWEST_HELD_OUT = 10
SMALLEST_SIDE = 8
"""Pixels that the classifier's strides leave something of."""


@dataclass(frozen=True)
class Parts:
    """A labelled set in two.

    Args:
        fit: pictures to learn from.
        held_out: other pictures of the same kind.
        official: the set came with its second part; else it is a fifth of the set.
    """

    fit: Images
    held_out: Images
    official: bool

    @property
    def origin(self) -> str:
        """What the second part is, in words."""
        return "held out" if self.official else "a fifth of the set"

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the labels."""
        return self.fit.classes or tuple(str(label) for label in range(int(labels_of(self.fit).max()) + 1))


def official_test(source: str, reading: Reading = Reading(), root: Path | None = None) -> Rows | None:
    """The test part that a set comes with, if it comes with one that is on this machine. Downloads nothing.

    Args:
        source: a name or a path, as for `open_data`.
        reading: how pictures are read; as those that the test part is compared with.
        root: a folder with local copies of the named sets.
    """
    return present(source, "test", reading, root)


def present(source: str, split: str, reading: Reading = Reading(), root: Path | None = None) -> Rows | None:
    """A part of a set, if the set has such a part and is on this machine. Downloads nothing."""
    try:
        data = open_data(source, reading, split=split, root=root, download=False)
    except BadInput:
        return None
    return None if isinstance(data, Density) else data


def parts(metric: str, reference: Data, held_out: Data | None = None) -> Parts:
    """A labelled set in two: with the part held out that is given, else without a fifth of each class.

    Raises:
        BadInput: not pictures in memory, no labels, one class only, too few or too small pictures, or parts that do not match.
    """
    known = labelled(metric, reference)
    if len(labels_of(known).unique()) < 2:
        raise BadInput(f"{known.name}: metric {metric} needs pictures of two classes or more")
    if min(known.shape[1:]) < SMALLEST_SIDE:
        raise BadInput(f"{known.name}: metric {metric} needs sides of {SMALLEST_SIDE} pixels or more, and has {shown(known.shape)}")
    both = divided(known) if held_out is None else beside(known, labelled(metric, held_out))
    if len(both.held_out) < FEWEST_HELD_OUT:
        raise BadInput(f"{known.name}: too small: metric {metric} needs {FEWEST_HELD_OUT} pictures held out, not {len(both.held_out)}")
    return both


def divided(images: Images) -> Parts:
    """Four fifths of each class of a set, and the rest: the parts "fit" and "held-out" of `open_data`."""
    held = held_out_of(images.labels, len(images))
    fit, held_out = (images.select(which.nonzero().squeeze(1)) for which in (~held, held))
    return Parts(fit, held_out, official=False)


def beside(images: Images, held_out: Images) -> Parts:
    """A set and what is held out.

    Raises:
        BadInput: they have different shapes or classes.
    """
    same_shape(held_out, images)
    if held_out.classes != images.classes:
        raise BadInput(f"{held_out.name}: held out, but with other classes than {images.name}")
    return Parts(images, held_out, official=True)


def labelled(metric: str, data: Data) -> Images:
    """The same set, on the CPU, if it is one of labelled pictures in memory.

    Raises:
        BadInput: it is not.
    """
    if not isinstance(data, Images):
        raise BadInput(f"{data.name}: metric {metric} needs labelled pictures in memory (--data.memory keeps more), not {kind(data)}")
    labels_of(data)
    return data.to("cpu")


def labels_of(images: Images) -> Tensor:
    """The labels of a set, int64 [n].

    Raises:
        BadInput: it has none.
    """
    if images.labels is None:
        raise BadInput(f"{images.name}: has no labels, from which metrics learn its classes (a folder's subfolders are labels)")
    return images.labels


def kind(data: Data) -> str:
    """What a set is, in words."""
    return "a density" if isinstance(data, Density) else "points" if isinstance(data, Points) else "pictures read from disk"
