import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from advnets.errors import BadInput
from advnets.theory import covering, gaussian, interval, kl, mixture, panels
from advnets.theory.quadrature import expectation, legendre, masses


@pytest.mark.parametrize("order", [1, 2, 5, 16, 33])
def test_nodes_and_weights_are_those_of_gauss_and_legendre(order):
    x, weights = np.polynomial.legendre.leggauss(order)
    rule = legendre(order)
    assert rule.x.tolist() == pytest.approx(x.tolist(), abs=1e-14)
    assert rule.weights.tolist() == pytest.approx(weights.tolist(), abs=1e-14)


@given(edges=st.lists(st.floats(-2, 2), min_size=2, max_size=6, unique=True), power=st.integers(0, 7))
@settings(max_examples=50, deadline=None)
def test_uneven_panels_integrate_polynomials_exactly(edges, power):
    low, high = min(edges), max(edges)
    x, weights = panels(torch.tensor(sorted(edges), dtype=torch.float64), order=4)
    assert float(weights @ x**power) == pytest.approx((high ** (power + 1) - low ** (power + 1)) / (power + 1), abs=1e-11)


@pytest.mark.parametrize(
    "density",
    [gaussian(0, 0.01), gaussian(1e4, 0.01), gaussian(-500, 100), mixture([-40, 0, 3], [0.01, 100, 1], [0.2, 0.5, 0.3])],
    ids=["narrow", "a million deviations from 0", "wide", "all widths"],
)
def test_a_covering_rule_knows_a_density_s_moments_beside_any_other(density):
    rule = covering(density, gaussian(7, 0.3))
    mass = masses(density, rule)
    mean = sum(w * m for w, m in zip(density.weights, density.means))
    variance = sum(w * (s * s + (m - mean) ** 2) for w, m, s in zip(density.weights, density.means, density.stds))
    assert float(mass.sum()) == pytest.approx(1, abs=1e-11)
    assert float(mass @ rule.x) == pytest.approx(mean, rel=1e-11, abs=1e-11)
    assert float(mass @ (rule.x - mean) ** 2) == pytest.approx(variance, rel=1e-9)
    assert (rule.x.diff() >= 0).all()


def test_where_there_is_no_mass_the_value_does_not_matter():
    mass = torch.tensor([0.5, 0.0, 0.0, 0.5], dtype=torch.float64)
    values = torch.tensor([1.0, torch.nan, -torch.inf, 3.0], dtype=torch.float64)
    assert expectation(mass, values) == 2


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda: interval(1, 1), "low must be less than high"),
        (lambda: interval(0, 1, 0), "count positive"),
        (lambda: covering(gaussian(0, 1), torch.zeros_like), r"needs over=interval\(low, high\)"),
        (lambda: kl(gaussian(0, 1), gaussian(0, 1), interval(0, 9)), r"mass 0.5 on \[.*\]; take a wider interval"),
        (lambda: kl(gaussian(0, 0.001), gaussian(0, 1), interval(-9, 9, 8)), "or more panels"),
        (lambda: masses(lambda x: x * torch.nan, interval(0, 1)), "mass nan"),
    ],
)
def test_rules_that_cannot_do_are_refused_in_one_line(attempt, words):
    with pytest.raises(BadInput, match=words) as refused:
        attempt()
    assert "\n" not in str(refused.value)
