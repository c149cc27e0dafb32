"""Pictures of samples, pixel by pixel."""

import numpy as np
import pytest
import torch
from PIL import Image

from advnets.runs.pictures import beside_nearest, cloud, grid, picture, save_gif, save_png, to_uint8


def test_levels_are_rounded_to_the_nearest_and_clamped():
    assert to_uint8(torch.tensor([-1.0, 0.0, 0.4 / 255, 0.6 / 255, 1.0, 2.0])).tolist() == [0, 0, 0, 1, 255, 255]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_grid_has_every_image_at_its_place(channels):
    images = torch.rand(5, channels, 4, 6, generator=torch.Generator().manual_seed(0))
    found = np.asarray(grid(images, columns=3, gap=1, enlarge=False))
    assert found.shape[:2] == (2 * 5 + 1, 3 * 7 + 1)
    for i, image in enumerate(to_uint8(images)):
        top, side = 1 + i // 3 * 5, 1 + i % 3 * 7
        part = found[top : top + 4, side : side + 6]
        assert np.array_equal(part if channels == 1 else part.transpose(2, 0, 1), image[0] if channels == 1 else image)
    assert (found[0] == 40).all()
    assert (found[6:, 15:] == 40).all(), "where there is no sixth image"


def test_small_images_are_enlarged_by_a_whole_factor():
    small = grid(torch.rand(4, 1, 8, 8), gap=0)
    assert small.size == (2 * 8 * 8, 2 * 8 * 8)
    assert grid(torch.rand(4, 1, 64, 64), gap=0).size == (128, 128)


def test_samples_stand_above_their_neighbours():
    samples, neighbours = torch.zeros(6, 1, 2, 2), torch.ones(6, 1, 2, 2)
    found = np.asarray(beside_nearest(samples, neighbours, columns=3).resize((3 * 4 + 2, 4 * 4 + 2), Image.Resampling.NEAREST))
    assert [found[2 + 4 * row, 2] for row in range(4)] == [0, 255, 0, 255]


@pytest.mark.parametrize("dimensions", [1, 2])
def test_points_are_drawn_over_real_ones(dimensions):
    real = torch.randn(50, dimensions, generator=torch.Generator().manual_seed(0))
    image = picture(real + 0.1, real, "step 3")
    assert image.size == cloud(real, real).size == (500, 500)
    colours = {tuple(pixel) for pixel in np.asarray(image).reshape(-1, 3).tolist()}
    assert len(colours) > 10


@pytest.mark.parametrize("dimensions", [1, 2])
def test_points_as_far_apart_as_floats_go_are_drawn(dimensions):
    real = torch.tensor([[-3e38], [3e38]]).expand(2, dimensions)
    assert cloud(real, real).size == (500, 500)


def test_pictures_and_animations_are_files_of_their_kind(tmp_path):
    frames = [grid(torch.full((1, 1, 8, 8), level)) for level in (0.0, 0.5, 1.0)]
    save_png(tmp_path / "a.png", frames[0])
    save_gif(tmp_path / "a.gif", frames)
    with Image.open(tmp_path / "a.png") as image:
        assert image.format == "PNG"
    with Image.open(tmp_path / "a.gif") as animation:
        assert animation.n_frames == 3
        durations = []
        for frame in range(3):
            animation.seek(frame)
            durations.append(animation.info["duration"])
    assert durations == [250, 250, 2000]
