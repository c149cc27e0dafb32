"""Costs of logits: gradients in closed form, and what maximum likelihood and smoothed labels lead to."""

import math

import pytest
import torch

from advnets.costs.logistic import deceive, maximum_likelihood, score, smoothed_score
from advnets.theory import gaussian, kl, optimal_discriminator, optimal_logit, smoothed_discriminator

LOGITS = torch.linspace(-20, 5, 26, dtype=torch.float64)
SIGMOID = LOGITS.sigmoid()


def gradient(cost, logits=LOGITS):
    """The gradient of a cost of [n] outputs, times n."""
    logits = logits.clone().requires_grad_()
    return len(logits) * torch.autograd.grad(cost(logits), logits)[0]


CLOSED = {
    "zero-sum": (lambda a: score(torch.zeros_like(a), a), -SIGMOID),
    "non-saturating": (deceive, -(1 - SIGMOID)),
    "maximum likelihood": (maximum_likelihood, -LOGITS.exp()),
    "D, of data": (lambda a: -score(a, torch.zeros_like(a)), SIGMOID - 1),
    "D, of data, smoothed": (lambda a: -smoothed_score(a, torch.zeros_like(a), 0.9), SIGMOID - 0.9),
    "D, of samples, smoothed": (lambda a: -smoothed_score(torch.zeros_like(a), a, 0.9, 0.2), SIGMOID - 0.2),
}


@pytest.mark.parametrize(("cost", "expected"), CLOSED.values(), ids=CLOSED)
def test_gradients_in_a_logit(cost, expected):
    torch.testing.assert_close(gradient(cost), expected, rtol=1e-12, atol=1e-14)
    assert torch.autograd.gradcheck(cost, LOGITS[-8:].clone().requires_grad_())


def test_the_costs_of_g_where_d_says_one_half():
    undecided = torch.zeros(4, dtype=torch.float64)
    costs = [score(torch.full_like(undecided, 99), undecided), deceive(undecided), maximum_likelihood(undecided)]
    assert [cost.item() / 2 for cost in costs] == pytest.approx([-math.log(2) / 2, math.log(2) / 2, -0.5])  # the tutorial's factor 1/2


def test_the_zero_sum_cost_saturates_where_the_non_saturating_does_not():
    sure = torch.tensor([0.01], dtype=torch.float64).logit()  # D(G(z)) = 0.01
    ratio = gradient(deceive, sure) / gradient(lambda a: score(sure, a), sure)
    assert ratio.item() == pytest.approx(99)


def test_half_precision_logits_are_summed_in_float32():
    logits = torch.full((3,), 2.0, dtype=torch.bfloat16)
    assert maximum_likelihood(logits).dtype == smoothed_score(logits, logits, 0.9).dtype == torch.float32


def test_without_smoothing_it_is_the_score_to_the_last_bit():
    real, fake = torch.randn(2, 50, generator=torch.Generator().manual_seed(0))
    assert torch.equal(smoothed_score(real, fake, 1.0), score(real, fake))


DATA = gaussian(0.0, 1.0)


def drawn(mean, log_std, noise):
    """Samples of a bell, G(z) = mean + exp(log_std) z."""
    return mean + log_std.exp() * noise


def per_draw(cost, mean, log_std, noise):
    """The gradients of a cost of single logits in (mean, log std), one for every draw: [n, 2]; D is optimal and held fixed."""
    mean, log_std = torch.tensor(mean, dtype=torch.float64), torch.tensor(log_std, dtype=torch.float64)
    x = drawn(mean, log_std, noise).requires_grad_()
    logits = optimal_logit(DATA, gaussian(mean.item(), log_std.exp().item()))(x)
    (by_x,) = torch.autograd.grad(len(x) * cost(logits), x)  # chain rule by hand: dx/dmean = 1, dx/dlog std = std z
    return torch.stack([by_x, by_x * log_std.exp() * noise], 1)


def test_maximum_likelihood_descends_kl_at_the_optimal_discriminator():
    """The mean of 10^6 gradients against that of KL(p || p_g) in (mean, log std): (m / s^2, 1 - (1 + m^2) / s^2)."""
    mean, std = 0.5, 1.2
    noise = torch.randn(1_000_000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    draws = per_draw(maximum_likelihood, mean, math.log(std), noise)
    expected = torch.tensor([mean / std**2, 1 - (1 + mean**2) / std**2], dtype=torch.float64)
    step = 1e-5
    by_quadrature = (kl(DATA, gaussian(mean + step, std)) - kl(DATA, gaussian(mean - step, std))) / (2 * step)
    assert by_quadrature.item() == pytest.approx(expected[0].item(), rel=1e-6)
    assert torch.cosine_similarity(draws.mean(0), expected, 0) > 0.99
    torch.testing.assert_close(draws.mean(0), expected, rtol=0.02, atol=0)


def noisiness(cost, apart):
    """The variance of the gradient in G's mean over its squared mean, for unit bells this far apart."""
    noise = torch.randn(400_000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    draws = per_draw(cost, apart, 0.0, noise)[:, 0]
    return (draws.var() / draws.mean().square()).item()


@pytest.mark.parametrize("apart", [0.5, 1.0])
def test_the_variance_of_maximum_likelihood_grows_exponentially_with_the_squared_distance(apart):
    """E_q[(p / q)^2] - 1 = exp(m^2) - 1."""
    assert noisiness(maximum_likelihood, apart) == pytest.approx(math.expm1(apart**2), rel=0.05)


def test_the_noise_of_the_other_costs_is_as_the_docs_say():
    def zero_sum(a):
        return score(torch.zeros_like(a), a)

    assert [noisiness(zero_sum, apart) for apart in (0.5, 1.0, 2.0, 3.0)] == pytest.approx([0.06, 0.26, 1.2, 4.1], rel=0.07)
    assert [noisiness(deceive, apart) for apart in (0.5, 1.0, 2.0, 3.0)] == pytest.approx([0.05, 0.11, 0.10, 0.05], rel=0.07)


@pytest.mark.parametrize("targets", [(0.9, 0.0), (1.0, 0.0), (0.9, 0.1), (0.7, 0.3)])
def test_the_smoothed_discriminator_is_where_the_smoothed_score_is_greatest(targets):
    """Its gradient in the logit of every point is 0 there, p (a - D) + q (b - D), and it is concave."""
    p, q = gaussian(0.0, 1.0), gaussian(1.5, 0.7)
    x = torch.linspace(-4, 4, 81, dtype=torch.float64)
    logits, elsewhere = smoothed_discriminator(p, q, *targets)(x).logit(), torch.zeros_like(x)
    of_data = gradient(lambda a: smoothed_score(a, elsewhere, *targets), logits)
    of_samples = gradient(lambda a: smoothed_score(elsewhere, a, *targets), logits)
    assert of_data.abs().max() > 0.1
    torch.testing.assert_close(p(x).exp() * of_data + q(x).exp() * of_samples, elsewhere, rtol=0, atol=1e-14)


def test_one_sided_smoothing_scales_the_optimal_discriminator_and_two_sided_holds_the_generator():
    p, q, x = gaussian(0.0, 1.0), gaussian(6.0, 0.5), torch.tensor([0.0, 6.0])
    torch.testing.assert_close(smoothed_discriminator(p, q)(x), 0.9 * optimal_discriminator(p, q)(x))
    assert smoothed_discriminator(p, q, 0.9, 0.1)(x).tolist() == pytest.approx([0.9, 0.1], abs=1e-6)  # says 0.1 where nothing is real
