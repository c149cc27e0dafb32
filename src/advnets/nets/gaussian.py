"""The normal law of a number as networks that learn its mean and width: what draws it, and what says how dense it is."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class Generator(nn.Module):
    """x = mean + std z: with z standard normal, x is N(mean, std^2).

    Args:
        mean, std: at first; std positive.
    """

    def __init__(self, mean: float = 0.0, std: float = 1.0) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.tensor(mean))
        self.log_std = nn.Parameter(torch.tensor(math.log(std)))

    def forward(self, z: Tensor) -> Tensor:
        """z -> x, float [n, 1] each."""
        return self.mean + self.log_std.exp() * z


class Density(nn.Module):
    """The log density of N(mean, std^2), which also draws from it.

    Args:
        mean, std: at first; std positive.
    """

    def __init__(self, mean: float = 0.0, std: float = 1.0) -> None:
        super().__init__()
        self.samples = Generator(mean, std)

    def forward(self, x: Tensor) -> Tensor:
        """x [n, 1] -> log p(x) [n], in nats."""
        return bell(self.samples, x) - self.samples.log_std - math.log(2 * math.pi) / 2

    def draw(self, z: Tensor) -> Tensor:
        """Standard normal z -> samples x, float [n, 1] each."""
        return self.samples(z)


class Unnormalised(nn.Module):
    """The same up to a factor 1 / Z that is not known: log p = -(x - mean)^2 / (2 std^2) - log Z, and log Z is learned too.

    Args:
        mean, std: at first; std positive.
        log_partition: log Z at first, in nats; log(std sqrt(2 pi)) would make it a density.
    """

    def __init__(self, mean: float = 0.0, std: float = 1.0, log_partition: float = 0.0) -> None:
        super().__init__()
        self.samples = Generator(mean, std)
        self.log_partition = nn.Parameter(torch.tensor(log_partition))

    def forward(self, x: Tensor) -> Tensor:
        """x [n, 1] -> log p(x) [n], in nats."""
        return bell(self.samples, x) - self.log_partition


def bell(samples: Generator, x: Tensor) -> Tensor:
    """-(x - mean)^2 / (2 std^2); [n, 1] -> [n]."""
    return -((x[:, 0] - samples.mean) / samples.log_std.exp()).square() / 2
