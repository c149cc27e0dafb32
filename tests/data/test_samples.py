"""Samples to be measured keep their precision."""

import numpy as np
import pytest
import torch
from PIL import Image

from advnets.data.samples import read_samples
from advnets.errors import BadInput


def test_floats_are_read_as_they_are(tmp_path):
    samples = np.random.default_rng(0).random((5, 1, 4, 4), np.float32)
    np.savez(tmp_path / "s.npz", samples=samples)
    assert torch.equal(read_samples(tmp_path / "s.npz"), torch.from_numpy(samples))
    np.save(tmp_path / "s.npy", samples)
    assert torch.equal(read_samples(tmp_path / "s.npy"), torch.from_numpy(samples))


@pytest.mark.parametrize("key", ["samples", "images", "arr_0"])
def test_bytes_are_scaled_and_channels_come_first(tmp_path, key):
    samples = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), np.uint8)
    np.savez(tmp_path / "s.npz", **{key: samples})
    assert torch.equal(read_samples(tmp_path / "s.npz"), torch.from_numpy(samples).permute(0, 3, 1, 2) / 255)


def test_points_are_read(tmp_path):
    points = np.random.default_rng(0).normal(size=(7, 2))
    np.savez(tmp_path / "s.npz", samples=points)
    assert torch.equal(read_samples(tmp_path / "s.npz"), torch.from_numpy(points).float())


def test_a_folder_of_pictures_is_read(tmp_path):
    for i in range(3):
        Image.new("L", (4, 4), 51 * i).save(tmp_path / f"{i}.png")
    assert torch.allclose(read_samples(tmp_path)[:, 0, 0, 0], torch.tensor([0.0, 0.2, 0.4]))


@pytest.mark.parametrize("kind", [">f8", "longdouble", "float16", ">i8"])
def test_numbers_of_every_kind_are_read(tmp_path, kind):
    samples = np.eye(4).reshape(1, 1, 4, 4)
    np.savez(tmp_path / "s.npz", samples=samples.astype(kind))
    assert torch.equal(read_samples(tmp_path / "s.npz"), torch.from_numpy(samples).float())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.full((2, 1, 4, 4), 1.5), "must lie in"),
        (np.full((2, 1, 4, 4), np.nan), "finite"),
        (np.full((2, 2), 1e300), "finite as float32"),
        (np.zeros((0, 1, 8, 8)), "holds no samples"),
        (np.zeros((0, 2)), "holds no samples"),
        (np.zeros((3, 1, 0, 8), np.uint8), "holds no samples"),
    ],
)
def test_what_no_picture_holds_is_refused(tmp_path, values, message):
    np.savez(tmp_path / "s.npz", samples=values)
    with pytest.raises(BadInput, match=message):
        read_samples(tmp_path / "s.npz")
