"""A zip of pictures, by the same rules as a folder. It is read in place: nothing is unpacked to disk."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from advnets.data.files import Files, wanted
from advnets.errors import BadInput

LARGEST_MEMBER = 2**28
"""Bytes. A larger file in a zip is no picture."""

MODEST_TOTAL = 2**30
GREATEST_EXPANSION = 100
"""A zip that unpacks to more than `MODEST_TOTAL` bytes may not be more than so many times smaller."""


def find(archive: Path) -> Files:
    """The picture files of a zip. One folder around everything, as archives often have it, is no label.

    Raises:
        BadInput: not a zip, paths that lead outside, a password, an absurd expansion, or no files.
    """
    zipped = opened(archive)
    infos = [info for info in zipped.infolist() if not info.is_dir()]
    for info in infos:
        refuse(info, archive)
    refuse_expansion(zipped, str(archive))
    members = tuple(sorted({info.filename for info in infos if wanted(info.filename)}))
    if not members:
        raise BadInput(f"{archive}: an empty zip; put pictures into it, in folders if they have labels")
    wrapper = common_folder(members)
    inside = tuple(member.removeprefix(wrapper) for member in members)

    def stamp(member: str) -> tuple[int, int]:
        info = zipped.getinfo(wrapper + member)
        return info.file_size, info.CRC

    return Files(str(archive), inside, lambda member: zipped.read(wrapper + member), stamp)


def opened(archive: Path) -> zipfile.ZipFile:
    """A zip whose directory is read.

    Raises:
        BadInput: it cannot be.
    """
    try:
        return zipfile.ZipFile(archive)
    except OSError:
        raise
    except Exception:  # a broken directory can raise almost anything
        raise BadInput(f"{archive}: torn, or not a zip file that can be read") from None


def refuse(info: zipfile.ZipInfo, archive: Path) -> None:
    """Refuse a member that leads outside the archive, is locked, or is too large for a picture."""
    name = info.filename
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or ".." in PureWindowsPath(name).parts:
        raise BadInput(f"{archive}: its member {name!r} leads outside the archive; pack the pictures with relative paths")
    if info.flag_bits & 1:
        raise BadInput(f"{archive}: its member {name!r} is locked with a password; pack the pictures without one")
    if info.file_size > LARGEST_MEMBER:
        raise BadInput(f"{archive}: its member {name!r} unpacks to {info.file_size:,} bytes; no picture is larger than {LARGEST_MEMBER:,}")


def refuse_expansion(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an archive that unpacks to absurdly many bytes.

    Raises:
        BadInput: more than 1 GiB, and more than 100 times what the members take packed.
    """
    packed = sum(info.compress_size for info in archive.infolist())
    total = sum(info.file_size for info in archive.infolist())
    if total > MODEST_TOTAL and total > GREATEST_EXPANSION * packed:
        raise BadInput(f"{name}: unpacks from {packed:,} to {total:,} bytes, perhaps a zip bomb")


def common_folder(members: tuple[str, ...]) -> str:
    """The folder around all members, with its "/", if there are folders inside it; else "".

    >>> common_folder(("set/cat/1.png", "set/dog/1.png")), common_folder(("cat/1.png", "cat/2.png"))
    ('set/', '')
    """
    tops = {member.split("/", 1)[0] for member in members}
    if len(tops) == 1 and any(member.count("/") >= 2 for member in members):
        return f"{tops.pop()}/"
    return ""
