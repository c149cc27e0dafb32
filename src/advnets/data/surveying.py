"""What is in a set, before anything is trained on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

import torch
from torch import Tensor

from advnets.data import archive, folder
from advnets.data.decode import BadPicture, Look, look
from advnets.data.densities import Density, density
from advnets.data.files import Files
from advnets.data.images import Points, Skipped
from advnets.data.names import DENSITIES, NAMES
from advnets.data.opening import Data, Rows, open_rows, plainly, recognised
from advnets.data.reading import Reading
from advnets.data.workers import ordered
from advnets.errors import BadInput

ROWS_AT_ONCE = 256

SAMPLES = 100_000
"""Points that the figures of a density are taken from."""

FILE_SETS = {"picture folder": folder.find, "zip": archive.find}


@dataclass(frozen=True)
class Figures:
    """The numbers of a set as the networks see it.

    Args:
        shape: of a row.
        dtype: in memory.
        low, high: least and greatest value in memory.
        mean, std: of each channel in [0, 1], or of each coordinate.
        duplicates: rows that are exactly like an earlier one.
    """

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    duplicates: int


@dataclass(frozen=True)
class Survey:
    """What is in a set.

    Args:
        name: the name or path.
        kind: the format, "named set" or "density".
        count: rows; None for a density, and for files that cannot be one set.
        figures: the numbers; None for files that cannot be one set.
        modes: how many files have each of Pillow's modes, as stored.
        sizes: how many files have each width and height in pixels, as stored.
        labels: how many rows each class has.
        bad: files that cannot be read, and why.
        peaks: how many separate peaks a density has; None if it is none, or has none.
        problem: why training would refuse the set, in one line; None if it would not.
        data: the set, without the bad files, for a grid of what the networks see; None for files that cannot be one set.
    """

    name: str
    kind: str
    count: int | None = None
    figures: Figures | None = None
    modes: dict[str, int] = field(default_factory=dict)
    sizes: dict[tuple[int, int], int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    bad: tuple[Skipped, ...] = ()
    peaks: int | None = None
    problem: str | None = None
    data: Data | None = None


def survey(source: str, reading: Reading = Reading(), split: str = "train", root: Path | None = None) -> Survey:
    """What is in a set. Files that cannot be read as pictures, or that differ in size or colour, are told and not raised.

    Args:
        source, reading, split, root: as `advnets.data.open_data` takes them.

    Raises:
        BadInput: there is no such set, or it is no set of files and cannot be read.
    """
    kind = "density" if source in DENSITIES else "named set" if source in NAMES else recognised(Path(source).expanduser(), source)
    if kind in FILE_SETS:
        return survey_files(source, kind, reading, split)
    if kind == "density":
        data = density(source)
        peaks = None if data.modes is None else len(data.modes)
        return Survey(source, kind, figures=figures(sampled(data)), peaks=peaks, data=data)
    data = open_rows(source, reading, split, root, download=True)
    return Survey(source, kind, len(data), figures(data), labels=label_counts(data), data=data)


def survey_files(source: str, kind: str, reading: Reading, split: str) -> Survey:
    """What is in a folder or zip of pictures."""
    with plainly(source):
        looks = list(looked(FILE_SETS[kind](Path(source).expanduser()), reading.workers))
    good = [seen for seen in looks if isinstance(seen, Look)]
    modes = dict(Counter(seen.mode for seen in good).most_common())
    sizes = dict(Counter((seen.width, seen.height) for seen in good).most_common())
    try:
        data = open_rows(source, replace(reading, skip_bad_files=True), split, root=None, download=False)
    except BadInput as error:
        bad = tuple(seen for seen in looks if isinstance(seen, Skipped))
        return Survey(source, kind, modes=modes, sizes=sizes, bad=bad, problem=str(error))
    refused = None
    if data.skipped and not reading.skip_bad_files:
        refused = f"{source}: {len(data.skipped)} of its {len(looks)} files cannot be read; --skip-bad-files leaves them out"
    return Survey(source, kind, len(data), figures(data), modes, sizes, label_counts(data), data.skipped, problem=refused, data=data)


def looked(files: Files, workers: int) -> Iterator[Look | Skipped]:
    """What each file says of itself, or why it cannot be read."""

    def one(member: str) -> Look | Skipped:
        try:
            return look(files.content(member), files.path(member))
        except BadPicture as error:
            return Skipped(error.file, error.reason)

    return ordered(one, files.members, workers)


def figures(data: Rows) -> Figures:
    """The numbers of a set, in one pass."""
    seen: set[bytes] = set()
    low, high, total, squares, values = float("inf"), float("-inf"), torch.zeros(1), torch.zeros(1), 0
    for rows in batches(data):
        seen.update(blake2b(row.tobytes(), digest_size=16).digest() for row in rows.numpy())
        low, high = min(low, rows.min().item()), max(high, rows.max().item())
        channels = rows.transpose(0, 1).flatten(1).double()  # [c, b * h * w]
        total, squares, values = total + channels.sum(1), squares + channels.square().sum(1), values + channels.shape[1]
    unit = 1.0 if isinstance(data, Points) else 255.0
    mean = total / values
    std = (squares / values - mean.square()).clamp(min=0).sqrt()
    return Figures(
        shape=tuple(data.shape),
        dtype="float32" if isinstance(data, Points) else "uint8",
        low=low,
        high=high,
        mean=tuple((mean / unit).tolist()),
        std=tuple((std / unit).tolist()),
        duplicates=len(data) - len(seen),
    )


def batches(data: Rows) -> Iterator[Tensor]:
    """All rows of a set as they are stored, in order: uint8 [b, c, h, w], or float32 [b, d]."""
    for index in torch.arange(len(data)).split(ROWS_AT_ONCE):
        yield data.rows(index) if isinstance(data, Points) else data.stored(index)


def sampled(source: Density) -> Points:
    """Points of a density, always the same ones."""
    return Points(source.sample(SAMPLES, torch.Generator().manual_seed(0)), name=source.name)


def label_counts(data: Rows) -> dict[str, int]:
    """How many rows each class has."""
    if data.labels is None:
        return {}
    return dict(zip(data.classes, torch.bincount(data.labels, minlength=len(data.classes)).tolist(), strict=True))
