"""A folder of pictures: subfolders are labels, with anything below them; a folder without subfolders has no labels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from advnets.data.files import Files, wanted
from advnets.errors import BadInput


def find(folder: Path) -> Files:
    """The picture files of a folder. Hidden files and the litter of operating systems are passed over.

    Raises:
        BadInput: it is empty.
    """
    members = tuple(sorted(member for member in walk(folder) if wanted(member)))
    if not members:
        raise BadInput(f"{folder}: an empty folder; put pictures into it, in subfolders if they have labels")
    return Files(str(folder), members, lambda member: (folder / member).read_bytes(), lambda member: (folder / member).stat().st_size)


def walk(folder: Path) -> Iterator[str]:
    """All files below a folder, relative to it. Links are followed, but never back to a folder above them."""
    for parent, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not climbs(Path(parent, name))]
        for file in files:
            yield Path(parent, file).relative_to(folder).as_posix()


def climbs(link: Path) -> bool:
    """Whether a link leads to a folder that contains it."""
    return link.is_symlink() and link.parent.resolve().is_relative_to(link.resolve())
