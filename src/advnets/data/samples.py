"""Samples from elsewhere, to be measured: array files and folders of pictures, at full precision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from advnets.data.arrays import channels_first, finite, read_array, read_content
from advnets.data.opening import open_rows, plainly, recognised
from advnets.data.reading import Reading
from advnets.errors import BadInput


def read_samples(path: Path) -> Tensor:
    """All samples in an array file or a folder or zip of pictures.

    Unlike training data, floats keep their precision.

    Args:
        path: an .npz (key `samples`, `images` or `arr_0`) or .npy file, float in [0, 1] or uint8; or pictures.

    Returns:
        float32 [n, c, h, w] in [0, 1], or [n, d] points.

    Raises:
        BadInput: what lies there cannot be read, is not finite, or lies outside of [0, 1].
    """
    with plainly(str(path)):
        kind = recognised(path, str(path))
        if kind not in ("npy", "npz"):
            rows = open_rows(str(path), Reading(), "train", root=None, download=False)
            return rows.rows(torch.arange(len(rows)))
        if kind == "npy":
            key, values = str(path), read_array(path, str(path))
        else:
            content = read_content(path, "train")
            key, values = content.key, content.values
    values = finite(key, values)
    if values.ndim == 2:
        return torch.from_numpy(np.ascontiguousarray(values, np.float32))
    pictures = channels_first(key, values).astype(np.float32) / (255 if values.dtype == np.uint8 else 1)
    low, high = float(pictures.min()), float(pictures.max())
    if low < 0 or high > 1:
        raise BadInput(f"{key}: from {low:g} to {high:g}; pictures of floats must lie in [0, 1]")
    return torch.from_numpy(pictures)
