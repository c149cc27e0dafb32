import math
from decimal import Decimal, localcontext

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from advnets.theory import chi_squared, gaussian, interval, jsd, kl, mixture, squared_hellinger
from advnets.theory.divergences import information

means = st.floats(-1e3, 1e3)
stds = st.floats(-2, 2).map(lambda power: 10**power)  # 0.01 to 100
few = settings(max_examples=40, deadline=None)


def kl_of_gaussians(m, s, n, t):
    """KL(N(m, s^2) || N(n, t^2)) in closed form."""
    return math.log(t / s) + (s * s + (m - n) ** 2) / (2 * t * t) - 0.5


@given(means, stds, means, stds)
@few
def test_kl_between_gaussians_is_its_closed_form(m, s, n, t):
    assert float(kl(gaussian(m, s), gaussian(n, t))) == pytest.approx(kl_of_gaussians(m, s, n, t), rel=1e-10, abs=1e-11)


@given(means, stds, means, stds)
@few
def test_jsd_is_symmetric_and_between_0_and_log_2(m, s, n, t):
    p, q = gaussian(m, s), gaussian(n, t)
    assert 0 <= jsd(p, q) <= math.log(2) + 1e-11
    assert float(jsd(p, q)) == pytest.approx(float(jsd(q, p)), abs=1e-13)


@given(st.floats(-5, 5), st.floats(0.1, 10), st.floats(-100, 100), stds)
@few
def test_jsd_does_not_depend_on_place_or_unit(m, s, shift, unit):
    there = jsd(gaussian(shift, unit), gaussian(shift + unit * m, unit * s))
    assert float(there) == pytest.approx(float(jsd(gaussian(0, 1), gaussian(m, s))), abs=1e-10)


@pytest.mark.parametrize("mean", [0.0, 0.5, 3.0, 9.0, 14.0])
@pytest.mark.parametrize("std", [0.02, 0.3, 1.0, 4.0])
def test_jsd_is_that_of_an_integral_taken_otherwise(mean, std):
    """The textbook's formula, JSD = E_p[log p / m] / 2 + E_q[log q / m] / 2, by the trapezoid rule, which is exact for what is smooth."""
    p, q = gaussian(0, 1), gaussian(mean, std)
    step = min(1, std) / 40
    x = torch.arange(-40, 90, step, dtype=torch.float64)
    log_m = torch.logaddexp(p(x), q(x)) - math.log(2)
    integrand = p(x).exp() * (p(x) - log_m) / 2 + q(x).exp() * (q(x) - log_m) / 2
    assert float(jsd(p, q)) == pytest.approx(float(step * integrand.sum()), abs=1e-12)


def test_densities_that_share_nothing_are_log_2_apart():
    assert float(jsd(gaussian(0, 0.01), gaussian(100, 0.01))) == pytest.approx(math.log(2), abs=1e-12)
    assert float(jsd(gaussian(0, 100), gaussian(1e4, 0.01))) == pytest.approx(math.log(2), abs=1e-11)


@pytest.mark.parametrize("shift", [1e-3, 1e-6, 1e-9])
def test_near_equality_jsd_is_the_eighth_of_the_squared_shift(shift):
    """To second order JSD = Fisher information x shift^2 / 8; the formula loses no digits to cancellation."""
    assert float(jsd(gaussian(0, 1), gaussian(shift, 1))) == pytest.approx(shift**2 / 8, rel=1e-6)


def test_a_density_is_at_no_distance_from_itself():
    for p in (gaussian(3, 0.2), mixture([-2, 5], [0.1, 3])):
        assert jsd(p, p) == kl(p, p) == 0


def uniform(low, high):
    return lambda x: torch.where((x > low) & (x < high), 0 * x - math.log(high - low), -torch.inf)


def test_densities_of_one_s_own_take_an_interval():
    rule = interval(0, 4, 64)
    assert float(jsd(uniform(0, 1), uniform(2, 4), rule)) == pytest.approx(math.log(2), abs=1e-13)
    assert float(kl(uniform(0, 1), uniform(0, 4), rule)) == pytest.approx(math.log(4), abs=1e-13)
    assert kl(uniform(0, 4), uniform(0, 1), rule) == math.inf
    assert float(jsd(uniform(0, 2), uniform(1, 3), rule)) == pytest.approx(math.log(2) / 2, abs=1e-13)


def test_the_gradient_in_a_parameter():
    """d KL(N(m, 1) || N(2, 1)) / dm = m - 2, and the JSD's gradient is that of central differences."""
    rule = interval(-20, 20)

    def normal(mean):
        return lambda x: -((x - mean) ** 2) / 2 - math.log(2 * math.pi) / 2

    mean = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.grad(kl(normal(mean), normal(2), rule), mean)[0].item() == pytest.approx(-1.5, abs=1e-10)
    slope = torch.autograd.grad(jsd(normal(mean), normal(2), rule), mean)[0].item()
    ahead, behind = (float(jsd(gaussian(0.5 + h, 1), gaussian(2, 1))) for h in (1e-5, -1e-5))
    assert slope == pytest.approx((ahead - behind) / 2e-5, rel=1e-8)


@given(st.one_of(st.floats(-50, 50), st.floats(-150, 2).map(lambda power: 10**power)))
@settings(max_examples=40, deadline=None)
def test_the_information_of_a_coin_is_exact_to_rounding(logit):
    found = information(torch.tensor([logit], dtype=torch.float64)).item()
    with localcontext(prec=330):
        d = 1 / (1 + (-Decimal(logit)).exp())
        exact = float(Decimal(2).ln() + d * d.ln() + (1 - d) * (1 - d).ln())
    assert found == pytest.approx(exact, rel=4e-15, abs=1e-300)


@pytest.mark.parametrize("logit", [-torch.inf, -1e12, 1e12, torch.inf])
def test_a_certain_coin_tells_log_2(logit):
    assert information(torch.tensor([logit], dtype=torch.float64)).item() == math.log(2)


@given(st.floats(-3, 3), st.floats(0.8, 3))
@few
def test_chi_squared_between_gaussians_is_its_closed_form(m, s):
    """For p = N(0, 1) and q = N(m, s^2) with 2 s^2 > 1: s^2 / sqrt(2 s^2 - 1) exp(m^2 / (2 s^2 - 1)) - 1."""
    expected = s * s / math.sqrt(2 * s * s - 1) * math.exp(m * m / (2 * s * s - 1)) - 1
    assert float(chi_squared(gaussian(0, 1), gaussian(m, s))) == pytest.approx(expected, rel=1e-8, abs=1e-10)


@given(means, stds, means, stds)
@few
def test_squared_hellinger_between_gaussians_is_its_closed_form(m, s, n, t):
    shared = math.sqrt(2 * s * t / (s * s + t * t)) * math.exp(-((m - n) ** 2) / (4 * (s * s + t * t)))
    assert float(squared_hellinger(gaussian(m, s), gaussian(n, t))) == pytest.approx(2 - 2 * shared, abs=1e-10)


def test_squared_hellinger_of_nearly_equal_densities_keeps_its_digits():
    assert float(squared_hellinger(gaussian(0, 1), gaussian(1e-6, 1))) == pytest.approx(1e-12 / 4, rel=1e-6)


def test_divergences_are_differentiable_in_a_density_of_ones_own():
    """By the closed forms for two unit bells m apart: exp(m^2) - 1 and 2 - 2 exp(-m^2 / 8)."""
    m = torch.tensor(0.8, dtype=torch.float64, requires_grad=True)

    def q(x):
        return -(x - m).square() / 2 - math.log(2 * math.pi) / 2

    over = interval(-12, 12)
    slope = torch.autograd.grad(chi_squared(gaussian(0, 1), q, over), m)[0].item()
    assert slope == pytest.approx(1.6 * math.exp(0.64), rel=1e-9)
    slope = torch.autograd.grad(squared_hellinger(gaussian(0, 1), q, over), m)[0].item()
    assert slope == pytest.approx(0.4 * math.exp(-0.08), rel=1e-9)
