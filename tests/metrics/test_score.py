"""The Inception-style score: exact cases, torchmetrics' formula, and its interval."""

import numpy as np
import pytest
import torch

from advnets.metrics.score import score, scored


def even(n):
    return torch.full((1, n), 1 / n, dtype=torch.float64)


def test_extremes():
    assert score(torch.eye(10).double().repeat(3, 1), even(30)).item() == pytest.approx(10)
    assert score(torch.full((30, 10), 0.1).double(), even(30)).item() == pytest.approx(1)
    assert score(torch.eye(10).double()[[3] * 30], even(30)).item() == pytest.approx(1)


def test_agrees_with_torchmetrics():
    inception = pytest.importorskip("torchmetrics.image.inception")

    class Logits(torch.nn.Module):
        def forward(self, x):
            return x.float()

    logits = 2 * torch.randn(500, 7, generator=torch.Generator().manual_seed(0))
    theirs = inception.InceptionScore(feature=Logits(), splits=1)
    theirs.features = [logits]
    assert score(logits.double().softmax(1), even(500)).item() == pytest.approx(theirs.compute()[0].item(), rel=1e-5)


def test_a_weighting_counts_samples_as_often_as_it_says():
    p = torch.rand(6, 4, generator=torch.Generator().manual_seed(0)).double().softmax(1)
    twice = torch.tensor([[2.0, 0, 1, 1, 0, 2]], dtype=torch.float64) / 6
    assert score(p, twice).item() == pytest.approx(score(p[[0, 0, 2, 3, 5, 5]], even(6)).item())


def test_the_interval_is_as_wide_as_independent_draws_differ():
    generator = torch.Generator().manual_seed(0)
    found = [scored((3 * torch.randn(300, 5, generator=generator)).softmax(1), generator) for _ in range(100)]
    width = np.mean([e.high - e.low for e in found]) / (2 * 1.96)
    assert width == pytest.approx(np.std([e.value for e in found]), rel=0.4)
