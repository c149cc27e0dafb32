"""The Toronto Face Database as its owners give it away: TFD_48x48.mat or TFD_96x96.mat, in the format of MATLAB 5.

images    uint8 [n, side, side]
labs_ex   [n, 1], the expression, 1 to 7; -1 where it is not known
folds     [n, 5], what a picture is in each of five folds: 0 in none, 1 training, 2 validation, 3 test
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advnets.data.names import FOLDS
from advnets.data.stored import Stored, coded
from advnets.errors import BadInput

KEYS = ("images", "labs_ex", "folds")
PARTS = {"train": 1, "valid": 2, "test": 3}

Arrays = tuple[NDArray[np.uint8], NDArray[np.integer], NDArray[np.integer]]


def load(file: Path, split: str) -> Stored:
    """The pictures of a split.

    Args:
        file: in the layout above.
        split: "train", the pictures that are in no fold; or "fold-1-train", "fold-1-valid", "fold-1-test" and so on, which have labels.

    Raises:
        BadInput: torn, of another layout, or the split is "test": every fold has its own.
    """
    if split == "test":
        raise BadInput(f"{file}: has no test part but one for each fold; say --data.split fold-1-test")
    images, labels, folds = checked(file, content(file))
    chosen = (folds == 0).all(1) if split == "train" else folds[:, fold(split)] == PARTS[split.rpartition("-")[2]]
    pixels = np.ascontiguousarray(images[chosen])[:, None]
    known = labels[chosen].reshape(-1)
    return Stored(str(file), pixels) if (known < 1).any() else Stored(str(file), pixels, *coded(known))


def fold(split: str) -> int:
    """The column of a split's fold.

    >>> fold("fold-1-test")
    0
    """
    return int(split.split("-")[1]) - 1


def content(file: Path) -> dict[str, Any]:
    """The arrays of a file that are used. SciPy is imported here alone: it takes a while.

    Raises:
        BadInput: torn, or no file of MATLAB 5.
    """
    from scipy.io import loadmat

    try:
        return loadmat(file, variable_names=KEYS)
    except OSError:
        raise
    except NotImplementedError:
        raise BadInput(f"{file}: a file of MATLAB 7.3; TFD comes in the format of MATLAB 5 (save -v7 writes it)") from None
    except Exception as error:  # SciPy raises many kinds for a torn file; all mean the same
        raise BadInput(f"{file}: torn, or no file of MATLAB 5 ({type(error).__name__})") from None


def checked(file: Path, arrays: dict[str, Any]) -> Arrays:
    """Pictures [n, side, side], labels [n, 1] and folds [n, 5].

    Raises:
        BadInput: a key is missing, or holds something else.
    """
    if missing := [key for key in KEYS if key not in arrays]:
        raise BadInput(f"{file}: not in the layout of TFD, which has the keys {', '.join(KEYS)}; it has no {missing[0]}")
    images, labels, folds = (np.asarray(arrays[key]) for key in KEYS)
    wanted = {
        "images": (images, "uint8 [n, side, side]", images.dtype == np.uint8 and images.ndim == 3 and images.shape[1] == images.shape[2]),
        "labs_ex": (labels, "whole numbers [n, 1]", labels.dtype.kind in "iu" and labels.shape == (len(images), 1)),
        "folds": (folds, f"whole numbers [n, {FOLDS}]", folds.dtype.kind in "iu" and folds.shape == (len(images), FOLDS)),
    }
    for key, (array, layout, right) in wanted.items():
        if not right:
            raise BadInput(f"{file}: key {key}: {array.dtype} {list(array.shape)}; TFD has {layout}")
    return images, labels, folds
