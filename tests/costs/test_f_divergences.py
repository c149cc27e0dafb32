"""f-divergences: conjugates, activations, and the bound, which the best critic makes tight."""

import math

import pytest
import torch

from advnets.costs.divergences import DIVERGENCES, GAN, KL, REVERSE_KL, bound, convince
from advnets.costs.logistic import deceive, score
from advnets.theory import gaussian, jsd, kl, optimal_logit
from advnets.theory.quadrature import covering, expectation, masses

P, Q = gaussian(0.0, 1.0), gaussian(0.8, 1.1)
EQUAL = gaussian(0.8, 1.0)
OUTPUTS = torch.linspace(-3, 3, 13, dtype=torch.float64)
NOUGHT = torch.zeros_like(OUTPUTS)

named = pytest.mark.parametrize("divergence", DIVERGENCES.values(), ids=DIVERGENCES)


def slope(function, at):
    """The derivative of a pointwise function."""
    at = at.clone().requires_grad_()
    return torch.autograd.grad(function(at).sum(), at)[0]


def bound_by_quadrature(divergence, critic, p, q):
    """The bound for a critic that is a function of points, without sampling error."""
    rule = covering(p, q)
    v = critic(rule.x)
    return (expectation(masses(p, rule), divergence.activation(v)) - expectation(masses(q, rule), divergence.rebate(v))).item()


def best(divergence, p, q):
    ratio = optimal_logit(p, q)
    return lambda x: divergence.optimum(ratio(x).clamp(-300, 300))


@named
def test_the_conjugate_is_one(divergence):
    """Fenchel's equality, f(u) + f*(f'(u)) = u f'(u)."""
    u = torch.tensor([0.05, 0.3, 1.0, 1.7, 9.0], dtype=torch.float64)
    there = slope(divergence.f, u)
    torch.testing.assert_close(divergence.f(u) + divergence.conjugate(there), u * there)


@named
def test_f_is_convex_and_constant_where_the_densities_are_equal(divergence):
    one = torch.ones(1, dtype=torch.float64)
    assert divergence.f(one).item() == pytest.approx(-math.log(4) if divergence is GAN else 0, abs=1e-15)
    u = torch.linspace(0.05, 5, 100, dtype=torch.float64)
    assert (slope(divergence.f, u).diff() > 0).all()


@named
def test_the_rebate_is_the_conjugate_of_the_activation(divergence):
    torch.testing.assert_close(divergence.rebate(OUTPUTS), divergence.conjugate(divergence.activation(OUTPUTS)))


@named
def test_the_activation_rises_and_the_best_output_is_where_it_is_the_slope_of_f(divergence):
    assert (divergence.activation(OUTPUTS).diff() > 0).all()
    ratio = OUTPUTS
    torch.testing.assert_close(divergence.activation(divergence.optimum(ratio)), slope(divergence.f, ratio.exp()))


CLOSED = {
    "kl": lambda d: d**2 / 2,
    "reverse-kl": lambda d: d**2 / 2,
    "jensen-shannon": lambda d: 2 * jsd(P, EQUAL).item(),
    "gan": lambda d: 2 * jsd(P, EQUAL).item() - math.log(4),
    "pearson": lambda d: math.expm1(d**2),
    "hellinger": lambda d: 2 - 2 * math.exp(-(d**2) / 8),
}


@pytest.mark.parametrize("name", DIVERGENCES)
def test_the_bound_is_tight_for_the_best_critic(name):
    """Bells of one width, 0.8 apart, where every divergence has a closed form."""
    divergence = DIVERGENCES[name]
    found = bound_by_quadrature(divergence, best(divergence, P, EQUAL), P, EQUAL)
    assert found == pytest.approx(CLOSED[name](0.8), abs=1e-9)


def test_kl_both_ways_of_bells_of_different_widths():
    assert bound_by_quadrature(KL, best(KL, P, Q), P, Q) == pytest.approx(kl(P, Q).item(), abs=1e-9)
    assert bound_by_quadrature(REVERSE_KL, best(REVERSE_KL, P, Q), P, Q) == pytest.approx(kl(Q, P).item(), abs=1e-9)


@named
def test_no_other_critic_has_a_higher_bound(divergence):
    optimal = best(divergence, P, Q)
    most = bound_by_quadrature(divergence, optimal, P, Q)
    for other in (lambda x: optimal(x) + 0.1 * x.sin(), lambda x: optimal(x) - 0.05, lambda x: 0.9 * optimal(x)):
        assert bound_by_quadrature(divergence, other, P, Q) < most - 1e-5


@named
def test_the_bound_of_draws_is_that_of_densities(divergence):
    rng = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, 200_000, dtype=torch.float64, generator=rng)
    y = 0.8 + 1.1 * y
    critic = best(divergence, P, Q)
    assert bound(divergence, critic(x), critic(y)).item() == pytest.approx(bound_by_quadrature(divergence, critic, P, Q), abs=0.02)


@named
def test_gradients_in_an_output(divergence):
    """By differences; and in a sample, g' f*'(g), by the chain rule."""
    for cost in (
        lambda v: bound(divergence, v, NOUGHT),
        lambda v: bound(divergence, NOUGHT, v),
        lambda v: convince(divergence, v),
    ):
        assert torch.autograd.gradcheck(cost, OUTPUTS.clone().requires_grad_())
    expected = -slope(divergence.activation, OUTPUTS) * slope(divergence.conjugate, divergence.activation(OUTPUTS))
    torch.testing.assert_close(slope(lambda v: len(v) * bound(divergence, NOUGHT, v), OUTPUTS), expected)


def test_the_divergence_of_the_original_game_is_its_value():
    real, fake = torch.randn(2, 50, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    torch.testing.assert_close(bound(GAN, real, fake), score(real, fake))
    torch.testing.assert_close(convince(GAN, fake), deceive(fake))


@pytest.mark.parametrize("name", ["gan", "jensen-shannon"])
def test_bounded_divergences_stay_finite_for_any_float32_output(name):
    far = torch.tensor([-1e4, 1e4], requires_grad=True)
    total = bound(DIVERGENCES[name], far, far)
    assert total.isfinite()
    assert torch.autograd.grad(total, far)[0].isfinite().all()
