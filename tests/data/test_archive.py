import os
import struct
import zipfile
from pathlib import Path

import pytest
import torch

from advnets.data import Images, Reading, Streamed, archive, open_data


def packed(folder: Path, wrapper: str = "", compression: int = zipfile.ZIP_STORED) -> Path:
    """A zip of everything in a folder."""
    file = folder.with_suffix(".zip")
    with zipfile.ZipFile(file, "w", compression) as zipped:
        for path in sorted(folder.rglob("*")):
            zipped.write(path, wrapper + path.relative_to(folder).as_posix())
    return file


@pytest.mark.parametrize("wrapper", ["", "animals-1.0/"])
@pytest.mark.parametrize("memory", [2.0, 0.0])
def test_a_zip_is_read_as_its_folder(cats_and_dogs, wrapper, memory):
    zipped = open_data(str(packed(cats_and_dogs, wrapper)), Reading(memory=memory))
    plain = open_data(str(cats_and_dogs))
    assert isinstance(zipped, Images if memory else Streamed)
    assert zipped.classes == plain.classes == ("cat", "dog")
    index = torch.arange(12)
    assert torch.equal(zipped.rows(index), plain.rows(index))
    assert torch.equal(zipped.labels, plain.labels)


def test_no_suffix_is_needed_and_litter_is_passed_over(cats_and_dogs):
    file = packed(cats_and_dogs)
    with zipfile.ZipFile(file, "a") as zipped:
        zipped.writestr("__MACOSX/cat/._01.png", b"litter")
    assert len(open_data(str(file.rename(file.with_suffix(".pictures"))))) == 12


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil.png", "a/../../evil.png", "C:/evil.png", "..\\evil.png"])
def test_paths_that_lead_outside_are_refused(tmp_path, name, refused):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as zipped:
        zipped.writestr("good.png", b"?")
        zipped.writestr(name, b"?")
    with refused("evil.zip", "leads outside", "relative paths"):
        open_data(str(tmp_path / "evil.zip"), Reading(skip_bad_files=True))


def altered(file: Path, offset: int, form: str, value: int) -> None:
    """Write a value into every entry of a zip's directory."""
    content = bytearray(file.read_bytes())
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into(form, content, at + offset, value)
    file.write_bytes(content)


def declared(file: Path, size: int) -> None:
    """Let a zip declare that its members unpack to a number of bytes."""
    altered(file, 24, "<I", size)


def test_a_member_too_large_for_a_picture_is_refused(cats_and_dogs, refused):
    file = packed(cats_and_dogs)
    declared(file, archive.LARGEST_MEMBER + 1)
    with refused(str(file), "unpacks to 268,435,457 bytes"):
        open_data(str(file))


def test_an_absurd_expansion_is_refused(cats_and_dogs, refused):
    file = packed(cats_and_dogs)
    declared(file, archive.LARGEST_MEMBER)
    with refused(str(file), "zip bomb"):
        open_data(str(file))


def test_an_npz_that_is_a_bomb_is_refused(tmp_path, refused):
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w") as zipped:
        zipped.writestr("samples.npy", b"\x93NUMPY")
    declared(tmp_path / "bomb.npz", 2**31)
    with refused("bomb.npz", "zip bomb"):
        open_data(str(tmp_path / "bomb.npz"))


def test_sizes_that_lie_make_a_bad_file(cats_and_dogs, refused):
    file = packed(cats_and_dogs, compression=zipfile.ZIP_DEFLATED)
    declared(file, 10)
    with refused(str(file), "cat/00.png"):
        open_data(str(file))


def test_a_locked_member_is_refused(cats_and_dogs, refused):
    file = packed(cats_and_dogs)
    altered(file, 8, "<H", 1)
    with refused(str(file), "password"):
        open_data(str(file))


def test_a_zip_of_a_later_version_is_refused(cats_and_dogs, refused):
    file = packed(cats_and_dogs)
    altered(file, 6, "<B", 255)
    with refused(str(file), "not a zip file that can be read"):
        open_data(str(file))


def test_torn_and_empty_zips(cats_and_dogs, tmp_path, refused):
    file = packed(cats_and_dogs)
    os.truncate(file, file.stat().st_size // 2)
    with refused(str(file), "torn"):
        open_data(str(file))
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with refused("empty.zip", "an empty zip"):
        open_data(str(tmp_path / "empty.zip"))
    (tmp_path / "text.zip").write_text("no zip")
    with refused("text.zip", "no .zip file"):
        open_data(str(tmp_path / "text.zip"))
