"""The pictures of three dots."""

import numpy as np
import torch

from advnets.data import Images, open_data
from advnets.data.dots import APART, BORDER, DOTS, SIDE, centres, drawn
from advnets.metrics.dots import counted


def test_every_picture_has_three_dots_and_the_set_is_always_the_same():
    data, again = open_data("dots"), open_data("dots", split="train[:50]")
    assert isinstance(data, Images)
    assert isinstance(again, Images)
    assert (len(data), data.shape, data.labels) == (10_000, (1, SIDE, SIDE), None)
    assert torch.equal(again.pixels, data.pixels[:50])
    assert counted(data.rows(torch.arange(2000))).unique().tolist() == [DOTS]
    assert len(data.pixels[:2000].flatten(1).unique(dim=0)) == 2000


def test_middles_keep_their_distances_and_fill_the_picture():
    middles = centres(500, np.random.default_rng(0))
    gaps = [np.linalg.norm(middles[:, i] - middles[:, j], axis=1) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert np.min(gaps) >= APART
    assert BORDER <= middles.min() < BORDER + 0.5
    assert SIDE - BORDER - 0.5 < middles.max() <= SIDE - BORDER
    assert not np.array_equal(middles, centres(500, np.random.default_rng(1)))


def test_a_dot_is_a_disc_with_an_edge_of_one_pixel():
    (picture,) = drawn(np.array([[[14.0, 14.0]]]))[0]
    assert picture[13, 13] == 255
    assert picture.astype(float).sum() / 255 == np.float64(picture.astype(float).T.sum() / 255)
    assert abs(picture.astype(float).sum() / 255 - np.pi * 2.5**2) < 0.3
    assert picture[14, 18] == 0
