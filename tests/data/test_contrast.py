"""Global contrast normalisation: mean 0, norm 55, nothing for pictures of one colour; the same in memory and from disk."""

import numpy as np
import pytest
import torch

from advnets.data import Images, Reading, open_data
from advnets.data.contrast import NORM, normalised

NORMALISED = Reading(contrast="normalised")


@pytest.fixture
def stored(noise):
    return torch.from_numpy(noise(5, 3, 6, 7))


def test_pictures_have_mean_0_and_norm_55(stored):
    pictures = normalised(stored).flatten(1)
    torch.testing.assert_close(pictures.mean(1), torch.zeros(5), atol=1e-5, rtol=0)
    torch.testing.assert_close(pictures.norm(dim=1), torch.full((5,), NORM))


def test_it_is_the_formula_in_double_precision(stored):
    x = stored.double().flatten(1).numpy() / 255
    centred = x - x.mean(1, keepdims=True)
    expected = 55 * centred / np.linalg.norm(centred, axis=1, keepdims=True)
    np.testing.assert_allclose(normalised(stored).flatten(1).numpy(), expected, atol=1e-5)


def test_brightness_and_contrast_are_taken_away(stored):
    dim = stored // 4
    torch.testing.assert_close(normalised(4 * dim + 3), normalised(dim))


@pytest.mark.parametrize("level", [0, 77, 255])
def test_a_picture_of_one_colour_becomes_exactly_0(level):
    assert not normalised(torch.full((1, 3, 300, 300), level, dtype=torch.uint8)).any()  # whose sum float32 cannot hold


def test_a_set_gives_normalised_rows_and_keeps_its_bytes():
    plain, data = open_data("digits"), open_data("digits", NORMALISED)
    assert isinstance(data, Images)
    index = torch.tensor([3, 1, 4])
    assert torch.equal(data.rows(index), normalised(plain.stored(index)))
    assert torch.equal(data.stored(index), plain.stored(index))
    assert (plain.bounded, data.bounded, data.select(index).bounded) == (True, False, False)


def test_flips_are_those_of_the_set_in_0_to_1():
    index = torch.arange(20)
    plain, data = (open_data("digits", Reading(flip=True, contrast=contrast)) for contrast in ("as-stored", "normalised"))
    flipped = (plain.rows(index, torch.Generator().manual_seed(2)) * 255).to(torch.uint8)
    torch.testing.assert_close(data.rows(index, torch.Generator().manual_seed(2)), normalised(flipped))


def test_pictures_read_from_disk_give_the_same_rows(cats_and_dogs):
    kept = open_data(str(cats_and_dogs), NORMALISED)
    streamed = open_data(str(cats_and_dogs), Reading(contrast="normalised", memory=0))
    index = torch.tensor([2, 11, 0])
    assert torch.equal(streamed.rows(index), kept.rows(index))
    assert not streamed.bounded
    streamed.close()


@pytest.mark.parametrize("source", ["ring", "points.npy"])
def test_points_have_no_contrast(source, tmp_path, monkeypatch, refused):
    monkeypatch.chdir(tmp_path)
    np.save("points.npy", np.zeros((4, 2)))
    with refused("--data.contrast normalised", source):
        open_data(source, NORMALISED)


def test_another_contrast_is_refused(refused):
    with refused("--data.contrast", "normalised"):
        Reading(contrast="stretched")
