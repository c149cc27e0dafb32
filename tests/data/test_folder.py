import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from advnets.data import Images, Reading, Streamed, open_data
from advnets.data.images import Skipped

SKIP = Reading(skip_bad_files=True)


def test_subfolders_are_labels_with_anything_below_them(cats_and_dogs):
    data = open_data(str(cats_and_dogs))
    assert isinstance(data, Images)
    assert data.classes == ("cat", "dog")
    assert data.labels is not None
    assert data.labels.tolist() == [0] * 7 + [1] * 5
    assert data.shape == (3, 6, 8)


def test_pixels_come_in_the_order_of_the_names(cats_and_dogs, noise):
    data = open_data(str(cats_and_dogs))
    assert isinstance(data, Images)
    assert (data.pixels.numpy() == noise(12, 6, 8, 3).transpose(0, 3, 1, 2)).all()


def test_a_folder_without_subfolders_has_no_labels(cats_and_dogs):
    data = open_data(str(cats_and_dogs / "dog"))
    assert len(data) == 5
    assert (data.labels, data.classes) == (None, ())


def test_litter_is_passed_over(cats_and_dogs):
    for name in (".DS_Store", "dog/Thumbs.db", "cat/.hidden", "desktop.ini"):
        (cats_and_dogs / name).write_bytes(b"litter")
    (cats_and_dogs / ".git").mkdir()
    (cats_and_dogs / ".git" / "x.png").write_bytes(b"litter")
    data = open_data(str(cats_and_dogs))
    assert len(data) == 12
    assert data.skipped == ()


def test_links_are_followed_but_not_in_circles(cats_and_dogs, tmp_path):
    (tmp_path / "linked").mkdir()
    os.symlink(cats_and_dogs / "dog", tmp_path / "linked" / "hound")
    os.symlink(tmp_path / "linked", tmp_path / "linked" / "circle")
    data = open_data(str(tmp_path / "linked"))
    assert data.classes == ("hound",)
    assert len(data) == 5


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("dog/labels.csv", b"a,b", "not a picture that can be read"),
        ("dog/zero.png", b"", "an empty file"),
        ("zz.png", b"?", "beside subfolders, which are labels"),
    ],
)
@pytest.mark.parametrize("memory", [2.0, 0.0])
def test_bad_files_are_refused_or_skipped_and_counted(cats_and_dogs, file, content, reason, memory, refused):
    (cats_and_dogs / file).write_bytes(content)
    if memory:
        with refused(str(cats_and_dogs / file), reason, "--skip-bad-files"):
            open_data(str(cats_and_dogs))
    data = open_data(str(cats_and_dogs), replace(SKIP, memory=memory))
    (skipped,) = data.skipped
    assert isinstance(skipped, Skipped)
    assert skipped.file == str(cats_and_dogs / file)
    assert reason in skipped.reason
    assert len(data) == 12
    assert data.classes == ("cat", "dog")


def test_a_truncated_picture_is_refused_by_name(cats_and_dogs, refused):
    file = cats_and_dogs / "dog" / "09.png"
    file.write_bytes(file.read_bytes()[:-40])
    with refused(str(file)):
        open_data(str(cats_and_dogs))
    assert [skipped.file for skipped in open_data(str(cats_and_dogs), SKIP).skipped] == [str(file)]


def test_nothing_but_bad_files(tmp_path, refused):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    with refused(str(tmp_path), "none of its 2 files", "a.txt"):
        open_data(str(tmp_path), SKIP)


def test_an_empty_folder(tmp_path, refused):
    with refused(str(tmp_path), "empty folder"):
        open_data(str(tmp_path))


def test_mixed_sizes_need_a_fit(cats_and_dogs, png, noise, refused):
    (cats_and_dogs / "dog" / "wide.png").write_bytes(png(noise(6, 20, 3)))
    for reading in (Reading(), SKIP):
        with refused("dog/wide.png: 20x6", "8x6", "--data.size", "--data.fit resize, crop or pad"):
            open_data(str(cats_and_dogs), reading)
    for fit in ("resize", "crop", "pad"):
        data = open_data(str(cats_and_dogs), Reading(size=4, fit=fit))
        assert data.shape == (3, 4, 4)
        assert len(data) == 13


def test_another_size_than_asked_for(cats_and_dogs, refused):
    with refused("8x6 pixels", "not the 16x16 of --data.size", "--data.fit"):
        open_data(str(cats_and_dogs), Reading(size=16))


def test_mixed_colours_need_a_colour(cats_and_dogs, png, noise, refused):
    (cats_and_dogs / "dog" / "grey.png").write_bytes(png(noise(6, 8)))
    with refused("dog/grey.png: grey", "rgb", "--data.colour rgb"):
        open_data(str(cats_and_dogs))
    assert open_data(str(cats_and_dogs), Reading(colour="grey")).shape == (1, 6, 8)
    assert open_data(str(cats_and_dogs), Reading(colour="rgb")).shape == (3, 6, 8)


def test_only_what_fits_is_kept_in_memory(cats_and_dogs):
    needed = 12 * 3 * 6 * 8 / 2**30
    assert isinstance(open_data(str(cats_and_dogs), Reading(memory=needed)), Images)
    assert isinstance(open_data(str(cats_and_dogs), Reading(memory=needed * 0.99)), Streamed)


def test_pixels_of_files_and_of_arrays_are_brought_to_size_alike(tmp_path, png, noise):
    pixels = noise(3, 9, 11, 3)
    for k in range(3):
        (tmp_path / "set").mkdir(exist_ok=True)
        (tmp_path / "set" / f"{k}.png").write_bytes(png(pixels[k]))
    np.save(tmp_path / "set.npy", pixels)
    for fit in ("resize", "crop", "pad"):
        for colour in ("as-stored", "grey", "rgb"):
            reading = Reading(size=6, fit=fit, colour=colour)
            files, array = (open_data(str(tmp_path / name), reading) for name in ("set", "set.npy"))
            assert torch.equal(files.rows(torch.arange(3)), array.rows(torch.arange(3)))
