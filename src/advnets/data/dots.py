"""Pictures to count in: exactly three dots each, drawn from a seed, so that there is no file to read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advnets.data.stored import Stored

COUNT = 10_000
SIDE = 28
DOTS = 3
RADIUS = 2.5
"""Pixels."""
BORDER = 4.0
"""Pixels between the middle of a dot and the edge of the picture, at least."""
APART = 8.0
"""Pixels between the middles of two dots, at least: three stay dark between them."""
SEED = 2016
PARTS = 20
"""In which the pictures are drawn, for the memory of it."""


def dots() -> Stored:
    """10,000 pictures of three white dots on black, 28x28 grey, always the same ones; the dots lie anywhere, but do not touch."""
    parts = np.split(centres(COUNT, np.random.default_rng(SEED)), PARTS)
    return Stored("dots", np.concatenate([drawn(part) for part in parts]))


def centres(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Middles of the dots of n pictures in pixels, float64 [n, 3, 2]: uniform among those that are far enough apart."""
    kept = np.empty((0, DOTS, 2))
    while len(kept) < n:
        tried = rng.uniform(BORDER, SIDE - BORDER, (n, DOTS, 2))
        gaps = np.linalg.norm(tried - np.roll(tried, 1, axis=1), axis=2)  # [n, 3]: of three, each has two neighbours on a ring
        kept = np.concatenate([kept, tried[(gaps >= APART).all(1)]])
    return kept[:n]


def drawn(middles: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Discs around middles [n, k, 2], white on black, with an edge of one pixel, uint8 [n, 1, 28, 28]."""
    pixel = np.arange(SIDE) + 0.5
    square = [(pixel - middles[:, :, None, axis]) ** 2 for axis in (0, 1)]  # [n, k, 28] each
    far = np.sqrt(square[0][:, :, :, None] + square[1][:, :, None, :])
    return np.rint(255 * np.clip(RADIUS + 0.5 - far, 0, 1).max(1, keepdims=True)).astype(np.uint8)
