"""Samples from elsewhere, to be measured: array files and folders of pictures, at full precision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from advnets.data.arrays import channels_first, finite, read_array, read_content
from advnets.data.images import as_rows
from advnets.data.opening import open_rows, plainly, recognised
from advnets.data.reading import Reading
from advnets.errors import BadInput


def read_samples(path: Path, reading: Reading = Reading()) -> Tensor:
    """All samples in an array file or a folder or zip of pictures.

    Unlike training data, floats keep their precision.

    Args:
        path: an .npz (key `samples`, `images` or `arr_0`) or .npy file, float in [0, 1] or uint8; or pictures.
        reading: of the data that they shall be compared with; of arrays only its contrast counts. Where that is normalised, pictures
            of bytes are normalised too, and floats must be so already, as a generator gives them: they are taken as they are.

    Returns:
        float32 [n, c, h, w] in [0, 1] or of normalised contrast, or [n, d] points.

    Raises:
        BadInput: what lies there cannot be read, is not finite, or lies outside of [0, 1].
    """
    with plainly(str(path)):
        kind = recognised(path, str(path))
        if kind not in ("npy", "npz"):
            rows = open_rows(str(path), reading, "train", root=None, download=False)
            return rows.rows(torch.arange(len(rows)))
        if kind == "npy":
            key, values = str(path), read_array(path, str(path))
        else:
            content = read_content(path, "train")
            key, values = content.key, content.values
    values = finite(key, values)
    if not values.size:
        raise BadInput(f"{key}: holds no samples")
    if values.ndim == 2:
        return torch.from_numpy(np.ascontiguousarray(values, np.float32))
    values = channels_first(key, values)
    if values.dtype == np.uint8:
        return as_rows(torch.from_numpy(values), torch.arange(len(values)), None, reading.contrast)
    pictures = torch.from_numpy(np.ascontiguousarray(values, np.float32))
    low, high = float(pictures.min()), float(pictures.max())
    if reading.contrast == "as-stored" and (low < 0 or high > 1):
        raise BadInput(f"{key}: from {low:g} to {high:g}; pictures of floats must lie in [0, 1], or say --data.contrast normalised")
    return pictures
