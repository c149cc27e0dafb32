"""NumPy files: pictures [n, h, w], [n, h, w, c] or [n, c, h, w], and points [n, d]."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from advnets.data.archive import opened, refuse_expansion
from advnets.data.images import Images, Points
from advnets.data.reading import Reading
from advnets.data.stored import Stored, coded, images
from advnets.errors import BadInput

Level = TypeVar("Level", bound=np.generic)

PICTURE_KEYS = ("samples", "images", "arr_0")
LABEL_KEYS = ("labels", "y", "arr_1")

PICTURE_SHAPES = (
    "pictures are uint8, or floats in [0, 1], of shape [n, h, w], [n, h, w, c] or [n, c, h, w], c 1 or 3; points are floats [n, d]"
)


@dataclass(frozen=True)
class Content:
    """Which arrays of a file are the pictures or points, and their labels, each with its key for messages."""

    key: str
    values: NDArray[np.generic]
    label_key: str = ""
    labels: NDArray[np.generic] | None = None


def load_npy(file: Path, reading: Reading) -> Images | Points:
    """Pictures or points from an .npy file.

    Floats in [0, 1] of three or four dimensions are pictures; they are rounded to 8 bits.

    Raises:
        BadInput: torn, pickled, not finite, or neither pictures nor points.
    """
    return loaded(str(file), Content(str(file), read_array(file, str(file))), reading)


def load_npz(file: Path, reading: Reading, split: str) -> Images | Points:
    """Pictures or points from an .npz file, with labels if it has them.

    Keys of pictures, the first that is there: SPLIT_images, x_SPLIT, `samples`, `images`, `arr_0`, or the only array that may
    hold some. Labels go with them: SPLIT_labels, y_SPLIT; `labels`, `y`, `arr_1`.

    Args:
        file: the file.
        reading: how pictures are read.
        split: "train" or "test". A file without keys of splits is all "train".

    Raises:
        BadInput: torn, pickled, not finite, no key or several that could be meant, or labels that do not match.
    """
    return loaded(str(file), read_content(file, split), reading)


def read_content(file: Path, split: str) -> Content:
    """The pictures or points of an .npz file as they are stored, and their labels; refuses what `load_npz` refuses."""
    with opened(file) as zipped:
        refuse_expansion(zipped, str(file))
    with legible(str(file)), file.open("rb") as stream, NpzFile(stream, allow_pickle=False) as arrays:
        return chosen(file, arrays, split)


def read_array(file: Path, name: str) -> NDArray[np.generic]:
    """The array of an .npy file; nothing is unpickled."""
    with legible(name):
        return np.load(file, allow_pickle=False)


def read_key(file: Path, arrays: NpzFile, key: str) -> NDArray[np.generic]:
    """One array of an .npz file; nothing is unpickled."""
    with legible(f"{file}: key {key}"):
        values = arrays[key]
        if not isinstance(values, np.ndarray):  # the bytes of a member that does not start as an array
            raise TypeError
        return values


@contextmanager
def legible(name: str) -> Iterator[None]:
    """Tell in one line what NumPy and zipfile, which raise almost anything, find in files that are cut short, altered, or pickled."""
    try:
        yield
    except (BadInput, OSError):
        raise
    except Exception as error:
        if "pickle" in str(error).lower():
            raise BadInput(f"{name}: holds Python objects, which are never unpickled; save numbers, with one shape for all rows") from None
        raise BadInput(f"{name}: a torn file, or not a NumPy array") from None


def chosen(file: Path, arrays: NpzFile, split: str) -> Content:
    """The pictures or points of an .npz file, and their labels."""
    of_split = [key for key in (f"{split}_images", f"x_{split}") if key in arrays]
    label_keys = (f"{split}_labels", f"y_{split}") if of_split else LABEL_KEYS
    if split == "test" and not of_split:
        raise BadInput(f"{file}: has no test part (no key test_images or x_test); held-out is a fifth of any set")
    key = next((key for key in (*of_split, *PICTURE_KEYS) if key in arrays), None) or only_one(file, arrays)
    label_key = next((name for name in label_keys if name in arrays and name != key), None)
    labels = None if label_key is None else read_key(file, arrays, label_key)
    return Content(f"{file}: key {key}", read_key(file, arrays, key), f"{file}: key {label_key}", labels)


def only_one(file: Path, arrays: NpzFile) -> str:
    """The key of the only array that may hold pictures or points."""
    found = {key: read_key(file, arrays, key) for key in arrays.files}
    keys = [key for key, values in found.items() if pictured(values)]
    if len(keys) > 1:
        raise BadInput(f"{file}: any of the keys {', '.join(keys[:5])} could be meant; name one of them samples")
    if not keys:
        holds = ", ".join(f"{key} {values.dtype} {list(values.shape)}" for key, values in [*found.items()][:5]) or "nothing"
        raise BadInput(f"{file}: no key samples, images or arr_0; it holds {holds}")
    return keys[0]


def pictured(values: NDArray[np.generic]) -> bool:
    """Whether an array may hold pictures or points."""
    return (values.ndim in {3, 4} and values.dtype.kind in "uf") or (values.ndim == 2 and values.dtype.kind == "f")


def loaded(name: str, content: Content, reading: Reading) -> Images | Points:
    """Pictures or points from arrays that are in memory."""
    values = finite(content.key, content.values)
    labels, classes = (None, ()) if content.labels is None else checked_labels(content.label_key, content.labels, len(values))
    if values.ndim == 2 and values.dtype.kind == "f":
        if not values.size:
            raise BadInput(f"{content.key}: holds no points")
        labels_tensor = None if labels is None else torch.from_numpy(labels)
        return Points(torch.from_numpy(np.ascontiguousarray(values, np.float32)), labels_tensor, classes, name)
    return images(Stored(name, channels_first(content.key, eight_bit(content.key, values)), labels, classes), reading)


def finite(key: str, values: NDArray[np.generic]) -> NDArray[np.generic]:
    """An array of numbers without NaN or infinity, floats as float32."""
    if values.dtype.kind not in "uif" or values.ndim == 0:
        raise BadInput(f"{key}: {values.dtype} {list(values.shape)}; {PICTURE_SHAPES}")
    if values.dtype.kind != "f":
        return values
    with np.errstate(over="ignore"):
        floats = values.astype(np.float32, copy=False)
    if not np.isfinite(floats).all():
        first = np.argwhere(~np.isfinite(floats))[0].tolist()
        value = values[tuple(first)]
        raise BadInput(f"{key}: {value} at {first}; every number must be finite" + (" as float32" if np.isfinite(value) else ""))
    return floats


def eight_bit(key: str, values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Pictures as bytes; floats in [0, 1] are rounded to the nearest of 256 levels."""
    if values.dtype == np.uint8:
        return values.astype(np.uint8, copy=False)
    if values.dtype.kind != "f" or values.ndim not in {3, 4}:
        raise BadInput(f"{key}: {values.dtype} {list(values.shape)}; {PICTURE_SHAPES}")
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if low < 0 or high > 1:
        raise BadInput(f"{key}: from {low:g} to {high:g}; pictures of floats must lie in [0, 1]")
    return np.rint(values.astype(np.float32) * 255).astype(np.uint8)


def channels_first(key: str, pixels: NDArray[Level]) -> NDArray[Level]:
    """Pictures as [n, c, h, w]. Where both readings fit, the channels come first, as in what the project writes."""
    if pixels.ndim == 3:
        return pixels[:, None]
    if pixels.ndim == 4 and pixels.shape[1] in {1, 3}:
        return pixels
    if pixels.ndim == 4 and pixels.shape[3] in {1, 3}:
        return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
    raise BadInput(f"{key}: shape {list(pixels.shape)}; {PICTURE_SHAPES}")


def checked_labels(key: str, values: NDArray[np.generic], n: int) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """One label a row: whole numbers or words."""
    if values.size != n or values.shape[:1] != (n,) or values.dtype.kind not in "uiUb":
        raise BadInput(f"{key}: {values.dtype} {list(values.shape)}; labels are one whole number or word for each of the {n} rows")
    return coded(values.reshape(-1))
