"""What samples of a batch have in common: known correlations, their intervals, and generators with and without batch norm."""

from functools import partial

import pytest
import torch
from scipy.stats import f as fisher
from torch import nn

from advnets.metrics.batch_correlation import batch_correlation
from advnets.nets import mlp
from advnets.nets.normalisation import VirtualBatchNorm


def drawn(rho, b=400, n=8, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shared, own = torch.randn(b, 1, generator=generator), torch.randn(b, n, generator=generator)
    return rho**0.5 * shared + (1 - rho) ** 0.5 * own


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9])
def test_a_known_correlation_is_found_within_its_interval(rho):
    found = batch_correlation(drawn(rho))
    assert found.value == pytest.approx(rho, abs=0.05)
    assert found.low < rho < found.high


def test_the_interval_covers_95_times_in_100():
    found = [batch_correlation(drawn(0.3, 20, 4, seed)) for seed in range(300)]
    assert sum(e.low <= 0.3 <= e.high for e in found) / 300 == pytest.approx(0.95, abs=0.04)


def test_the_interval_is_that_of_the_ratio_of_mean_squares():
    x = drawn(0.4, 6, 3)
    between, within = 3 * x.mean(1).var().item(), x.var(1).mean().item()
    ratio = between / within / fisher.ppf(0.975, 5, 12)
    assert batch_correlation(x).low == pytest.approx((ratio - 1) / (ratio + 2), rel=1e-5)


def test_the_ends_of_the_scale():
    alike = torch.arange(5.0)[:, None].expand(5, 4)
    assert batch_correlation(alike).value == 1
    assert batch_correlation(torch.arange(4.0).expand(5, 4)).value == pytest.approx(-1 / 3)


def test_pictures_count_by_their_mean_pixel():
    means = drawn(0.5, 10, 4)
    spread = torch.randn(10, 4, 1, 6, 6)
    pictures = means[..., None, None, None] + spread - spread.mean((2, 3, 4), keepdim=True)
    assert batch_correlation(pictures).value == pytest.approx(batch_correlation(means).value, abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (4,)])
def test_too_few_are_refused(shape):
    with pytest.raises(ValueError, match="two batches of two samples"):
        batch_correlation(torch.rand(shape))


def test_samples_that_do_not_differ_have_no_correlation():
    with pytest.raises(ValueError, match="the same mean"):
        batch_correlation(torch.ones(3, 4))


def test_batch_norm_ties_samples_together_and_virtual_batch_norm_does_not():
    def found(norm):
        torch.manual_seed(0)
        net, z = mlp.Generator(2, (1, 4, 4), (32, 32), norm), torch.randn(400, 4, 2)
        with torch.no_grad():
            return batch_correlation(torch.stack([net(batch) for batch in z]))

    tied, free = found(nn.BatchNorm1d), found(partial(VirtualBatchNorm, reference=16))
    assert free.low < 0 < free.high
    assert tied.high < 0 or tied.low > 0
