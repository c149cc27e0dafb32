"""IDX files, the format of MNIST: plain or gzipped, with the labels in a file beside the images."""

from __future__ import annotations

import gzip
import struct
import zlib
from io import BufferedReader
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advnets.data.stored import Stored, coded
from advnets.errors import BadInput

Stream = gzip.GzipFile | BufferedReader

PARTS = {"train": "train", "test": "t10k"}
GREATEST_DEFLATION = 1032
"""gzip can make data at most this many times smaller."""


def load(images: Path, labels: Path | None = None, classes: tuple[str, ...] | None = None) -> Stored:
    """Pictures from an IDX file, labelled from another.

    Args:
        images: a file of images, uint8 [n, h, w].
        labels: a file of labels, uint8 [n]; None: no labels.
        classes: the names of the labels 0, 1, ...; None: the labels that occur, as words.

    Raises:
        BadInput: a file is torn, has the wrong magic number, or the counts differ.
    """
    pixels = read(images, dimensions=3, holds="images")
    if labels is None:
        return Stored(str(images), pixels[:, None])
    values = read(labels, dimensions=1, holds="labels")
    if len(values) != len(pixels):
        raise BadInput(f"{labels}: {len(values)} labels for the {len(pixels)} pictures of {images.name}")
    if classes is None:
        return Stored(str(images), pixels[:, None], *coded(values))
    if values.size and values.max() >= len(classes):
        raise BadInput(f"{labels}: label {values.max()}; the labels are 0 to {len(classes) - 1}")
    return Stored(str(images), pixels[:, None], values.astype(np.int64), classes)


def read(file: Path, dimensions: int, holds: str) -> NDArray[np.uint8]:
    """The array of an IDX file of unsigned bytes.

    Args:
        file: plain or gzipped.
        dimensions: how many the array must have.
        holds: what the array is, for messages.

    Raises:
        BadInput: wrong magic number, or fewer or more bytes than the header says.
    """
    magic, header_bytes = 0x800 + dimensions, 4 + 4 * dimensions
    with opened(file) as stream:
        header = part(stream, file, header_bytes)
        if len(header) < header_bytes:
            raise BadInput(f"{file}: truncated; a file of {holds} starts with {header_bytes} bytes of header")
        found, *shape = struct.unpack(f">{1 + dimensions}I", header)
        if found != magic:
            raise BadInput(f"{file}: magic number {found:#010x}; a file of {holds} starts with {magic:#010x}")
        size = prod(shape)
        if size > file.stat().st_size * GREATEST_DEFLATION:
            raise BadInput(f"{file}: truncated; its header promises {size:,} bytes, more than it can hold")
        body = part(stream, file, size + 1)
    if len(body) < size:
        raise BadInput(f"{file}: truncated; its header promises {size:,} bytes, and it holds {len(body):,}")
    if len(body) > size:
        raise BadInput(f"{file}: too long; its header promises {size:,} bytes, and it holds more")
    return np.frombuffer(bytearray(body), np.uint8).reshape(shape)


def opened(file: Path) -> Stream:
    """A stream of a file's content, unpacked if it is gzipped."""
    with file.open("rb") as stream:
        zipped = stream.read(2) == b"\x1f\x8b"
    return gzip.open(file) if zipped else file.open("rb")


def part(stream: Stream, file: Path, size: int) -> bytes:
    """The next bytes of a stream, fewer at its end."""
    try:
        return stream.read(size)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BadInput(f"{file}: truncated, or not a gzip file") from None


def labels_beside(images: Path) -> Path | None:
    """The file of labels beside a file of images, by the usual naming."""
    stem = images.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    if stem == images.name.removesuffix(".gz"):
        return None
    return next((images.with_name(name) for name in (stem, f"{stem}.gz") if images.with_name(name).is_file()), None)


def spellings(file: str) -> tuple[str, ...]:
    """The names that an IDX file goes by.

    >>> spellings("train-images-idx3-ubyte")
    ('train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz', 'train-images.idx3-ubyte', 'train-images.idx3-ubyte.gz')
    """
    return tuple(f"{stem}{suffix}" for stem in (file, file.replace("-idx", ".idx")) for suffix in ("", ".gz"))


def images_in(folder: Path, split: str) -> Path | None:
    """The file of images of a split ("train" or "test") in a folder that holds the four usual files."""
    names = spellings(f"{PARTS[split]}-images-idx3-ubyte")
    return next((folder / name for name in names if (folder / name).is_file()), None)
