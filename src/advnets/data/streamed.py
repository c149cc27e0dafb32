"""A set of pictures that is too large for the memory: decoded by threads, batch by batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from advnets.data.images import Skipped, as_rows
from advnets.data.reading import Contrast

BATCHES_AHEAD = 8
"""Announced batches that are kept; of more, the oldest is forgotten."""

Decode = Callable[[str], NDArray[np.uint8]]


@dataclass(frozen=True, eq=False)
class Expected:
    """A batch on its way: which pictures, and the pixels of each."""

    index: Tensor
    pictures: list[Future[NDArray[np.uint8]]]


@final
@dataclass(eq=False)
class Streamed:
    """Pictures read from disk. The same pictures kept in memory give the same rows, bit for bit.

    Args:
        decode: the pixels of a member, uint8 of `shape`; several threads call it at once.
        members: the names of the pictures.
        shape: channels, height and width in pixels.
        labels: int64 [n], positions in `classes`; None if the pictures have none.
        classes: the names of the labels.
        name: what the set is called in messages.
        fingerprint: of the files, which were not all read.
        skipped: files that were left out.
        flip: mirror half of the pictures of a batch that is drawn with a generator.
        workers: threads.
        device: where rows are put.
        contrast: whether rows are in [0, 1], or of normalised contrast.
    """

    decode: Decode
    members: tuple[str, ...]
    shape: tuple[int, int, int]
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    name: str = "pictures"
    fingerprint: str = ""
    skipped: tuple[Skipped, ...] = ()
    flip: bool = False
    workers: int = 2
    device: torch.device | str = "cpu"
    contrast: Contrast = "as-stored"

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.workers, thread_name_prefix="advnets-decode")
        self.expected: deque[Expected] = deque()

    def __len__(self) -> int:
        return len(self.members)

    @property
    def bounded(self) -> bool:
        """Whether rows lie in [0, 1]."""
        return self.contrast == "as-stored"

    def expect(self, index: Tensor) -> None:
        """Start decoding a coming batch, int64 [b], so that `rows` finds it ready."""
        if len(self.expected) == BATCHES_AHEAD:
            cancel(self.expected.popleft())
        self.expected.append(self.started(index))

    def stored(self, index: Tensor) -> Tensor:
        """The pictures at an index int64 [b] as bytes, uint8 [b, c, h, w]; taken from a batch that was announced, if one is.

        Raises:
            BadInput: a file cannot be read, or has another shape.
        """
        batch = next((batch for batch in self.expected if torch.equal(batch.index, index.cpu())), None)
        if batch is None:
            batch = self.started(index)
        else:
            self.expected.remove(batch)
        pixels = np.empty((len(index), *self.shape), np.uint8)
        for place, picture in zip(pixels, batch.pictures, strict=True):
            place[:] = picture.result()
        return torch.from_numpy(pixels).to(self.device)

    def rows(self, index: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The pictures of a batch.

        Args:
            index: int64 [b], which pictures.
            generator: decides the flips, if the set has them; None: no flips.

        Returns:
            float32 [b, c, h, w], in [0, 1] unless the contrast is normalised.

        Raises:
            BadInput: a file cannot be read, or has another shape.
        """
        return as_rows(self.stored(index), index, generator if self.flip else None, self.contrast)

    def select(self, index: Tensor) -> Streamed:
        """The set of the pictures at an index int64 [m]."""
        members = tuple(self.members[k] for k in index.tolist())
        return replace(self, members=members, labels=None if self.labels is None else self.labels[index.to(self.labels.device)])

    def to(self, device: torch.device | str) -> Streamed:
        """The same set, whose rows are put on a device."""
        return replace(self, labels=None if self.labels is None else self.labels.to(device), device=device)

    def close(self) -> None:
        """Forget what was announced, and end the threads."""
        self.pool.shutdown(cancel_futures=True)
        self.expected.clear()

    def started(self, index: Tensor) -> Expected:
        """A batch whose pictures are being decoded."""
        return Expected(index.cpu().clone(), [self.pool.submit(self.decode, self.members[k]) for k in index.tolist()])


def cancel(batch: Expected) -> None:
    """Spare the threads the pictures of a batch that nobody took."""
    for picture in batch.pictures:
        picture.cancel()
