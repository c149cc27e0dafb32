"""The kernel distance: against the double sum, torchmetrics, closed forms and independent draws."""

import numpy as np
import pytest
import torch

from advnets.metrics.kid import compared, discrepancy


def clouds(n, m, d=5, shift=0.3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator) + shift, torch.randn(m, d, generator=generator)


def by_double_sums(x, y):
    def k(a, b):
        return float((a @ b / len(a) + 1) ** 3)

    x, y = x.double(), y.double()
    n, m = len(x), len(y)
    within = sum(k(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    real = sum(k(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return within + real - 2 * sum(k(a, b) for a in x for b in y) / (n * m)


@pytest.mark.parametrize(("n", "m", "blocks"), [(12, 9, 3), (10, 23, 5), (11, 4, 2)])
def test_equals_the_double_sums_with_any_number_of_blocks(n, m, blocks):
    x, y = clouds(n, m)
    estimate, _ = discrepancy(x, y, blocks)
    assert estimate.value == pytest.approx(by_double_sums(x, y), rel=1e-10)


def test_the_error_is_the_jackknife_over_blocks():
    x, y = clouds(12, 9)
    without = [by_double_sums(torch.cat([x[:start], x[start + 4 :]]), y) for start in (0, 4, 8)]
    _, error = discrepancy(x, y, 3)
    assert error == pytest.approx(np.sqrt(2 / 3 * np.sum((without - np.mean(without)) ** 2)), rel=1e-9)


def test_agrees_with_torchmetrics():
    kid = pytest.importorskip("torchmetrics.image.kid")

    class Flat(torch.nn.Module):
        def forward(self, x):
            return x.float()

    x, y = clouds(200, 200, d=16)
    theirs = kid.KernelInceptionDistance(feature=Flat(), subsets=1, subset_size=200, normalize=False)
    theirs.real_features, theirs.fake_features = [y.double()], [x.double()]
    value, _ = theirs.compute()
    assert discrepancy(x, y)[0].value == pytest.approx(value.item(), rel=1e-9)


def test_no_bias_where_both_are_alike_at_any_number():
    values = [discrepancy(*clouds(20, 20, shift=0.0, seed=seed), 5)[0].value for seed in range(300)]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(300)
    assert min(values) < 0 < max(values)


def test_the_interval_is_as_wide_as_independent_draws_differ():
    y = clouds(1, 300)[1]
    found = [discrepancy(clouds(100, 1, seed=seed)[0], y, 10) for seed in range(1, 41)]
    assert np.mean([error for _, error in found]) == pytest.approx(np.std([e.value for e, _ in found]), rel=0.4)


def test_values_are_plain_and_in_order():
    found = compared(*clouds(40, 30))
    assert found["distance_interval"][0] < found["distance"] < found["distance_interval"][1]
    assert found["standard_error"] > 0
