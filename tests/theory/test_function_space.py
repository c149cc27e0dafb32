import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from advnets.errors import BadInput
from advnets.theory import binned, descend, gaussian, mixture
from advnets.theory.divergences import shared_by

BINS = 100


def two_peaks():
    return binned(mixture([-2, 2], [0.5, 0.7]), -8, 8, BINS)


def discrete_jsd(p, q):
    m = (p + q) / 2
    return float((torch.special.xlogy(p, p / m) + torch.special.xlogy(q, q / m)).sum() / 2)


def criterion(p, logits):
    """C of p_g = softmax(logits), from its definition: D* is part of the graph."""
    q = logits.softmax(0)
    return (p * (p / (p + q)).log() + q * (q / (p + q)).log()).sum()


@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("seed", [None, 0, 1])
def test_proposition_2(rate, seed):
    """From a flat start and from rough ones the JSD falls with every step, below 1e-6."""
    start = torch.zeros(BINS) if seed is None else 5 * torch.randn(BINS, generator=torch.Generator().manual_seed(seed))
    path = descend(two_peaks(), start, rate)
    falling = path.jsd[path.jsd > 1e-20]
    assert path.jsd[-1] < 1e-6
    assert (falling.diff() < 0).all()
    assert len(falling) > 5


@given(st.lists(st.floats(1e-3, 1), min_size=2, max_size=20), st.randoms(use_true_random=False), st.floats(0.01, 1))
@settings(max_examples=25, deadline=None)
def test_no_step_raises_the_jsd(shares, random, rate):
    data = torch.tensor(shares, dtype=torch.float64)
    start = torch.tensor([random.uniform(-30, 30) for _ in shares])
    assert (descend(data / data.sum(), start, rate, steps=50).jsd.diff() < 1e-15).all()


def test_the_step_is_the_natural_gradient_of_the_criterion():
    """The Fisher matrix of a softmax, times the step's direction log(1 - D*), is the gradient that autograd finds."""
    p = two_peaks() * 0.9 + 0.1 / BINS
    logits = torch.randn(BINS, generator=torch.Generator().manual_seed(2)).double().requires_grad_()
    q = logits.detach().softmax(0)
    fisher = q.diag() - torch.outer(q, q)
    (gradient,) = torch.autograd.grad(criterion(p, logits), logits)
    assert torch.allclose(fisher @ (q / (p + q)).log(), gradient, rtol=1e-10, atol=1e-14)
    after = descend(p, logits.detach(), rate=0.3, steps=1).snapshots[1].log()
    moved = after - q.log() + 0.3 * (q / (p + q)).log()
    assert (moved - moved.mean()).abs().max() < 1e-13  # softmax does not see a constant


def test_a_full_step_halves_the_way():
    p, path = two_peaks(), descend(two_peaks(), torch.zeros(BINS), rate=1.0, steps=3, every=1)
    for before, after in zip(range(3), range(1, 4)):
        assert torch.allclose(path.snapshots[after], (p + path.snapshots[before]) / 2, rtol=1e-12, atol=1e-16)


def test_the_rate_of_the_last_steps():
    """Near the data a step takes the JSD times (1 - rate / 2)^2."""
    logits, error = torch.randn(2, 20, generator=torch.Generator().manual_seed(3)).double()
    jsd = descend(logits.softmax(0), logits + 1e-4 * error, rate=0.2, steps=60).jsd
    assert (jsd[1:] / jsd[:-1]).tolist() == pytest.approx([0.81] * 60, rel=1e-3)


def test_the_path_records_what_it_says():
    path = descend(two_peaks(), torch.zeros(BINS), steps=25, every=10)
    assert path.jsd.shape == (26,)
    assert list(path.snapshots) == [0, 10, 20, 25]
    for step, q in path.snapshots.items():
        assert float(q.sum()) == pytest.approx(1, abs=1e-13)
        assert float(path.jsd[step]) == pytest.approx(discrete_jsd(two_peaks(), q), abs=1e-13)
    assert path.snapshots[0].tolist() == pytest.approx([1 / BINS] * BINS)


def test_empty_bins_empty():
    path = descend(torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.0, 1.0, 3.0]))
    assert path.jsd.isfinite().all()
    assert path.snapshots[400].tolist() == pytest.approx([0.5, 0.5, 0], abs=1e-6)


def test_jsd_of_disjoint_bins_is_log_2():
    p, q = torch.eye(2, dtype=torch.float64)
    assert float(shared_by(p, q, p.log() - q.log())) == pytest.approx(math.log(2))


def test_bins_hold_the_density_s_mass():
    found = binned(gaussian(1, 2), -20, 22, 30)
    edges = torch.linspace(-20, 22, 31, dtype=torch.float64)
    assert found.tolist() == pytest.approx((stats.norm(1, 2).cdf(edges[1:]) - stats.norm(1, 2).cdf(edges[:-1])).tolist(), abs=1e-12)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda: binned(gaussian(0, 1), 2, 2), "low must be less than high"),
        (lambda: binned(gaussian(0, 1), -9, 9, 0), "bins positive"),
        (lambda: binned(gaussian(0, 1), 0, 9), "mass 0.5"),
        (lambda: descend(torch.ones(3), torch.zeros(3)), "data: probabilities"),
        (lambda: descend(torch.tensor([1.5, -0.5]), torch.zeros(2)), "at least 0"),
        (lambda: descend(torch.tensor([math.nan, 1]), torch.zeros(2)), "data: probabilities"),
        (lambda: descend(torch.tensor([0.5, 0.5]), torch.zeros(3)), "as many as the 2 bins"),
        (lambda: descend(torch.tensor([0.5, 0.5]), torch.tensor([0, math.inf])), "start: logits must be finite"),
        (lambda: descend(torch.tensor([0.5, 0.5]), torch.zeros(2), rate=1.5), r"rate must be in \(0, 1\]"),
        (lambda: descend(torch.tensor([0.5, 0.5]), torch.zeros(2), steps=-1), "steps at least 0"),
    ],
)
def test_what_cannot_be_used_is_refused(attempt, words):
    with pytest.raises(BadInput, match=words):
        attempt()


def test_probabilities_need_sum_to_1_only_as_well_as_single_precision_can():
    shares = torch.tensor([0.3, 0.7]) * (1 + 5e-7)
    assert descend(shares, torch.zeros(2)).jsd[-1] < 1e-15
