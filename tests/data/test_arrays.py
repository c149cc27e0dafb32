import os
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
import torch

from advnets.data import Images, Points, Reading, open_data
from advnets.data.samples import read_samples


def saved(tmp_path, **arrays) -> str:
    np.savez(tmp_path / "set.npz", **arrays)
    return str(tmp_path / "set.npz")


@pytest.mark.parametrize(
    ("shape", "seen"),
    [((5, 6, 7), (1, 6, 7)), ((5, 6, 7, 3), (3, 6, 7)), ((5, 6, 7, 1), (1, 6, 7)), ((5, 3, 6, 7), (3, 6, 7)), ((5, 1, 6, 3), (1, 6, 3))],
)
def test_shapes(tmp_path, noise, shape, seen):
    pixels = noise(*shape)
    np.save(tmp_path / "set.npy", pixels)
    data = open_data(str(tmp_path / "set.npy"))
    assert isinstance(data, Images)
    assert data.shape == seen
    channels_last = len(shape) == 4 and shape[1] not in {1, 3}
    assert (data.pixels.numpy() == (np.moveaxis(pixels, 3, 1) if channels_last else pixels.reshape(5, *seen))).all()


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_floats_in_the_unit_interval_are_pictures_rounded_to_bytes(tmp_path, kind):
    levels = (np.arange(256) / 255).astype(kind).reshape(1, 16, 16)
    data = open_data(saved(tmp_path, samples=levels))
    assert isinstance(data, Images)
    assert data.pixels.flatten().tolist() == list(range(256))


def test_floats_of_two_dimensions_are_points(tmp_path):
    data = open_data(saved(tmp_path, samples=np.array([[1.5, -2.0], [3.0, 4.0]]), labels=np.array([9, 4])))
    assert isinstance(data, Points)
    assert data.rows(torch.tensor([0])).tolist() == [[1.5, -2.0]]
    assert data.labels is not None
    assert (data.labels.tolist(), data.classes) == ([1, 0], ("4", "9"))


@pytest.mark.parametrize(
    "keys",
    [
        ("samples", "labels"),
        ("images", "y"),
        ("arr_0", "arr_1"),
        ("train_images", "train_labels"),
        ("x_train", "y_train"),
        ("faces", "labels"),
    ],
)
def test_keys(tmp_path, noise, keys):
    data = open_data(saved(tmp_path, **{keys[0]: noise(4, 5, 5), keys[1]: np.array(["b", "a", "b", "b"]), "other": np.arange(4)}))
    assert len(data) == 4
    assert data.labels is not None
    assert (data.labels.tolist(), data.classes) == ([1, 0, 1, 1], ("a", "b"))


def test_samples_come_before_images(tmp_path, noise):
    assert len(open_data(saved(tmp_path, images=noise(3, 5, 5), arr_0=noise(4, 5, 5), samples=noise(2, 5, 5)))) == 2


def test_an_array_that_is_not_needed_may_be_anything(tmp_path, noise):
    assert len(open_data(saved(tmp_path, images=noise(3, 5, 5), notes=np.array([{"a": 1}], dtype=object)))) == 3


def test_test_parts(tmp_path, noise, refused):
    file = saved(tmp_path, train_images=noise(6, 5, 5), test_images=noise(2, 5, 5), test_labels=np.array([0, 1]))
    test = open_data(file, split="test")
    assert (len(open_data(file)), len(test)) == (6, 2)
    assert test.classes == ("0", "1")
    with refused("set.npz", "no test part"):
        open_data(saved(tmp_path, samples=noise(6, 5, 5)), split="test")


BAD = {
    "NaN": ({"samples": np.array([[[0.5, np.nan]]])}, ["key samples", "nan at [0, 0, 1]", "finite"]),
    "infinity": ({"images": np.array([[1.0, np.inf]])}, ["key images", "inf at [0, 1]"]),
    "too large": ({"samples": np.array([[1.0, -1e300]])}, ["key samples", "-1e+300 at [0, 1]", "finite as float32"]),
    "range": ({"samples": np.full((1, 2, 2), -0.5)}, ["key samples", "from -0.5 to -0.5", "[0, 1]"]),
    "objects": ({"samples": np.array([{"a": 1}], dtype=object)}, ["key samples", "never unpickled"]),
    "two channels": ({"samples": np.zeros((2, 5, 5, 2), np.uint8)}, ["key samples", "[2, 5, 5, 2]", "c 1 or 3"]),
    "four channels": ({"samples": np.zeros((2, 4, 5, 5), np.uint8)}, ["key samples", "[2, 4, 5, 5]", "c 1 or 3"]),
    "flat bytes": ({"samples": np.zeros((2, 784), np.uint8)}, ["key samples", "[2, 784]"]),
    "whole numbers": ({"samples": np.zeros((2, 5, 5), np.int64)}, ["key samples", "int64", "uint8"]),
    "one dimension": ({"samples": np.zeros(5)}, ["key samples", "[5]", "points are floats [n, d]"]),
    "a number": ({"samples": np.float32(1)}, ["key samples", "float32 []"]),
    "words": ({"samples": np.array(["a", "b"])}, ["key samples", "<U1 [2]"]),
    "no pictures": ({"samples": np.zeros((0, 5, 5), np.uint8)}, ["holds no pictures"]),
    "no pixels": ({"samples": np.zeros((9, 1, 0, 8), np.uint8)}, ["holds no pictures"]),
    "no points": ({"samples": np.zeros((0, 2))}, ["holds no points"]),
    "no key": ({"lengths": np.arange(3)}, ["no key samples", "lengths int64 [3]"]),
    "no keys": ({}, ["no key samples", "holds nothing"]),
    "two that could be": ({"a": np.zeros((1, 2, 2)), "b": np.zeros((1, 2, 2))}, ["keys a, b could be meant", "samples"]),
    "count of labels": ({"samples": np.zeros((2, 5, 5)), "labels": np.arange(3)}, ["key labels", "[3]", "2 rows"]),
    "a label for all": ({"samples": np.zeros((1, 5, 5)), "labels": np.int64(3)}, ["key labels", "int64 []", "1 rows"]),
    "kind of labels": ({"samples": np.zeros((2, 5, 5)), "y": np.array([0.5, 1])}, ["key y", "float64", "whole number or word"]),
}


@pytest.mark.parametrize(("arrays", "words"), BAD.values(), ids=BAD)
def test_bad_arrays_are_refused_by_their_key(tmp_path, arrays, words, refused):
    with refused("set.npz", *words):
        open_data(saved(tmp_path, **arrays))


def test_a_pickled_npy_is_refused(tmp_path, refused):
    np.save(tmp_path / "set.npy", np.array([[1], [2, 3]], dtype=object))
    with refused("set.npy", "never unpickled"):
        open_data(str(tmp_path / "set.npy"))


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.98])
@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_torn_files(tmp_path, noise, share, suffix, refused):
    file = tmp_path / f"set.{suffix}"
    np.save(file, noise(20, 9, 9)) if suffix == "npy" else np.savez(file, samples=noise(20, 9, 9))
    os.truncate(file, int(file.stat().st_size * share))
    with refused(str(file), "torn"):
        open_data(str(file))


def entry(offset: int, value: int) -> Callable[[bytes], bytes]:
    """Change a byte of the first entry of a zip's directory."""

    def alter(content: bytes) -> bytes:
        at = content.find(b"PK\x01\x02") + offset
        return content[:at] + bytes([value]) + content[at + 1 :]

    return alter


ALTERED = {
    "a header that is no Python": ("npy", lambda content: content.replace(b"'shape': (", b"'shape': ((")),
    "compression": ("npz", entry(10, 99)),
    "version": ("npz", entry(6, 255)),
    "patched": ("npz", entry(8, 0x20)),
    "locked": ("npz", entry(8, 1)),
    "start": ("npz", lambda content: b"PK??" + content[4:]),
}


@pytest.mark.parametrize(("suffix", "alter"), ALTERED.values(), ids=ALTERED)
@pytest.mark.parametrize("read", [lambda file: open_data(str(file)), read_samples])
def test_altered_files(tmp_path, noise, suffix, alter, read, refused):
    file = tmp_path / f"set.{suffix}"
    np.save(file, noise(20, 9, 9)) if suffix == "npy" else np.savez(file, samples=noise(20, 9, 9))
    content = file.read_bytes()
    file.write_bytes(alter(content))
    assert file.read_bytes() != content
    with refused(str(file), "torn"):
        read(file)


@pytest.mark.parametrize("name", ["samples.npy", "other.npy"])
def test_a_zip_of_no_arrays(tmp_path, name, refused):
    with zipfile.ZipFile(tmp_path / "set.npz", "w") as zipped:
        zipped.writestr(name, b"this is text")
    with refused("set.npz: key ", "not a NumPy array"):
        open_data(str(tmp_path / "set.npz"))


def test_altered_content(tmp_path, noise, refused):
    file = saved(tmp_path, samples=noise(20, 9, 9))
    with open(file, "r+b") as stream:
        stream.seek(500)
        stream.write(b"\0\1\2\3")
    with refused("key samples", "torn"):
        open_data(file)


def test_another_size_than_asked_for(tmp_path, noise, refused):
    file = saved(tmp_path, samples=noise(2, 5, 5))
    with refused(file, "5x5 pixels, not the 8x8 of --data.size", "--data.fit resize, crop or pad"):
        open_data(file, Reading(size=8))
    assert open_data(file, Reading(size=8, fit="pad", colour="rgb")).shape == (3, 8, 8)


@pytest.mark.parametrize("fit", ["resize", "crop", "pad"])
def test_the_narrowest_pictures_can_be_fitted(tmp_path, noise, fit):
    assert open_data(saved(tmp_path, samples=noise(1, 1, 100)), Reading(size=4, fit=fit)).shape == (1, 4, 4)
