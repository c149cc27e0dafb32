"""The tutorial's claims of costs and of fitted bells: those that are exact hold at the quick size too, and their parts are right."""

import pytest
import torch

from advnets.core import Rng
from advnets.costs.divergences import DIVERGENCES
from advnets.reproduce.claims import Setting
from advnets.reproduce.ledger import CLAIMS
from advnets.reproduce.tutorial.costs import COSTS, by_draw, each, of_kl, pull, rejected, slopes
from advnets.reproduce.tutorial.estimators import alike
from advnets.reproduce.tutorial.fitting import LINE, MEASURES, WIDE_AND_NARROW, Draws, closest, moments, settled
from advnets.theory import gaussian
from advnets.theory.quadrature import expectation, masses


def quick(folder):
    return Setting(0, "quick", None, folder, folder, say=lambda words: None)


@pytest.mark.parametrize("name", ["saturation", "maximum-likelihood-cost", "generator-losses", "reinforce", "kl-reverse-kl"])
def test_a_claim_without_training_holds_at_the_quick_size(name, tmp_path):
    claim = CLAIMS[name]
    found = claim.measure(quick(tmp_path))
    assert claim.criterion.met(found.value)
    assert all(found.checks.values())
    assert (tmp_path / f"{name}.png").exists()


def test_each_sample_pays_its_part():
    logits = torch.tensor([-2.0, 0.0, 3.0], dtype=torch.float64)
    for cost in COSTS.values():
        torch.testing.assert_close(each(cost, logits).mean(), cost(logits))
    torch.testing.assert_close(slopes(rejected, logits), -logits.sigmoid())


def test_the_divergence_has_the_gradient_that_is_known():
    """Of KL(N(0, 1) || N(m, s^2)): (m / s^2, 1 - (1 + m^2) / s^2) in (mean, log std)."""
    torch.testing.assert_close(of_kl(), torch.tensor([0.5, 1.44 - 1.25], dtype=torch.float64) / 1.44, rtol=1e-6, atol=1e-6)


def test_against_the_best_discriminator_likelihood_pulls_with_the_distance_and_the_zero_sum_cost_lets_go():
    assert pull(COSTS["maximum likelihood"], 3.0) == pytest.approx(-pull(lambda a: -COSTS["maximum likelihood"](a), 3.0))
    assert pull(COSTS["maximum likelihood"], 3.0) == pytest.approx(3.0, rel=1e-6)
    assert pull(COSTS["zero-sum"], 8.0) < 1e-3 < 7.9 < pull(COSTS["non-saturating"], 8.0)


def test_a_draw_s_gradient_has_the_mean_of_all():
    z = torch.randn(20, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    at = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    x = 0.5 + at[0] + 1.2 * at[1].exp() * z
    logits = (((x - 0.5) / 1.2).square() - x.square()) / 2 + torch.tensor(1.2, dtype=torch.float64).log()
    expected = torch.autograd.grad(COSTS["non-saturating"](logits), at)[0]
    torch.testing.assert_close(by_draw(COSTS["non-saturating"], z).mean(0), expected)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_the_divergence_whose_name_it_has(name):
    """E_q[f(p / q)] by quadrature."""
    p, q = gaussian(0.0, 1.0), gaussian(0.4, 1.2)
    defined = expectation(masses(q, LINE), DIVERGENCES[name].f((p(LINE.x) - q(LINE.x)).exp()))
    torch.testing.assert_close(MEASURES[name](p, q, LINE), defined)


def test_the_closest_bell_by_likelihood_has_the_moments_of_the_data():
    assert closest(MEASURES["kl"], WIDE_AND_NARROW, 0.0, 1.5) == pytest.approx(moments(WIDE_AND_NARROW), abs=1e-5)


def test_draws_have_the_moments_of_their_density():
    x = Draws(WIDE_AND_NARROW, 200_000).data(Rng(0, 0, 0))
    assert x.shape == (200_000, 1)
    assert (x.mean().item(), x.std().item()) == pytest.approx(moments(WIDE_AND_NARROW), abs=0.02)
    assert (x > 1.2).double().mean().item() == pytest.approx(0.4 * 0.977 + 0.6 * 0.0139, abs=0.005)


def test_a_path_settles_at_the_mean_of_its_second_half():
    assert settled(torch.tensor([[9.0, 9.0], [9.0, 9.0], [1.0, 2.0], [3.0, 4.0]])) == (2.0, 3.0)


def test_self_contrastive_estimation_has_half_the_gradient_of_likelihood(tmp_path):
    cosine, length = alike(quick(tmp_path))
    assert cosine > 0.999
    assert length == pytest.approx(0.5, abs=0.01)
