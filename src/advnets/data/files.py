"""Picture files by name, wherever they lie: what a folder and a zip have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from advnets.data import decode
from advnets.data.reading import Reading

LITTER = {"Thumbs.db", "desktop.ini", "__MACOSX"}


@dataclass(frozen=True)
class Files:
    """Picture files.

    Args:
        name: the folder or the archive.
        members: names inside it, sorted, with "/" between their parts.
        read: the bytes of a member; several threads may ask at once.
        stamp: what a changed member shows without being read: its size, and its checksum where the archive keeps one.
    """

    name: str
    members: tuple[str, ...]
    read: Callable[[str], bytes]
    stamp: Callable[[str], object]

    def content(self, member: str) -> bytes:
        """The bytes of a member.

        Raises:
            BadPicture: they cannot be read.
        """
        try:
            return self.read(member)
        except Exception as error:  # a disk and an archive fail in many ways
            raise decode.BadPicture(self.path(member), decode.brief(error)) from None

    def picture(self, member: str, reading: Reading) -> NDArray[np.uint8]:
        """A member decoded, uint8 [c, h, w].

        Raises:
            BadPicture: it cannot be read as a picture.
        """
        return decode.decode(self.content(member), self.path(member), reading)

    def path(self, member: str) -> str:
        """The name of a member in messages."""
        return f"{self.name}/{member}"

    def fingerprint(self) -> str:
        """A hash, sha256, of the names and stamps of all members."""
        return sha256("".join(f"{member!r} {self.stamp(member)}\n" for member in self.members).encode()).hexdigest()

    @property
    def loose(self) -> tuple[str, ...]:
        """Members that lie beside subfolders, which are labels; none if there are no subfolders."""
        loose = tuple(member for member in self.members if "/" not in member)
        return () if len(loose) == len(self.members) else loose

    @property
    def labels(self) -> tuple[str, ...] | None:
        """The first folder of each member, which is its label; None if there are no subfolders."""
        if not any("/" in member for member in self.members):
            return None
        return tuple(member.split("/", 1)[0] for member in self.members)


def wanted(member: str) -> bool:
    """Whether a member is no hidden file and no litter of an operating system.

    >>> wanted("cats/1.png"), wanted("cats/.DS_Store"), wanted("__MACOSX/cats/1.png")
    (True, False, False)
    """
    return not any(part.startswith(".") or part in LITTER for part in PurePosixPath(member).parts)
