"""Modes of a known mixture: covered, touched, and what is good."""

import pytest
import torch

from advnets.data import GaussianMixture, Points, density
from advnets.errors import BadInput
from advnets.metrics import measure
from advnets.metrics.modes import occupancy


def at_modes(name, counts):
    """So many samples exactly at each of the first modes."""
    return density(name).modes.float()[: len(counts)].repeat_interleave(torch.tensor(counts), 0)


@pytest.mark.parametrize(("name", "modes"), [("ring", 8), ("grid", 25), ("bumps", 4), ("bell", 1)])
def test_the_mixture_s_own_samples_cover_everything(name, modes):
    mixture = density(name)
    found = measure("modes", mixture.sample(2500, torch.Generator().manual_seed(1)), mixture)
    assert found["modes"] == found["modes_covered"] == found["modes_touched"] == modes
    within = {1: 0.9973, 2: 0.9889}[mixture.dim]  # of a Gaussian within three standard deviations
    assert found["good_share"] == pytest.approx(within, abs=0.01)
    assert found["good_share_interval"][0] < within < found["good_share_interval"][1]
    assert found["total_variation"] < 0.06
    assert found["control"]["modes_covered"] == modes


def test_a_mode_is_covered_by_a_tenth_of_its_due_and_touched_by_one():
    found = measure("modes", at_modes("ring", [960, 10, 9, 1, 0, 0, 0, 0]), density("ring"))  # 980 samples: a tenth of 122.5 is 12.25
    assert (found["modes_covered"], found["modes_touched"], found["good_share"]) == (1, 4, 1.0)
    found = measure("modes", at_modes("ring", [780, 10, 10, 0, 0, 0, 0, 0]), density("ring"))  # 800: exactly a tenth of 100
    assert (found["modes_covered"], found["modes_touched"]) == (3, 3)
    assert found["total_variation"] == pytest.approx(0.85)  # .975 - .125


def test_dues_follow_the_weights():
    rare = GaussianMixture([[0.0], [10.0]], [1.0, 1.0], [0.99, 0.01], name="rare")
    assert measure("modes", torch.tensor([[0.0]] * 999 + [[10.0]]), rare)["modes_covered"] == 2
    assert measure("modes", torch.tensor([[0.0]] * 1999 + [[10.0]]), rare)["modes_covered"] == 1


def test_three_standard_deviations_are_in_and_more_is_out():
    ring = density("ring")
    start = ring.modes[0]
    near, far = (torch.stack([start + torch.tensor([reach * 0.02, 0.0])]).float() for reach in (2.99, 3.01))
    assert occupancy(near, ring).tolist() == [1] + [0] * 7
    assert occupancy(far, ring).sum() == 0


def test_samples_far_from_all_modes_are_worth_nothing():
    found = measure("modes", torch.zeros(20, 2), density("ring"))
    assert (found["modes_covered"], found["modes_touched"], found["good_share"], found["total_variation"]) == (0, 0, 0.0, 1.0)


@pytest.mark.parametrize("reference", [density("swiss-roll"), Points(torch.zeros(20, 2), None, (), "points")])
def test_data_without_known_modes_are_refused(reference):
    with pytest.raises(BadInput, match=r"^(swiss-roll|points): metric modes needs a mixture whose modes are known"):
        measure("modes", torch.zeros(20, 2), reference)


def test_too_few_samples_are_refused():
    with pytest.raises(BadInput, match="metric modes needs at least 10, not 9"):
        measure("modes", torch.zeros(9, 2), density("ring"))
