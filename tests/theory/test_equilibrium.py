import math
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from advnets.costs.logistic import score
from advnets.theory import (
    EQUILIBRIUM,
    gaussian,
    interval,
    jsd,
    kl,
    mixture,
    optimal_discriminator,
    optimal_logit,
    value,
    virtual_criterion,
)

GRID = list(product([0.0, 0.001, 1.0, 10.0, 500.0, 1e4], [0.01, 1.0, 100.0]))


@pytest.mark.parametrize(("mean", "std"), GRID)
@pytest.mark.parametrize("own", [0.01, 1.0, 100.0])
def test_theorem_1(mean, std, own):
    """C(G) = -log 4 + 2 JSD, and -log 4 only where the densities are the same."""
    p, q = gaussian(0.0, own), gaussian(mean, std)
    criterion = virtual_criterion(p, q).item()
    assert criterion == pytest.approx(-math.log(4) + 2 * jsd(p, q).item(), abs=1e-11)
    if (mean, std) == (0.0, own):
        assert criterion == pytest.approx(-1.3862943611198906, abs=1e-14)
    else:
        assert criterion > EQUILIBRIUM + 1e-12


@pytest.mark.parametrize("separation", [20.0, 40.0, 1000.0])
def test_without_common_support_the_criterion_is_0(separation):
    assert virtual_criterion(gaussian(0, 1), gaussian(separation, 1)).item() == pytest.approx(0, abs=1e-12 + math.exp(-(separation**2) / 8))


def test_the_criterion_of_mixtures_is_the_sum_of_two_kls():
    """C(G) = -log 4 + KL(p || m) + KL(p_g || m), m = (p + p_g) / 2, itself a mixture (eq. 5)."""
    p, q = mixture([-2, 1], [0.5, 0.1], [0.3, 0.7]), mixture([-1, 4], [2, 0.7], [0.6, 0.4])
    between = mixture([*p.means, *q.means], [*p.stds, *q.stds], [w / 2 for w in (*p.weights, *q.weights)])
    expected = EQUILIBRIUM + kl(p, between).item() + kl(q, between).item()
    assert virtual_criterion(p, q).item() == pytest.approx(expected, abs=1e-12)


@given(st.floats(-3, 3), st.floats(0.1, 3), st.floats(-2, 2), st.floats(-2, 2), st.floats(0.2, 5))
@settings(max_examples=40, deadline=None)
def test_no_discriminator_does_better_than_the_optimal_one(mean, std, height, slope, frequency):
    p, q = gaussian(0, 1), gaussian(mean, std)
    best = optimal_logit(p, q)

    def other(x):
        return best(x) + height * torch.cos(frequency * x) + slope

    assert value(other, p, q) <= virtual_criterion(p, q) + 1e-12


@pytest.mark.parametrize(("other", "still"), [(1.0, True), (1.5, False)])
def test_only_the_optimal_discriminator_is_a_stationary_point_of_v(other, still):
    """The gradient of V in a shift and in a bend of the logit, at the D that is optimal against N(other, 1) where p_g is N(1, 1)."""
    p, q = gaussian(0, 1), gaussian(1, 1)
    logit, bend = optimal_logit(p, gaussian(other, 1)), torch.zeros(2, dtype=torch.float64, requires_grad=True)
    seen = value(lambda x: logit(x) + bend[0] + bend[1] * torch.sigmoid(x), p, q)
    (gradient,) = torch.autograd.grad(seen, bend)
    assert (gradient.abs() < 1e-12).all() == still
    assert (gradient.abs() > 0.01).all() != still


def test_v_of_a_known_discriminator():
    """V(D = c) = log c + log(1 - c); and it is what the sample score tends to."""
    p, q = gaussian(0, 1), gaussian(2, 1)
    assert value(lambda x: torch.full_like(x, math.log(3)), p, q).item() == pytest.approx(math.log(0.75) + math.log(0.25), abs=1e-13)
    draws = torch.randn(2, 200_000, generator=torch.Generator().manual_seed(0)).double()
    assert score(1 - draws[0], -1 - draws[1]).item() == pytest.approx(value(lambda x: 1 - x, p, q).item(), abs=0.01)


def test_the_optimal_discriminator_is_the_ratio_of_densities():
    p, q = mixture([-1, 1], [0.5, 0.7]), gaussian(0.3, 2)
    x = torch.linspace(-6, 6, 101, dtype=torch.float64)
    ratio = p(x).exp() / (p(x).exp() + q(x).exp())
    assert torch.allclose(optimal_discriminator(p, q)(x), ratio, rtol=1e-13, atol=0)


def test_equal_densities_leave_nothing_to_tell():
    x = torch.linspace(-1e6, 1e6, 101, dtype=torch.float64)
    assert (optimal_discriminator(gaussian(3, 0.1), gaussian(3, 0.1))(x) == 0.5).all()


def test_the_logit_is_exact_where_both_densities_underflow():
    """log N(x; 0, 1) - log N(x; 1, 1) = 1/2 - x."""
    x = torch.tensor([-1000.0, -60.0, 60.0, 1000.0])
    assert optimal_logit(gaussian(0, 1), gaussian(1, 1))(x).tolist() == pytest.approx([1000.5, 60.5, -59.5, -999.5], abs=1e-9)
    assert optimal_discriminator(gaussian(0, 1), gaussian(1, 1))(x).tolist() == pytest.approx(
        [1, 1, math.exp(-59.5), 0], rel=1e-12, abs=1e-300
    )


def test_off_both_supports_the_optimal_discriminator_is_undetermined():
    def uniform(low):
        return lambda x: torch.where((x > low) & (x < low + 1), 0.0, -torch.inf)

    logit = optimal_logit(uniform(0), uniform(2))(torch.tensor([0.5, 1.5, 2.5]))
    assert logit.tolist() == pytest.approx([math.inf, math.nan, -math.inf], nan_ok=True)
    assert virtual_criterion(uniform(0), uniform(2), interval(0, 3, 300)).item() == 0


def test_values_are_scalars_in_double_precision():
    found = value(lambda x: x.float(), gaussian(0, 1), gaussian(1, 1))
    assert found.dtype == torch.float64
    assert found.shape == ()


def test_points_in_single_precision_are_taken_to_double_before_anything_else():
    logit = optimal_logit(lambda x: -x * x * 1e6, lambda x: -x * x * 1e6 - x)
    assert logit(torch.tensor([3.0])).tolist() == [3.0]
    assert logit(torch.tensor([0.1])).item() == pytest.approx(0.1, abs=1e-7)
    assert logit(torch.tensor([0.1])).dtype == torch.float64
