"""Where generators put their mass, and whether they copy: the parts of these claims that need no training."""

import math

import pytest
import torch
from torch import nn

from advnets.data import Images, density
from advnets.experiment import Prior
from advnets.nets.mlp import Generator
from advnets.reproduce.claims import Setting
from advnets.reproduce.tutorial import copying, sharpness, support, toys

# ---- the dimension of z


class Folded(nn.Module):
    """z -> (z_1^2, z_1^3): a curve, whatever the dimension of z."""

    def forward(self, z):
        return torch.stack([z[:, 0] ** 2, z[:, 0] ** 3], 1)


@pytest.fixture
def setting(tmp_path):
    return Setting(0, "quick", None, tmp_path / "work", tmp_path, lambda line: None)


def test_jacobians_are_the_derivatives():
    z = torch.tensor([[2.0, 5.0], [-1.0, 0.0]])
    assert support.jacobians(Folded(), z).tolist() == [[[4, 0], [12, 0]], [[-2, 0], [3, 0]]]


@pytest.mark.parametrize(("dim", "rank"), [(1, 1), (2, 2), (8, 2)])
def test_a_perceptron_s_rank_is_the_lesser_dimension(dim, rank):
    torch.manual_seed(0)
    found = support.ranks(support.jacobians(Generator(dim, (2,), (16, 16)), torch.randn(50, dim)))
    assert found.tolist() == [rank] * 50


def test_a_curve_has_rank_one_and_one_dimension_however_large_z_is():
    z = torch.randn(500, 3, generator=torch.Generator().manual_seed(0))
    assert support.ranks(support.jacobians(Folded(), z)).max().item() == 1
    assert support.dimension(Folded()(z)) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_two_neighbours_tell_the_dimension_of_a_flat_in_space(dim):
    points = torch.zeros(2000, 3)
    points[:, :dim] = torch.rand(2000, dim, generator=torch.Generator().manual_seed(0))
    assert support.dimension(points) == pytest.approx(dim, rel=0.1)


def test_points_that_coincide_do_not_count():
    points = torch.rand(500, 2, generator=torch.Generator().manual_seed(0))
    twice = torch.cat([points, points[:3]])
    assert support.dimension(twice) == pytest.approx(support.dimension(points), rel=0.05)


def test_points_are_written_and_learned(setting, monkeypatch):
    monkeypatch.setattr("advnets.runs.training.write_report", lambda *told: None)
    points = density("ring").sample(300, torch.Generator().manual_seed(0))
    x = toys.toy("ring", toys.Alternating(), 4, 1, 0, 8)
    model = support.learned(setting, "few", points, x)
    assert model.sample(5).shape == (5, 2)
    assert model.experiment.data.source.endswith("few-seed-0.npy")
    assert support.ranked(model, 0)["largest_rank"] == 2
    assert model.experiment.prior == Prior(2)


# ---- a segment and two points


@pytest.fixture
def law():
    """The segment from (0, 0) to (4, 0), and the points (0, 3) and (4, 3)."""
    return sharpness.Degenerate(
        torch.tensor([[0.0, 0.0], [4.0, 0.0]], dtype=torch.float64), torch.tensor([[0.0, 3.0], [4.0, 3.0]], dtype=torch.float64)
    )


def test_distances_are_to_the_segment_between_its_ends_and_to_the_points(law):
    x = torch.tensor([[2.0, 1.0], [7.0, 4.0], [0.0, 2.0]])
    expected = [[1, 8**0.5, 8**0.5], [5, 50**0.5, 10**0.5], [2, 1, 17**0.5]]
    assert torch.allclose(law.distances(x), torch.tensor(expected, dtype=torch.float64))
    assert law.place(x).tolist() == [0.5, 1.75, 0]


def test_draws_lie_on_the_support_in_their_shares(law):
    drawn = law.sample(4000, torch.Generator().manual_seed(0))
    found = sharpness.seen(law, drawn)
    assert found["median_distance"] < 1e-6
    assert found["share_off_the_support"] == 0
    assert found["total_variation"] < 0.03
    assert sharpness.stretches(law, drawn).sub(1).abs().max().item() < 0.2
    assert sharpness.to_segment(law, drawn) < 1e-6


def test_what_is_missed_is_seen(law):
    half = law.sample(4000, torch.Generator().manual_seed(0))
    half = half[(half[:, 0] < 2) | (half[:, 1] > 0)] + torch.tensor([0.0, 0.02])
    assert sharpness.seen(law, half)["median_distance"] == pytest.approx(0.02, abs=1e-5)
    assert sharpness.stretches(law, half)[5:].tolist() == [0] * 5
    assert sharpness.seen(law, half)["total_variation"] == pytest.approx(1 / 6, abs=0.03)
    assert sharpness.to_segment(law, law.points) == math.inf


@pytest.mark.parametrize("blur", [0.1, 0.5])
def test_the_blurred_density_integrates_to_one_and_is_symmetric(law, blur):
    side = torch.arange(-4, 8, 0.04, dtype=torch.float64)
    x = torch.cartesian_prod(side, side)
    assert law.blurred(x, blur).exp().sum().item() * 0.04**2 == pytest.approx(1, abs=1e-6)
    mirrored = x * torch.tensor([-1.0, 1.0], dtype=torch.float64) + torch.tensor([4.0, 0.0], dtype=torch.float64)
    assert torch.allclose(law.blurred(x, blur).exp(), law.blurred(mirrored, blur).exp())


def test_the_blurred_density_is_that_of_many_small_bells(law):
    x = torch.tensor([[2.0, 0.3], [-0.2, 0.1], [4.4, -0.3], [0.3, 2.8]], dtype=torch.float64)
    centres = law.ends[0] + (torch.arange(2000, dtype=torch.float64)[:, None] + 0.5) / 2000 * law.along
    bells = [torch.cdist(x, at).square().div(-2 * 0.3**2).exp().mean(1) / (2 * math.pi * 0.3**2) for at in (centres, law.points)]
    assert torch.allclose(law.blurred(x, 0.3).exp(), (bells[0] + bells[1]) / 2, rtol=1e-4)


def test_chains_with_little_blur_stay_and_with_much_find_all_parts(law):
    generator = torch.Generator().manual_seed(0)
    stay, move = (sharpness.chains(law, blur, 200, generator, 200) for blur in (0.1, 1.5))
    assert law.distances(stay)[:, 1].max().item() < 1
    assert sharpness.seen(law, stay)["total_variation"] == pytest.approx(0.75)
    assert sharpness.seen(law, move)["total_variation"] < 0.15
    assert sharpness.mixed({0.1: {"total_variation": 0.75}, 1.5: {"total_variation": 0.05}}) == [1.5]


def test_segments_and_chains_are_drawn(law, setting):
    cloud = torch.rand(50, 2, generator=torch.Generator().manual_seed(0))
    of = sharpness.seen(sharpness.SHARP, cloud)
    sharpness.draw(setting, cloud, dict.fromkeys(sharpness.BLURS, cloud), of, dict.fromkeys(sharpness.BLURS, of))
    assert (setting.figures / "sharp-distributions.png").stat().st_size > 10_000


# ---- copies


@pytest.fixture
def real():
    """Three parts of 40 pictures that were seen, and 40 that were not, all noise."""
    pixels = torch.randint(256, (165, 1, 4, 4), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    return copying.parted(Images(pixels[:125]), Images(pixels[125:]), torch.Generator().manual_seed(0))


def test_parts_are_disjoint_and_as_large_as_what_was_held_out(real):
    assert [len(part) for part in real.parts] == [40, 40, 40]
    seen = torch.cat([part.pixels for part in real.parts]).flatten(1)
    assert len(seen.unique(dim=0)) == 120


def test_places_count_through_the_parts(real):
    place = torch.tensor([85, 3, 44])
    expected = [real.parts[2].rows(torch.tensor([5])), real.parts[0].rows(torch.tensor([3])), real.parts[1].rows(torch.tensor([4]))]
    assert torch.equal(real.training(place), torch.cat(expected))


def test_copies_are_nearer_to_the_part_they_are_from_and_not_to_the_others(real):
    place = torch.arange(120)
    near = copying.near(real.training(place), real)
    own = torch.arange(3) == (place // 40)[:, None]
    assert near.nearer(own).value == 1
    assert near.parts[own].max().item() == 0
    others = near.nearer(~own)
    assert others.low < 0.5 < others.high
    assert near.nearer().value == pytest.approx((1 + 2 * others.value) / 3)


def test_ties_count_half():
    near = copying.Near(torch.tensor([[1.0, 2.0], [3.0, 1.0]]), torch.tensor([2.0, 2.0]))
    assert near.nearer().value == pytest.approx((1.5 / 2 + 1 / 2) / 2)


def test_the_two_sample_test_catches_copies_of_what_it_compares_with(real):
    found = copying.tested(real.training(torch.arange(40)), copying.Real(real.parts[:1], real.unseen), torch.Generator().manual_seed(0))
    assert found.training.value < 0.1
    assert found.unseen.low < 0.5 < found.unseen.high


def test_copies_are_drawn(real, setting):
    samples = real.training(torch.arange(20))
    near = copying.near(samples, real)
    copying.draw_copies(setting, samples, real, near, near)
    assert (setting.figures / "no-copying.png").stat().st_size > 10_000


def test_an_interval_is_said_in_words():
    assert copying.stated("share", copying.Estimate(0.5, 0.25, 0.75)) == {"share": 0.5, "share_interval": "0.250 to 0.750"}
