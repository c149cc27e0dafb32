import gzip
import os

import numpy as np
import pytest

from advnets.data import Images, open_data

NAMES = ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte", "my-images.idx3-ubyte.gz", "plain"]


@pytest.mark.parametrize("name", NAMES)
def test_plain_and_gzipped_whatever_the_name(tmp_path, write_idx, noise, name):
    pixels = noise(4, 5, 6)
    data = open_data(str(write_idx(tmp_path / name, pixels)))
    assert isinstance(data, Images)
    assert (data.pixels.numpy() == pixels[:, None]).all()
    assert data.labels is None
    data.pixels[0] = 0  # what was read can be written to


@pytest.mark.parametrize("images", NAMES[:4])
@pytest.mark.parametrize("zipped", [True, False])
def test_the_labels_beside_it(tmp_path, write_idx, noise, images, zipped):
    labels = images.replace("images", "labels").replace("idx3", "idx1").removesuffix(".gz") + ".gz" * zipped
    write_idx(tmp_path / labels, np.array([7, 2, 7, 7]))
    data = open_data(str(write_idx(tmp_path / images, noise(4, 5, 6))))
    assert data.labels is not None
    assert (data.labels.tolist(), data.classes) == ([1, 0, 1, 1], ("2", "7"))


def test_a_folder_with_the_usual_files(tmp_path, write_idx, noise, refused):
    write_idx(tmp_path / "train-images-idx3-ubyte", noise(4, 5, 6))
    with refused(str(tmp_path), "t10k-images-idx3-ubyte", "test part"):
        open_data(str(tmp_path), split="test")
    write_idx(tmp_path / "t10k-images.idx3-ubyte.gz", noise(2, 5, 6))
    write_idx(tmp_path / "t10k-labels.idx1-ubyte", np.array([0, 1]))
    test = open_data(str(tmp_path), split="test")
    assert (len(open_data(str(tmp_path))), len(test), test.classes) == (4, 2, ("0", "1"))


def torn(path, write_idx, pixels):
    os.truncate(write_idx(path, pixels), 50)


def short(path, write_idx, pixels):
    path.write_bytes(b"\0\0\x08\x03\0\0")


def long(path, write_idx, pixels):
    with write_idx(path, pixels).open("ab") as stream:
        stream.write(b"more")


def wrong(path, write_idx, pixels):
    path.write_bytes(b"\0\0\x0d\x03" + bytes(100))


def promising(path, write_idx, pixels):
    path.write_bytes(b"\0\0\x08\x03" + b"\xff" * 12)


def of_labels(path, write_idx, pixels):
    write_idx(path, np.zeros(100))


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (torn, ["truncated", "120 bytes", "holds 34"]),
        (short, ["truncated", "16 bytes of header"]),
        (long, ["too long", "120 bytes"]),
        (wrong, ["magic number 0x00000d03", "0x00000803"]),
        (promising, ["truncated", "more than it can hold"]),
        (of_labels, ["magic number 0x00000801", "images starts with 0x00000803"]),
    ],
)
def test_broken_files_are_refused(tmp_path, write_idx, noise, write, words, refused):
    path = tmp_path / "train-images-idx3-ubyte"
    write(path, write_idx, noise(4, 5, 6))
    with refused(str(path), *words):
        open_data(str(path))


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_torn_gzip_is_refused(tmp_path, write_idx, noise, share, refused):
    path = write_idx(tmp_path / "train-images-idx3-ubyte.gz", noise(40, 5, 6))
    os.truncate(path, int(path.stat().st_size * share))
    with refused(str(path), "truncated"):
        open_data(str(path))


def test_a_gzip_that_unpacks_to_more_than_it_says_is_not_unpacked(tmp_path, refused):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(b"\0\0\x08\x03" + b"\0\0\0\1" * 3 + bytes(10**7)))
    with refused(str(path), "too long", "1 bytes"):
        open_data(str(path))


def test_labels_that_do_not_match(tmp_path, write_idx, noise, refused):
    images = write_idx(tmp_path / "train-images-idx3-ubyte", noise(4, 5, 6))
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.zeros(3))
    with refused("train-labels-idx1-ubyte", "3 labels", "4 pictures"):
        open_data(str(images))


@pytest.mark.parametrize("shape", [(0, 5, 6), (64, 0, 0)])
def test_no_pictures(tmp_path, write_idx, shape, refused):
    with refused("holds no pictures"):
        open_data(str(write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros(shape))))
