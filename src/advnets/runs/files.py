"""Writing so that a reader, or a resumed run, never sees half a file."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from advnets.errors import BadInput


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of the disk name this file: a write that fails names none, an open the temporary one."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def write(path: Path, content: bytes) -> None:
    """Put a file in place at once: written beside it, synced, renamed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with naming(path):
            with open(temporary, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):  # where nothing can be written, nothing can be removed
            temporary.unlink()
        raise


def write_json(path: Path, value: Any) -> None:
    """Put a JSON file in place at once."""
    write(path, (json.dumps(value, indent=2) + "\n").encode())


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which appears under its name only when it is complete."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with naming(path):
        temporary.mkdir(parents=True)
    try:
        yield temporary
        for file in temporary.rglob("*"):
            sync(file)
        sync(temporary)
        os.replace(temporary, path)
        sync(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def remove_folder(path: Path) -> None:
    """Remove a folder; its name is gone at once, so that nobody finds half of it."""
    doomed = path.with_name(f".{path.name}.{os.getpid()}.part")
    os.replace(path, doomed)
    shutil.rmtree(doomed)


def clean(folder: Path) -> None:
    """Remove what killed processes left half-written."""
    for part in folder.rglob(".*.part"):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink()


def sync(path: Path) -> None:
    """Wait until a file or folder has reached the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append_line(path: Path, value: Any) -> None:
    """Add one JSON line in a single write."""
    with naming(path), open(path, "ab", buffering=0) as file:
        file.write((json.dumps(value) + "\n").encode())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """All whole JSON lines; a last line torn by a kill is left out.

    Raises:
        BadInput: one of the others is no JSON object.
    """
    lines: list[dict[str, Any]] = []
    for number, text in enumerate(path.read_bytes().split(b"\n")[:-1] if path.exists() else [], 1):
        try:
            line = json.loads(text)
        except ValueError as error:
            raise BadInput(f"{path}: line {number} is not JSON ({error})") from None
        if not isinstance(line, dict):
            raise BadInput(f"{path}: line {number} is not a JSON object")
        lines.append(line)
    return lines


def cut_lines(path: Path, after: int) -> None:
    """Drop the lines of rounds beyond `after`, which will be played again."""
    if path.exists():
        kept = [line for line in read_lines(path) if line["step"] <= after]
        write(path, "".join(json.dumps(line) + "\n" for line in kept).encode())
