"""CIFAR-10 in its binary layout: records of a label byte and 3,072 bytes, red, green and blue planes of 32 rows."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advnets.data.stored import Stored
from advnets.errors import BadInput

RECORD_BYTES = 3073
FOLDER = "cifar-10-batches-bin"
ARCHIVE = "cifar-10-binary.tar.gz"
FILES = {"train": tuple(f"data_batch_{k}.bin" for k in range(1, 6)), "test": ("test_batch.bin",)}
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def load_file(file: Path) -> Stored:
    """The pictures of one file of records.

    Raises:
        BadInput: the length is no multiple of 3,073 bytes, or a label is not 0 to 9.
    """
    return stored(str(file), [records(str(file), file.read_bytes())])


def load_folder(folder: Path, split: str) -> Stored:
    """The pictures of a split ("train" or "test") from a folder with the six official files.

    Raises:
        BadInput: a file is missing or broken.
    """
    for name in FILES[split]:
        if not (folder / name).is_file():
            raise BadInput(f"{folder / name}: no such file; the {split} part of CIFAR-10 is {', '.join(FILES[split])}")
    return stored(str(folder), [records(str(folder / name), (folder / name).read_bytes()) for name in FILES[split]])


def load_archive(archive: Path, split: str) -> Stored:
    """The pictures of a split ("train" or "test") from the official .tar.gz, which is not unpacked to disk.

    Raises:
        BadInput: a file is missing or broken.
    """
    try:
        with tarfile.open(archive, "r|*") as tar:  # a stream, as seeking in a packed file starts over each time
            content = {Path(info.name).name: taken(tar, info) for info in tar if wanted(info, split)}
    except (tarfile.TarError, EOFError, zlib.error):
        raise BadInput(f"{archive}: torn, or no .tar.gz file") from None
    for name in FILES[split]:
        if name not in content:
            raise BadInput(f"{archive}: has no file {FOLDER}/{name}; it is not the official archive of CIFAR-10 in binary")
    return stored(str(archive), [records(f"{archive}/{name}", content[name]) for name in FILES[split]])


def taken(tar: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    """The bytes of a member of an archive."""
    stream = tar.extractfile(info)
    return b"" if stream is None else stream.read()


def wanted(info: tarfile.TarInfo, split: str) -> bool:
    """Whether a member of an archive is one of the official files of a split."""
    return info.isfile() and info.name in {f"{FOLDER}/{name}" for name in FILES[split]}


def is_folder(folder: Path) -> bool:
    """Whether a folder holds official files."""
    return any((folder / name).is_file() for names in FILES.values() for name in names)


def records(name: str, content: bytes) -> NDArray[np.uint8]:
    """The records of a file, uint8 [n, 3073]."""
    if not content or len(content) % RECORD_BYTES:
        raise BadInput(f"{name}: {len(content):,} bytes; CIFAR-10 in binary is one or more records of {RECORD_BYTES:,} bytes")
    rows = np.frombuffer(content, np.uint8).reshape(-1, RECORD_BYTES)
    if rows[:, 0].max() >= len(CLASSES):
        wrong = int(np.argmax(rows[:, 0] >= len(CLASSES)))
        raise BadInput(f"{name}: record {wrong} has label {rows[wrong, 0]}; the labels of CIFAR-10 are 0 to 9")
    return rows


def stored(name: str, files: Iterable[NDArray[np.uint8]]) -> Stored:
    """The pictures and labels of records."""
    rows = np.concatenate(list(files))
    return Stored(name, rows[:, 1:].reshape(-1, 3, 32, 32).copy(), rows[:, 0].astype(np.int64), CLASSES)
