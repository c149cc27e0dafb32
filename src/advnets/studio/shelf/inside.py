"""What lies on the shelf, and nothing that lies elsewhere: names and links that lead out of it lead nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from advnets.runs.folder import RunFolder

DEPTH = 3
"""How deep runs may lie: runs/sweep/seeds/1."""
RECORDS = ("run.json", "status.json", "log.jsonl", "metrics.jsonl")


class NotThere(Exception):
    """There is no such thing on the shelf."""


def inside(shelf: Path, *parts: str) -> Path:
    """A place on the shelf with all links followed.

    Raises:
        NotThere: it lies elsewhere.
    """
    try:
        root = shelf.resolve()
        path = root.joinpath(*parts).resolve()
        path.exists()
    except (ValueError, OSError, RuntimeError):  # a null byte, a name that is too long, links in a circle
        raise NotThere(f"{'/'.join(parts)!r} is no path") from None
    if not path.is_relative_to(root):
        raise NotThere(f"{'/'.join(parts)} lies outside of the runs folder")
    return path


def run_folder(shelf: Path, name: str) -> RunFolder:
    """The run of a name, none of whose records leads elsewhere.

    Raises:
        NotThere: there is none.
    """
    path = inside(shelf, name)
    if path == shelf.resolve() or not is_run(path):
        raise NotThere(f"{name!r} is no run here")
    for record in (*RECORDS, "samples", "checkpoints"):
        inside(shelf, name, record)
    return RunFolder(path)


def is_run(path: Path) -> bool:
    """Whether a folder looks like a run, perhaps a damaged one."""
    return any((path / record).exists() for record in RECORDS)


def names(shelf: Path) -> Iterator[str]:
    """The runs on the shelf by their paths from it, in order."""

    def walk(folder: Path, depth: int) -> Iterator[str]:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = Path(entry.path)
            if entry.name.startswith(".") or not path.is_dir():
                continue
            if entry.is_symlink() or is_run(path):  # a link is not walked through; it may be a run
                yield str(path.relative_to(shelf))
            elif depth < DEPTH:
                yield from walk(path, depth + 1)

    if shelf.is_dir():
        yield from walk(shelf, 1)
