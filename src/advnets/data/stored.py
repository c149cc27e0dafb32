"""Pictures as an array holds them, before they are brought to the size and colour asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from advnets.data.decode import as_array, as_image, seen
from advnets.data.images import Images
from advnets.data.reading import Reading
from advnets.errors import BadInput

CHANNELS = {1: "grey", 3: "rgb"}


@dataclass(frozen=True)
class Stored:
    """Pictures of one shape.

    Args:
        name: what the set is called in messages.
        pixels: uint8 [n, c, h, w], c is 1 or 3.
        labels: int64 [n], positions in `classes`; None if the pictures have none.
        classes: the names of the labels.
    """

    name: str
    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()


def images(stored: Stored, reading: Reading) -> Images:
    """Stored pictures as the networks see them.

    Raises:
        BadInput: there are none, or they have another size than asked for and `fit` is "refuse".
    """
    if not stored.pixels.size:
        raise BadInput(f"{stored.name}: holds no pictures")
    return Images(
        pixels=torch.from_numpy(reread(stored.pixels, reading, stored.name)),
        labels=None if stored.labels is None else torch.from_numpy(stored.labels),
        classes=stored.classes,
        name=stored.name,
        flip=reading.flip,
        contrast=reading.contrast,
    )


def reread(pixels: NDArray[np.uint8], reading: Reading, name: str) -> NDArray[np.uint8]:
    """Pictures uint8 [n, c, h, w] in the colour and size asked for: picture files of the same pixels give the same.

    Raises:
        BadInput: they have another size than asked for, and `fit` is "refuse", or they would not fit in memory.
    """
    c, h, w = pixels.shape[1:]
    if c == 1 and reading.colour == "rgb":  # three channels alike: bring one to size
        return reread(pixels, replace(reading, colour="as-stored"), name).repeat(3, axis=1)
    if same_size((h, w), reading) and reading.colour in {"as-stored", CHANNELS[c]}:
        return pixels
    if not same_size((h, w), reading) and reading.fit == "refuse":
        raise BadInput(wrong_size(name, (h, w), reading))
    if reading.size is not None and len(pixels) * c * reading.size**2 > max(pixels.size, reading.bytes_kept):
        raise BadInput(f"{name}: more than the {reading.memory:g} GiB of --data.memory at --data.size {reading.size}; change either")
    return np.stack([as_array(seen(as_image(picture), reading)) for picture in pixels])


def same_size(size: tuple[int, int], reading: Reading) -> bool:
    """Whether a picture of a height and width has the size asked for, if one is."""
    return reading.size is None or size == (reading.size, reading.size)


def wrong_size(name: str, size: tuple[int, int], reading: Reading) -> str:
    """What to say of a picture, or a set, whose height and width are not those asked for."""
    return f"{name}: {size[1]}x{size[0]} pixels, not the {reading.size}x{reading.size} of --data.size; add --data.fit resize, crop or pad"


def coded(values: NDArray[np.generic]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Labels as positions int64 [n] among their sorted distinct values, and these as words.

    >>> coded(np.array([7, 3, 7]))
    (array([1, 0, 1]), ('3', '7'))
    """
    distinct, positions = np.unique(values, return_inverse=True)
    return positions.astype(np.int64), tuple(str(value) for value in distinct)
