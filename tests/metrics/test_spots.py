"""The metric `dots`: numbers of spots against hand-made pictures."""

import pytest
import torch

from advnets.data import open_data
from advnets.metrics import measure
from advnets.metrics.dots import counted


def picture(*spots):
    x = torch.zeros(1, 8, 8)
    for rows, columns in spots:
        x[:, rows, columns] = 1
    return x


a, b, c = (slice(0, 2), slice(0, 2)), (slice(3, 5), slice(5, 8)), (slice(6, 8), slice(0, 3))


@pytest.mark.parametrize(
    ("spots", "number"),
    [
        ((), 0),
        ((a,), 1),
        ((a, b), 2),
        ((a, b, c), 3),
        ((a, (slice(2, 4), slice(2, 4))), 1),  # they touch at a corner
        ((a, (slice(0, 2), slice(3, 5))), 2),  # a dark column between
        ((a, (slice(7, 8), slice(5, 8))), 1),  # three pixels are no spot
    ],
)
def test_spots_hang_together_by_sides_and_corners(spots, number):
    assert counted(picture(*spots)[None]).item() == number


def test_spots_do_not_hang_together_across_pictures():
    x = torch.stack([picture(a, b), picture(a), picture(), picture(a, b, c), picture(a)])
    assert counted(x).tolist() == [2, 1, 0, 3, 1]


def test_faint_spots_do_not_count_and_colours_do_by_their_mean():
    assert counted(0.5 * picture(a)[None]).item() == 0
    assert counted(torch.cat([picture(a), picture(a), picture()])[None]).item() == 1  # mean 2/3
    assert counted(torch.cat([picture(a), picture(), picture()])[None]).item() == 0


def test_the_right_number_is_that_of_the_real_pictures():
    data = open_data("dots", split="train[:500]")
    samples = data.rows(torch.arange(100))
    samples[:20] = samples[:20].roll(14, 2).maximum(samples[:20]).clamp(0, 1)  # more dots than three, or merged ones
    wrong = int((counted(samples) != 3).sum())
    assert wrong >= 15
    found = measure("dots", samples, data)
    assert found["right_number"] == 3
    assert found["right_share"] == pytest.approx(1 - wrong / 100)
    assert found["right_share_interval"][0] < found["right_share"] < found["right_share_interval"][1]
    assert found["control"]["right_share"] == 1
    assert sum(found["number_shares"].values()) == pytest.approx(1)
