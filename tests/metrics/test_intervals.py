"""Intervals: against closed forms, and by how often they cover."""

import numpy as np
import pytest
import torch
from scipy.stats import binomtest

from advnets.metrics.intervals import Estimate, bootstrapped, mean, median, share


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (1, 2000), (777, 1000)])
def test_shares_have_the_interval_of_wilson(successes, trials):
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    found = share(successes, trials)
    assert found.value == successes / trials
    assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert found.high == pytest.approx(expected.high, abs=1e-12)
    assert found.low <= found.value <= found.high


def coverage(estimate, truth: float, draws: torch.Tensor) -> float:
    intervals = [estimate(row) for row in draws]
    return float(np.mean([i.low <= truth <= i.high for i in intervals]))


def test_means_and_medians_are_covered_95_times_in_100():
    draws = torch.empty(1000, 200).exponential_(generator=torch.Generator().manual_seed(0))
    assert coverage(mean, 1.0, draws) == pytest.approx(0.95, abs=0.025)
    assert coverage(median, float(np.log(2)), draws) == pytest.approx(0.95, abs=0.025)


def test_a_bootstrap_interval_is_around_the_value_though_its_replicates_are_not():
    estimate = bootstrapped(1.0, torch.tensor([2.9, 3.0, 3.1], dtype=torch.float64))
    assert (estimate.low, estimate.high) == pytest.approx((1 - 0.196, 1 + 0.196), abs=1e-3)


def test_plain_values():
    assert Estimate(0.5, -1.0, 2.0).within(0, 1).named("x") == {"x": 0.5, "x_interval": [0.0, 1.0]}
