"""From what `--data` says to a set: a name, or a path whose format is recognised by its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor

from advnets.data import archive, arrays, cifar, folder, idx, named, pictures, stored, tfd
from advnets.data.densities import Density, density
from advnets.data.images import Images, Points
from advnets.data.names import DENSITIES, FOLD_SPLITS, NAMES, PICTURES, SPLITS, nearest
from advnets.data.reading import Reading
from advnets.data.streamed import Streamed
from advnets.errors import BadInput

Rows = Images | Streamed | Points
Data = Rows | Density

PARTS = {"fit", "held-out"}
FIFTH = 5


def open_data(source: str, reading: Reading = Reading(), *, split: str = "train", root: Path | None = None, download: bool = True) -> Data:
    """The set that a name or a path stands for.

    Args:
        source: a name of `advnets.data.NAMES`, which comes before a file of that name, or the path of a folder or zip of
            pictures, of an .npz, .npy or IDX file (plain or gzipped), of the .mat file of TFD, or of CIFAR-10 in binary.
        reading: how pictures are read.
        split: "train", "test", or four fifths ("fit") and one fifth ("held-out") of "train"; or a stretch of one of these,
            "train[:50000]". TFD has "fold-1-train", "fold-1-valid", "fold-1-test" to "fold-5-test" too. Densities have no splits.
        root: a folder with local copies of the named sets; None: the variable ADVNETS_DATA, if it is set.
        download: whether to download a named set that is not on this machine.

    Raises:
        BadInput: there is no such set, or it cannot be read.
    """
    data = density(source) if source in DENSITIES else open_rows(source, reading, split, root, download)
    if reading.contrast == "normalised" and not isinstance(data, Images | Streamed):
        raise BadInput(f"--data.contrast normalised: is for pictures, and {source} is points")
    return data


def open_rows(source: str, reading: Reading, split: str, root: Path | None, download: bool) -> Rows:
    """A set that is no density, as `open_data` does it."""
    whole, rows = stretch(split)
    if whole not in SPLITS and whole not in FOLD_SPLITS:
        raise BadInput(f"split {split}: must be one of {', '.join(SPLITS)}, or a stretch of one such as train[:50000]")
    if whole in PARTS:
        whole = "train"
    with plainly(source):
        data = open_named(source, reading, whole, root, download) if source in PICTURES else open_path(source, reading, whole)
    data = part(data, split.partition("[")[0])
    return data if rows is None else stretched(data, split, rows)


def stretch(split: str) -> tuple[str, slice | None]:
    """The name of a split, and which of its rows are meant; None: all.

    >>> stretch("train[50000:]")
    ('train', slice(50000, None, None))
    """
    match = re.fullmatch(r"([a-z0-9-]+)\[(\d*):(\d*)\]", split)
    if match is None:
        return split, None
    start, stop = (int(end) if end else None for end in match.groups()[1:])
    return match[1], slice(start, stop)


def stretched(data: Rows, split: str, rows: slice) -> Rows:
    """Some rows of a set, in its order.

    Raises:
        BadInput: there are none.
    """
    index = torch.arange(len(data))[rows]
    if not len(index):
        raise BadInput(f"split {split}: no rows; {data.name} has {len(data)}")
    return data.select(index)


@contextmanager
def plainly(source: str) -> Iterator[None]:
    """Tell in one line what a disk refuses."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{error.filename or source}: {error.strerror or error}") from None


def open_named(name: str, reading: Reading, split: str, root: Path | None, download: bool) -> Images:
    """A set of pictures by its name."""
    refuse_folds(name, split)
    return stored.images(named.load(name, split, root, download), reading)


def open_path(source: str, reading: Reading, split: str) -> Rows:
    """A set from a file or folder."""
    path = Path(source).expanduser()
    kind = recognised(path, source)
    if kind != "TFD":
        refuse_folds(source, split)
    return FORMATS[kind](path, reading, split)


def refuse_folds(source: str, split: str) -> None:
    """Refuse to look for folds where there are none.

    Raises:
        BadInput: the split is one of a fold.
    """
    if split in FOLD_SPLITS:
        raise BadInput(f"split {split}: {source} has no folds; it must be one of {', '.join(SPLITS)}")


def recognised(path: Path, source: str) -> str:
    """The format of a file or folder, a key of `FORMATS`, by its content.

    Raises:
        BadInput: there is no such file, or no such format.
    """
    if path.is_dir():
        return "CIFAR-10 folder" if cifar.is_folder(path) else "IDX folder" if holds_idx(path) else "picture folder"
    if not path.is_file():
        raise BadInput(f"--data {source}: {suggestion(source)}")
    if path.suffix == ".bin":
        return "CIFAR-10 file"
    with idx.opened(path) as stream:
        start = idx.part(stream, path, 8)
    if start.startswith(b"\x93NUMPY"):
        return "npy"
    if start.startswith(b"MATLAB"):
        return "TFD"
    if start.startswith(b"PK"):
        return "npz" if holds_arrays(path) else "zip"
    if start.startswith(b"\0\0\x08") or any(word in path.name for word in ("idx", "ubyte")):
        return "IDX"
    if path.suffix in {".npy", ".npz", ".zip"}:
        raise BadInput(f"{path}: torn, or no {path.suffix} file")
    raise BadInput(
        f"{path}: not data in a known format; give a folder or zip of pictures, .npz, .npy, .mat of TFD, IDX, or CIFAR-10 in binary"
    )


def suggestion(source: str) -> str:
    """What to say of a name or path that is none."""
    if "/" in source:
        return "no such file or folder"
    name = nearest(source)
    return "no such name, file or folder; " + (f"did you mean {name}?" if name else f"the names are {', '.join(NAMES)}")


def holds_idx(path: Path) -> bool:
    """Whether a folder has the files of MNIST."""
    return any(idx.images_in(path, split) for split in idx.PARTS)


def holds_arrays(path: Path) -> bool:
    """Whether a zip is an .npz file; an empty or torn one is what its name says."""
    try:
        with archive.opened(path) as zipped:
            names = zipped.namelist()
    except BadInput:
        names = []
    return all(name.endswith(".npy") for name in names) if names else path.suffix == ".npz"


def whole(path: Path, split: str) -> None:
    """Refuse to look for a test part where there is none.

    Raises:
        BadInput: the split is "test".
    """
    if split == "test":
        raise BadInput(f"{path}: has no test part; give the test files their own path, or use held-out, a fifth of it")


def open_folder(path: Path, reading: Reading, split: str) -> Images | Streamed:
    """A folder of pictures."""
    whole(path, split)
    if (path / "data_batch_1").is_file():
        raise BadInput(f"{path}: CIFAR-10 as pickles, which are never unpickled; get its binary version, {cifar.ARCHIVE}")
    return pictures.load(folder.find(path), reading)


def open_zip(path: Path, reading: Reading, split: str) -> Images | Streamed:
    """A zip of pictures."""
    whole(path, split)
    return pictures.load(archive.find(path), reading)


def open_npy(path: Path, reading: Reading, split: str) -> Images | Points:
    """An .npy file."""
    whole(path, split)
    return arrays.load_npy(path, reading)


def open_tfd(path: Path, reading: Reading, split: str) -> Images:
    """The file of the Toronto Face Database."""
    return stored.images(tfd.load(path, split), reading)


def open_idx(path: Path, reading: Reading, split: str) -> Images:
    """An IDX file of images, with the labels beside it."""
    whole(path, split)
    return stored.images(idx.load(path, idx.labels_beside(path)), reading)


def open_idx_folder(path: Path, reading: Reading, split: str) -> Images:
    """A folder with the files of MNIST."""
    images = idx.images_in(path, split)
    if images is None:
        raise BadInput(f"{path}: has no file {idx.PARTS[split]}-images-idx3-ubyte for its {split} part")
    return stored.images(idx.load(images, idx.labels_beside(images)), reading)


def open_cifar(path: Path, reading: Reading, split: str) -> Images:
    """One file of CIFAR-10 in binary."""
    whole(path, split)
    return stored.images(cifar.load_file(path), reading)


def open_cifar_folder(path: Path, reading: Reading, split: str) -> Images:
    """A folder with the files of CIFAR-10 in binary."""
    return stored.images(cifar.load_folder(path, split), reading)


FORMATS: dict[str, Callable[[Path, Reading, str], Rows]] = {
    "picture folder": open_folder,
    "zip": open_zip,
    "npz": arrays.load_npz,
    "npy": open_npy,
    "TFD": open_tfd,
    "IDX": open_idx,
    "IDX folder": open_idx_folder,
    "CIFAR-10 file": open_cifar,
    "CIFAR-10 folder": open_cifar_folder,
}


def part(data: Rows, split: str) -> Rows:
    """Four fifths of a set ("fit") or the rest ("held-out"), or all of it: every fifth of each class, in the set's order, is held out.

    Raises:
        BadInput: no class has five members.
    """
    if split not in PARTS:
        return data
    held = held_out(data.labels, len(data))
    if not held.any():
        raise BadInput(f"{data.name}: too small to hold out a fifth of each class")
    return data.select((held if split == "held-out" else ~held).nonzero().squeeze(1))


def held_out(labels: Tensor | None, n: int) -> Tensor:
    """Which of n rows are held out, bool [n].

    >>> held_out(torch.tensor([0, 0, 0, 0, 0, 1]), 6).tolist()
    [False, False, False, False, True, False]
    """
    codes = torch.zeros(n, dtype=torch.int64) if labels is None else labels.cpu()
    held = torch.zeros(n, dtype=torch.bool)
    for label in codes.unique():
        members = (codes == label).nonzero().squeeze(1)
        held[members[FIFTH - 1 :: FIFTH]] = True
    return held
