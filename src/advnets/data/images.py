"""Sets that are kept in memory: pictures as bytes, and points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from advnets.data.contrast import normalised
from advnets.data.reading import Contrast


class Skipped(NamedTuple):
    """A file that was left out, and why."""

    file: str
    reason: str


@dataclass(frozen=True, eq=False)
class Images:
    """Pictures in memory.

    Args:
        pixels: uint8 [n, c, h, w].
        labels: int64 [n], positions in `classes`; None if the pictures have none.
        classes: the names of the labels.
        name: what the set is called in messages.
        skipped: files that were left out.
        flip: mirror half of the pictures of a batch that is drawn with a generator.
        contrast: whether rows are in [0, 1], or of normalised contrast.

    >>> from advnets.data import open_data
    >>> digits = open_data("digits")
    >>> len(digits), digits.shape, digits.rows(torch.tensor([0, 1])).dtype
    (1797, (1, 8, 8), torch.float32)
    """

    pixels: Tensor
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    name: str = "images"
    skipped: tuple[Skipped, ...] = ()
    flip: bool = False
    contrast: Contrast = "as-stored"

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def bounded(self) -> bool:
        """Whether rows lie in [0, 1]."""
        return self.contrast == "as-stored"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width in pixels."""
        c, h, w = self.pixels.shape[1:]
        return c, h, w

    def stored(self, index: Tensor) -> Tensor:
        """The pictures at an index int64 [b] as bytes, uint8 [b, c, h, w]."""
        return self.pixels.index_select(0, index.to(self.pixels.device))

    def rows(self, index: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The pictures of a batch.

        Args:
            index: int64 [b], which pictures.
            generator: decides the flips, if the set has them; None: no flips.

        Returns:
            float32 [b, c, h, w], in [0, 1] unless the contrast is normalised.
        """
        return as_rows(self.stored(index), index, generator if self.flip else None, self.contrast)

    def expect(self, index: Tensor) -> None:
        """Announce a coming batch: nothing to prepare for pictures in memory."""

    def select(self, index: Tensor) -> Images:
        """The set of the pictures at an index int64 [m]."""
        index = index.to(self.pixels.device)
        return replace(self, pixels=self.pixels[index], labels=None if self.labels is None else self.labels[index])

    def to(self, device: torch.device | str) -> Images:
        """The same set, kept on a device."""
        return replace(self, pixels=self.pixels.to(device), labels=None if self.labels is None else self.labels.to(device))


@dataclass(frozen=True, eq=False)
class Points:
    """Points in memory.

    Args:
        values: float32 [n, d].
        labels: int64 [n], positions in `classes`; None if the points have none.
        classes: the names of the labels.
        name: what the set is called in messages.
        skipped: empty; pictures have such files.
    """

    values: Tensor
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    name: str = "points"
    skipped: tuple[Skipped, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def shape(self) -> tuple[int]:
        """Coordinates of a point."""
        return (self.values.shape[1],)

    def rows(self, index: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The points at an index int64 [b], float32 [b, d]; the generator is not used."""
        return self.values.index_select(0, index.to(self.values.device))

    def expect(self, index: Tensor) -> None:
        """Announce a coming batch: nothing to prepare for points."""

    def select(self, index: Tensor) -> Points:
        """The set of the points at an index int64 [m]."""
        index = index.to(self.values.device)
        return replace(self, values=self.values[index], labels=None if self.labels is None else self.labels[index])

    def to(self, device: torch.device | str) -> Points:
        """The same set, kept on a device."""
        return replace(self, values=self.values.to(device), labels=None if self.labels is None else self.labels.to(device))


def as_rows(stored: Tensor, index: Tensor, generator: torch.Generator | None, contrast: Contrast = "as-stored") -> Tensor:
    """Pictures as networks see them.

    Args:
        stored: uint8 [b, c, h, w].
        index: int64 [b], which pictures of their set they are.
        generator: decides which are mirrored; None: none.
        contrast: as it is stored, or normalised.

    Returns:
        float32 [b, c, h, w], in [0, 1] unless the contrast is normalised.
    """
    if generator is not None:
        mirrored = coins(index, generator).to(stored.device)
        stored = torch.where(mirrored[:, None, None, None], stored.flip(-1), stored)
    return normalised(stored) if contrast == "normalised" else stored.float().div_(255)


def coins(index: Tensor, generator: torch.Generator) -> Tensor:
    """A fair coin for each picture of a draw, bool [b].

    A coin depends on the picture and on one number of the generator, not on the place in the batch: processes that share
    a batch toss as one process would. The mixing is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    """
    salt = torch.randint(2**63 - 1, (1,), generator=generator, device=generator.device).to(index.device)
    mixed = (index + salt) * (0x9E3779B97F4A7C15 - 2**64)
    mixed = (mixed ^ (mixed >> 30)) * (0xBF58476D1CE4E5B9 - 2**64)
    mixed = (mixed ^ (mixed >> 27)) * (0x94D049BB133111EB - 2**64)
    return ((mixed ^ (mixed >> 31)) & 1).bool()
