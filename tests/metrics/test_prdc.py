"""Precision, recall, density and coverage: against brute force, and on clouds where the answer is known."""

import numpy as np
import pytest
import torch

from advnets.metrics import prdc as module
from advnets.metrics.prdc import cloud, compared, prdc


def clouds(n, m, d=4, shift=0.5, scale=1.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(n, d, generator=generator).double() + shift, torch.randn(m, d, generator=generator).double()


def by_brute_force(x, y):
    x, y = x.numpy(), y.numpy()

    def apart(a, b):
        return float(np.linalg.norm(a - b))

    def radius(points, i, k):
        return sorted(apart(points[i], points[j]) for j in range(len(points)) if j != i)[k - 1]

    real3, real5 = ([radius(y, i, k) for i in range(len(y))] for k in (3, 5))
    samples3 = [radius(x, j, 3) for j in range(len(x))]
    precision = np.mean([any(apart(s, r) <= real3[i] for i, r in enumerate(y)) for s in x])
    recall = np.mean([any(apart(s, r) <= samples3[j] for j, s in enumerate(x)) for r in y])
    density = sum(apart(s, r) <= real5[i] for s in x for i, r in enumerate(y)) / (5 * len(x))
    coverage = np.mean([any(apart(s, r) <= real5[i] for s in x) for i, r in enumerate(y)])
    return [precision, recall, density, coverage]


@pytest.mark.parametrize(("n", "m"), [(30, 30), (20, 33), (33, 20)])
def test_equals_brute_force_in_blocks_of_any_size(n, m, monkeypatch):
    x, y = clouds(n, m, shift=1.0)
    expected = by_brute_force(x, y)
    assert prdc(x, cloud(y)).tolist() == pytest.approx(expected)
    monkeypatch.setattr(module, "BLOCK_BYTES", 7 * 8 * n)
    assert prdc(x, cloud(y)).tolist() == pytest.approx(expected)


def test_alike_clouds_far_ones_and_copies():
    x, y = clouds(300, 300, shift=0.0)
    precision, recall, density, coverage = prdc(x, cloud(y)).tolist()
    assert min(precision, recall) > 0.7
    assert density == pytest.approx(1, abs=0.15)
    assert coverage > 0.9
    assert prdc(x + 100, cloud(y)).tolist() == [0, 0, 0, 0]
    assert prdc(y, cloud(y)).tolist()[:2] == [1, 1]


def test_a_lost_mode_costs_recall_and_coverage_and_blur_costs_precision():
    two = torch.cat([clouds(1, 100, seed=0)[1], clouds(1, 100, seed=1)[1] + 20])
    one = clouds(1, 200, seed=2)[1]
    precision, recall, density, coverage = prdc(one, cloud(two)).tolist()
    assert min(precision, density) > 0.8
    assert max(recall, coverage) <= 0.5
    wide = prdc(clouds(200, 1, shift=0.0, scale=4.0, seed=3)[0], cloud(one)).tolist()
    assert wide[0] < 0.3 < wide[1]


def test_distances_hold_far_from_the_origin():
    x, y = clouds(30, 30)
    assert prdc(x + 1e4, cloud(y + 1e4)).tolist() == pytest.approx(prdc(x, cloud(y)).tolist())


def test_intervals_are_about_as_wide_as_independent_draws_differ():
    y = clouds(1, 200)[1]
    found = [compared(clouds(200, 1, shift=0.8, seed=seed)[0], y) for seed in range(1, 26)]
    for name in ("precision", "density"):
        error = np.mean([(v[f"{name}_interval"][1] - v[f"{name}_interval"][0]) / (2 * 1.96) for v in found])
        assert 0.6 < error / np.std([v[name] for v in found]) < 1.6
    assert found[0]["count_of_each"] == 200
