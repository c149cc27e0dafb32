"""What a look at samples measures, without labels."""

import pytest
import torch

from advnets.data import density, open_data
from advnets.runs.alarm.looks import CELLS, Reference, look, reference, seen


def drawn(name, n, seed):
    """Points of a density."""
    return density(name).sample(n, torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def ring() -> Reference:
    """What the ring says to 512 samples."""
    return reference(drawn("ring", 1000, 0), 512)


@pytest.mark.parametrize("name", ["ring", "grid", "bumps", "bell", "swiss-roll"])
def test_other_real_rows_lose_nothing(name):
    found = look(drawn(name, 512, 1), reference(drawn(name, 1000, 0), 512))
    assert found.lost < 0.06
    assert found.crowded < 0.06
    assert found.duplicates < 0.12
    assert all(abs(value) < 0.2 for value in found.mean)


@pytest.mark.parametrize("kept", [1, 2, 4, 6])
def test_what_is_lost_is_the_share_of_the_modes_that_are_gone(ring, kept):
    points = drawn("ring", 8 * 512, 2)
    modes = torch.cdist(points.double(), density("ring").means).argmin(1)
    found = look(points[modes < kept][:512], ring)
    assert found.lost == pytest.approx(1 - kept / 8, abs=0.06)
    assert found.crowded == pytest.approx(found.lost, abs=0.06)


def test_samples_that_are_spread_out_beside_the_data_lose_it_but_do_not_crowd(ring):
    blur = 0.4 * torch.randn(512, 2, generator=torch.Generator().manual_seed(3))
    found = look(drawn("ring", 512, 2) + blur, ring)
    assert found.lost > 0.9
    assert found.crowded < 0.06


def test_copies_are_near_duplicates(ring):
    points = drawn("ring", 256, 2)
    assert look(torch.cat([points, points + 1e-6]), ring).duplicates == 1
    assert look(torch.zeros(512, 2), ring).duplicates == 1


def test_the_mean_is_in_standard_deviations_along_the_data_s_axes():
    known = reference(torch.randn(5000, 2, generator=torch.Generator().manual_seed(0)) * torch.tensor([1.0, 5.0]) + 7, 512)
    found = look(torch.tensor([[7.0, 12.0], [7.0, 12.0]]), known)
    assert abs(found.mean[0]) == pytest.approx(1, abs=0.1)
    assert found.mean[1] == pytest.approx(0, abs=0.1)


def test_lost_digits_are_seen_without_their_labels():
    digits = open_data("digits")
    order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(0))
    known, rest = reference(digits.rows(order[:1000]), 512), order[1000:]
    whole = look(digits.rows(rest[:512]), known)
    assert whole.lost < 0.1
    threes = look(digits.rows(rest[digits.labels[rest] < 3]), known)
    assert 0.5 < threes.lost < 0.85
    assert threes.duplicates < 0.1


def test_large_pictures_are_averaged_down_and_small_ones_are_not():
    assert seen(torch.rand(3, 3, 64, 64)).shape == (3, 3 * 16 * 16)
    assert seen(torch.rand(3, 1, 8, 8)).shape == (3, 64)
    assert seen(torch.full((2, 1, 28, 28), 0.25)).unique().tolist() == [0.25]


def test_a_look_is_a_function_and_leaves_the_generators_alone(ring):
    before = torch.random.get_rng_state()
    again = reference(drawn("ring", 1000, 0), 512)
    assert torch.equal(again.centres, ring.centres)
    assert look(drawn("ring", 100, 1), again) == look(drawn("ring", 100, 1), ring)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize(("rows", "cells"), [(2, 1), (30, 3), (1000, CELLS)])
def test_few_rows_make_few_cells(rows, cells):
    assert len(reference(drawn("ring", rows, 0), 512).centres) == cells


def test_rows_that_are_all_the_same_are_no_trouble():
    known = reference(torch.ones(100, 1, 4, 4), 16)
    assert look(torch.ones(16, 1, 4, 4), known).lost == 0
    assert look(torch.zeros(16, 1, 4, 4), known).lost == 1
