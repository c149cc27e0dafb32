"""The Fréchet distance: against closed forms, the textbook formula, and independent draws."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from advnets.data import Images
from advnets.metrics import measure
from advnets.metrics.frechet import Gaussian, compared, fitted, squared_distance


def gaussian(mean: np.ndarray, covariance: np.ndarray) -> Gaussian:
    return Gaussian(torch.from_numpy(mean), torch.linalg.cholesky(torch.from_numpy(covariance)))


def random_covariance(rng: np.random.Generator, d: int) -> np.ndarray:
    a = rng.normal(size=(d, d))
    return a @ a.T + 0.1 * np.eye(d)


@pytest.mark.parametrize("d", [1, 2, 20, 64])
def test_equals_the_formula_with_a_square_root_of_the_product(d):
    rng = np.random.default_rng(d)
    m1, m2, c1, c2 = rng.normal(size=d), rng.normal(size=d), random_covariance(rng, d), random_covariance(rng, d)
    expected = ((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * np.real(sqrtm(c1 @ c2)))
    assert squared_distance(gaussian(m1, c1), gaussian(m2, c2)) == pytest.approx(expected, rel=1e-8)


def test_equals_the_closed_form_where_covariances_commute():
    rng = np.random.default_rng(0)
    basis, _ = np.linalg.qr(rng.normal(size=(16, 16)))
    first, second, shift = rng.uniform(0, 3, 16), rng.uniform(0, 3, 16), rng.normal(size=16)
    a, b = (gaussian(m, basis @ np.diag(v) @ basis.T) for m, v in ((np.zeros(16), first), (shift, second)))
    expected = (shift**2).sum() + ((np.sqrt(first) - np.sqrt(second)) ** 2).sum()
    assert squared_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_a_fit_has_the_mean_and_the_covariance_and_none_is_lost_where_it_is_singular():
    x = torch.randn(50, 6, generator=torch.Generator().manual_seed(0)) @ torch.randn(6, 6, generator=torch.Generator().manual_seed(1))
    x[:, 5] = x[:, 0]  # rank 5
    fit = fitted(x)
    np.testing.assert_allclose(fit.mean.numpy(), x.double().mean(0).numpy())
    np.testing.assert_allclose((fit.factor @ fit.factor.T).numpy(), np.cov(x.double().numpy().T), atol=1e-10)
    assert squared_distance(fit, fit) == pytest.approx(0, abs=1e-9)


def test_the_interval_is_as_wide_as_independent_draws_differ():
    generator = torch.Generator().manual_seed(0)
    real = fitted(torch.randn(20_000, 4, generator=generator))
    draws = [1.2 * torch.randn(300, 4, generator=generator) + 0.3 for _ in range(200)]
    error = float(np.std([squared_distance(fitted(x), real) for x in draws]))
    widths = [compared(x, real, generator)["distance_interval"] for x in draws[:5]]
    assert np.mean([high - low for low, high in widths]) / (2 * 1.96) == pytest.approx(error, rel=0.25)


def test_worse_samples_are_farther_and_real_ones_are_nearest(known: Images, bands, drawn):
    fresh = bands(300, seed=1).rows(torch.arange(300))
    noisy = (fresh + 0.5 * torch.rand(fresh.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    one_class = drawn(torch.zeros(300, dtype=torch.int64), seed=2)
    values = {name: measure("frechet", x, known) for name, x in (("fresh", fresh), ("noisy", noisy), ("one", one_class))}
    distances = {name: value["distance"] for name, value in values.items()}
    assert distances["fresh"] < 0.05 * min(distances["noisy"], distances["one"])
    assert values["fresh"]["control"]["distance"] < 0.05 * distances["noisy"]
    assert values["fresh"]["control"]["pictures"] == 60
    for value in values.values():
        low, high = value["distance_interval"]
        assert 0 <= low <= value["distance"] <= high
