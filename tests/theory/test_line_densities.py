import doctest
import math

import pytest
import torch
from scipy import stats

from advnets.errors import BadInput
from advnets.theory import Mixture, densities, divergences, equilibrium, function_space, gaussian, mixture, quadrature


@pytest.mark.parametrize("module", [densities, divergences, equilibrium, function_space, quadrature], ids=lambda module: module.__name__)
def test_the_examples_of_the_docstrings_are_so(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-3.0, 0.01), (1e4, 100.0)])
def test_the_log_density_of_a_gaussian_far_into_its_tails(mean, std):
    x = mean + std * torch.linspace(-300, 300, 31, dtype=torch.float64)
    assert gaussian(mean, std)(x).tolist() == pytest.approx(stats.norm(mean, std).logpdf(x.numpy()).tolist(), rel=1e-12)


def test_the_log_density_of_a_mixture():
    x = torch.linspace(-9, 9, 50, dtype=torch.float64)
    parts = 0.25 * stats.norm(-1, 0.5).pdf(x) + 0.75 * stats.norm(2, 1.5).pdf(x)
    assert mixture([-1, 2], [0.5, 1.5], [0.25, 0.75])(x).exp().tolist() == pytest.approx(parts.tolist(), rel=1e-12)


def test_weights_are_equal_unless_given():
    assert mixture([0, 1, 5], [1, 2, 3]).weights == pytest.approx([1 / 3] * 3)


def test_single_precision_points_are_evaluated_in_double():
    found = gaussian(0.0, 1.0)(torch.zeros(3))
    assert found.dtype == torch.float64
    assert found.tolist() == [-math.log(2 * math.pi) / 2] * 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0.0, 1.0], [1.0]), "must have the same length"),
        (([], []), "at least 1"),
        (([math.nan], [1.0]), "means must be finite"),
        (([0.0], [0.0]), "stds must be positive"),
        (([0.0], [math.inf]), "stds must be positive and finite"),
        (([0.0], [math.nan]), "stds must be positive"),
        (([0.0, 1.0], [1.0, 1.0], [0.5, 0.6]), "sum to 1"),
        (([0.0, 1.0], [1.0, 1.0], [1.5, -0.5]), "weights must be positive"),
    ],
)
def test_impossible_densities_are_refused(arguments, words):
    with pytest.raises(BadInput, match=words):
        mixture(*arguments)


def test_a_density_is_a_value():
    assert gaussian(1, 2) == Mixture((1,), (2,), (1.0,))
