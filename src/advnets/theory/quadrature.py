"""Integrals over the line by composite Gauss-Legendre quadrature: 16 nodes in each of many panels.

    integral of f  ~  sum_i w_i f(x_i)

Panels of half a standard deviation give V, C(G) and JSD to 1e-11, whatever the widths and places of the densities, as long as
means are at most a million standard deviations from 0. What varies faster than both densities (a trained discriminator, say) wants
narrower panels.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from advnets.errors import BadInput
from advnets.theory.densities import Line, Mixture

LOST_MASS = 1e-6
"""How much of a density's mass a rule may miss, or count twice."""


class Rule(NamedTuple):
    """Nodes x and weights w of a quadrature, float64 [n] each."""

    x: Tensor
    weights: Tensor


@cache
def legendre(order: int) -> Rule:
    """The Gauss-Legendre rule on [-1, 1], exact for polynomials of degree 2 order - 1.

    Its nodes are the eigenvalues of the symmetric matrix of the Legendre recurrence (Golub and Welsch 1969).

    >>> x, weights = legendre(3)
    >>> round(float(weights @ x**4), 12)  # 2 / 5
    0.4
    """
    k = torch.arange(1, order, dtype=torch.float64)
    beside = k / (4 * k.square() - 1).sqrt()
    x, vectors = torch.linalg.eigh(beside.diag(1) + beside.diag(-1))
    return Rule(x, 2 * vectors[0].square())


def panels(edges: Tensor, order: int = 16) -> Rule:
    """A rule of `order` nodes in each panel between neighbouring edges.

    Args:
        edges: sorted, float64 [m + 1].
        order: nodes to a panel.

    Returns:
        Nodes in ascending order, [m order].
    """
    unit = legendre(order)
    half, centres = edges.diff()[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    return Rule((centres + half * unit.x).flatten(), (half * unit.weights).flatten())


def interval(low: float, high: float, count: int = 512) -> Rule:
    """A rule over [low, high] in `count` equal panels; for log densities that are functions of one's own.

    Raises:
        BadInput: low is not less than high, or there is no panel.

    >>> x, weights = interval(0, 1)
    >>> round(float(weights @ x.exp()), 12)  # e - 1
    1.718281828459
    """
    if not (low < high and count > 0):
        raise BadInput("interval: low must be less than high, and count positive")
    return panels(torch.linspace(low, high, count + 1, dtype=torch.float64))


def covering(*densities: Line) -> Rule:
    """A rule that resolves each of these densities over 40 of its standard deviations, however their widths differ.

    Raises:
        BadInput: one of them is not a `Mixture`, so that nobody knows where it lives.
    """
    known = [density.edges() for density in densities if isinstance(density, Mixture)]
    if len(known) < len(densities):
        raise BadInput("over: a log density that is not a gaussian or a mixture needs over=interval(low, high)")
    return panels(torch.cat(known).unique())


def masses(density: Line, rule: Rule) -> Tensor:
    """What a density puts on each node of a rule, w_i p(x_i), float64 [n] with sum 1.

    Raises:
        BadInput: they do not sum to 1 within 1e-6: the rule misses a part of the density, or is too coarse for it.
    """
    found = rule.weights * density(rule.x).double().exp()
    total = float(found.detach().sum())
    if not abs(total - 1) <= LOST_MASS:
        reach = f"[{rule.x[0]:.4g}, {rule.x[-1]:.4g}]"
        raise BadInput(f"over: a density has mass {total:.7g} on {reach}; take a wider interval, or more panels")
    return found


def expectation(mass: Tensor, values: Tensor) -> Tensor:
    """The sum of mass x value over nodes or bins [n]; where there is no mass, the value does not matter (0 log 0 = 0)."""
    return (mass * torch.where(mass > 0, values, 0.0)).sum()
