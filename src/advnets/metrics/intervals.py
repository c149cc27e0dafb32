"""Estimates with their 95 % intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

QUANTILE = 1.959963984540054
"""Of the standard normal, at .975."""


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval, all in the number's unit."""

    value: float
    low: float
    high: float

    def within(self, least: float, most: float) -> Estimate:
        """The same with an interval that ends where the quantity does."""
        return Estimate(self.value, max(self.low, least), min(self.high, most))

    def named(self, name: str) -> dict[str, float | list[float]]:
        """As plain values: the number under its name, the interval beside it."""
        return {name: self.value, f"{name}_interval": [self.low, self.high]}


def share(successes: float, trials: float) -> Estimate:
    """A share of independent trials with Wilson's interval.

    Args:
        successes: in [0, trials].
        trials: how many, greater than 0; need not be whole, as an effective number is not.

    References: Wilson 1927; Brown, Cai, DasGupta 2001.

    >>> half = share(5, 10)
    >>> round(half.low, 3), half.value, round(half.high, 3)
    (0.237, 0.5, 0.763)
    """
    p, z2 = successes / trials, QUANTILE**2
    centre = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = QUANTILE / (1 + z2 / trials) * math.sqrt(p * (1 - p) / trials + z2 / (4 * trials**2))
    return Estimate(p, min(p, centre - half), max(p, centre + half)).within(0, 1)


def mean(values: Tensor) -> Estimate:
    """The mean of independent values [n], n >= 2, plus and minus 1.96 standard errors."""
    values = values.double()
    return spread(values.mean().item(), values.std().item() / math.sqrt(len(values)))


def median(values: Tensor) -> Estimate:
    """The median of independent values [n] between two order statistics, which bracket the true one 95 times in 100."""
    ordered, n = values.double().sort().values, len(values)
    reach = QUANTILE * math.sqrt(n) / 2  # of the binomial (n, 1/2), by its normal approximation
    low, high = max(0, math.floor(n / 2 - reach)), min(n - 1, math.ceil(n / 2 + reach))
    return Estimate(ordered.quantile(0.5).item(), ordered[low].item(), ordered[high].item())


def bootstrapped(value: float, replicates: Tensor) -> Estimate:
    """A value plus and minus 1.96 standard deviations of its bootstrap replicates [r].

    The interval says how far another draw of as many samples would take the value. The bias of a finite number of samples stays in
    the value; replicates of a distance carry it twice, so that their percentiles would miss the value.
    """
    return spread(value, replicates.double().std().item())


def spread(value: float, error: float) -> Estimate:
    """A value plus and minus 1.96 standard errors."""
    return Estimate(value, value - QUANTILE * error, value + QUANTILE * error)
