"""Distances to the training pictures, copies, and the two-sample test."""

import numpy as np
import pytest
import torch

from advnets.data import Images, Points, open_data
from advnets.metrics import measure
from advnets.metrics.two_sample import two_sample


def normal(n: int, seed: int, d: int = 5) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def test_copies_show(known: Images):
    copies = known.rows(torch.arange(0, 300, 3))
    value = measure("neighbours", copies, known)
    assert value["mean_distance"] == value["median_distance"] == 0
    assert value["copies"] == 1
    assert value["copies_interval"][0] > 0.95
    assert value["control"]["mean_distance"] > value["copy_distance"] > 0


def test_fresh_real_pictures_come_as_near_as_the_control(known: Images, bands):
    value = measure("neighbours", bands(300, seed=1).rows(torch.arange(300)), known)
    low, high = value["mean_distance_interval"]
    control = value["control"]["mean_distance_interval"]
    assert low < control[1]
    assert control[0] < high
    assert value["copies_interval"][0] <= 0.01 <= value["copies_interval"][1]
    low, high = value["two_sample"]["accuracy_interval"]
    assert low < 0.5 < high


def test_noise_is_far_and_told_apart(known: Images):
    value = measure("neighbours", torch.rand(100, 1, 8, 8, generator=torch.Generator().manual_seed(0)), known)
    assert value["mean_distance"] > 2 * value["control"]["mean_distance"]
    assert value["copies"] == 0
    assert value["two_sample"]["accuracy"] == 1
    assert value["two_sample"]["count_of_each"] == 100


def test_what_is_held_out_is_the_control(known: Images, bands):
    fresh, held_out = bands(60, seed=1), bands(90, seed=2)
    value = measure("neighbours", fresh.rows(torch.arange(60)), known, held_out=held_out)
    assert (value["control"]["real"], value["control"]["count"]) == ("held out", 90)
    copied = measure("neighbours", held_out.rows(torch.arange(90)), known, held_out=held_out)
    assert copied["two_sample"]["accuracy"] == 0  # the samples are the held-out pictures


def test_points_and_real_digits():
    value = measure("neighbours", normal(100, 1), Points(normal(200, 2)))
    assert value["samples"] == value["two_sample"]["count_of_each"] == 100
    digits = open_data("digits")
    half = torch.arange(1797) % 2 == 0
    value = measure("neighbours", digits.rows(half.nonzero().squeeze(1)), digits.select((~half).nonzero().squeeze(1)))
    low, high = value["two_sample"]["accuracy_interval"]
    assert low < 0.5 < high


def test_the_two_sample_test_equals_a_loop():
    samples, real = normal(25, 0) * 0.8, normal(25, 1)
    result = two_sample(samples, real, torch.Generator().manual_seed(0))
    pool, labels = torch.cat([samples, real]).double(), torch.arange(50) >= 25
    right = []
    for i in range(50):
        squares = (pool - pool[i]).square().sum(1)
        squares[i] = torch.inf
        right.append(bool(labels[squares.argmin()] == labels[i]))
    assert result.accuracy.value == pytest.approx(np.mean(right))
    assert result.on_samples == pytest.approx(np.mean(right[:25]))
    assert result.on_real == pytest.approx(np.mean(right[25:]))


def test_where_nothing_differs_the_interval_covers_one_half_95_times_in_100():
    # 2-D points: about 0.62 of them are mutual neighbours, and an interval that took them for independent would cover less often.
    generator = torch.Generator().manual_seed(0)
    estimates = [
        two_sample(torch.randn(60, 2, generator=generator), torch.randn(60, 2, generator=generator), generator).accuracy for _ in range(300)
    ]
    covered = np.mean([e.low <= 0.5 <= e.high for e in estimates])
    assert covered == pytest.approx(0.95, abs=0.03)
    naive = 1.96 * 0.5 / np.sqrt(120)
    assert np.mean([abs(e.value - 0.5) <= naive for e in estimates]) < 0.92
