from dataclasses import replace

import pytest
import torch

from advnets.data import Images, Points
from advnets.data.images import coins


@pytest.fixture
def images(noise) -> Images:
    return Images(torch.from_numpy(noise(50, 3, 4, 5)), torch.arange(50) % 3, ("a", "b", "c"), flip=True)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_rows_are_the_bytes_divided_by_255(images):
    index = torch.tensor([3, 3, 49])
    rows = images.rows(index)
    assert rows.dtype == torch.float32
    assert torch.equal(rows, images.pixels[index].float() / 255)
    assert images.shape == rows.shape[1:] == (3, 4, 5)


def test_each_row_is_a_picture_or_its_mirror_image(images):
    index = torch.arange(50)
    plain, rows = images.rows(index), images.rows(index, generator())
    mirrored = torch.tensor([torch.equal(row, picture.flip(-1)) for row, picture in zip(rows, plain, strict=True)])
    kept = torch.tensor([torch.equal(row, picture) for row, picture in zip(rows, plain, strict=True)])
    assert (mirrored ^ kept).all()
    assert mirrored.any()
    assert kept.any()
    assert torch.equal(replace(images, flip=False).rows(index, generator()), plain)


def test_flips_are_the_same_when_processes_share_a_batch(images):
    index = torch.randint(50, (16,))
    whole = images.rows(index, generator(5))
    halves = [images.rows(half, generator(5)) for half in index.chunk(2)]
    assert torch.equal(whole, torch.cat(halves))


def test_coins_are_fair_and_independent_from_draw_to_draw():
    source = generator(1)
    tosses = torch.stack([coins(torch.arange(1000), source) for _ in range(200)]).double()  # [draw, picture]
    assert abs(tosses.mean() - 0.5) < 0.01
    assert (tosses.mean(0) - 0.5).abs().max() < 0.2  # 5.6 standard deviations of 200 tosses
    assert (tosses.mean(1) - 0.5).abs().max() < 0.09  # 5.7 of 1,000
    assert (torch.corrcoef(tosses.T[:50]) - torch.eye(50)).abs().max() < 0.4  # neighbouring pictures: 5.7
    assert (torch.corrcoef(tosses[:50]) - torch.eye(50)).abs().max() < 0.18  # draws after each other: 5.7


def test_selecting(images):
    some = images.select(torch.tensor([4, 2]))
    assert torch.equal(some.pixels, images.pixels[[4, 2]])
    assert some.labels is not None
    assert some.labels.tolist() == [1, 2]
    assert some.classes == images.classes
    assert images.to("cpu").shape == images.shape
    images.expect(torch.tensor([1]))


def test_points():
    points = Points(torch.arange(10.0).reshape(5, 2), torch.tensor([0, 1, 0, 1, 0]), ("a", "b"))
    points.expect(torch.tensor([1]))
    assert points.rows(torch.tensor([1, 1]), generator()).tolist() == [[2, 3], [2, 3]]
    assert points.shape == (2,)
    assert len(points.to("cpu").select(torch.tensor([0, 3]))) == 2
