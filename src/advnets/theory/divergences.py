"""How far two densities on the line lie apart."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

from advnets.theory.densities import Line
from advnets.theory.quadrature import Rule, covering, expectation, masses


def kl(p: Line, q: Line, over: Rule | None = None) -> Tensor:
    """The Kullback-Leibler divergence of q from p.

        KL(p || q) = E_p[log p(x) - log q(x)]

    Args:
        p, q: log densities.
        over: the rule that integrates; one that covers both if None, which asks for mixtures.

    Returns:
        A scalar in nats, at least 0; infinite where p has mass that q has not.

    Raises:
        BadInput: p does not lie within the rule, or there is none.

    >>> from advnets.theory import gaussian
    >>> round(kl(gaussian(0.0, 1.0), gaussian(3.0, 1.0)).item(), 9)  # 3**2 / 2
    4.5
    """
    rule = covering(p, q) if over is None else over
    return expectation(masses(p, rule), p(rule.x).double() - q(rule.x).double())


def jsd(p: Line, q: Line, over: Rule | None = None) -> Tensor:
    """The Jensen-Shannon divergence of two densities, with m = (p + q) / 2.

        JSD(p || q) = KL(p || m) / 2 + KL(q || m) / 2

    It is computed as the information that a fair draw from p or q gives of its origin, E_m[log 2 - H(D*(x))]: no term is
    negative, and nothing cancels where p and q are nearly the same.

    Args:
        p, q: log densities.
        over: the rule that integrates; one that covers both if None, which asks for mixtures.

    Returns:
        A scalar in nats, from 0 (p = q) to log 2 (no common support).

    Raises:
        BadInput: p or q does not lie within the rule, or there is none.

    >>> from advnets.theory import gaussian
    >>> round(jsd(gaussian(0.0, 1.0), gaussian(100.0, 1.0)).item(), 9)  # log 2
    0.693147181
    """
    rule = covering(p, q) if over is None else over
    return shared_by(masses(p, rule), masses(q, rule), p(rule.x).double() - q(rule.x).double())


def chi_squared(p: Line, q: Line, over: Rule | None = None) -> Tensor:
    """Pearson's chi-squared of two densities: chi2(p, q) = E_q[(p / q - 1)^2].

    Args:
        p, q: log densities.
        over: the rule that integrates; one that covers both if None, which asks for mixtures.

    Returns:
        A scalar, at least 0. Where the integral has no end (q has much lighter tails than p), a number that is large and depends on the
        rule, or infinity.

    Raises:
        BadInput: q does not lie within the rule, or there is none.

    >>> from advnets.theory import gaussian
    >>> round(chi_squared(gaussian(0.0, 1.0), gaussian(1.0, 1.0)).item(), 9)  # e - 1
    1.718281828
    """
    rule = covering(p, q) if over is None else over
    return expectation(masses(q, rule), (p(rule.x).double() - q(rule.x).double()).expm1().square())


def squared_hellinger(p: Line, q: Line, over: Rule | None = None) -> Tensor:
    """The squared Hellinger distance of two densities, the integral of (sqrt p - sqrt q)^2.

    With m = (p + q) / 2 and r = log p - log q it is 2 E_m[1 - 1 / cosh(r / 2)] = 2 E_m[tanh(r / 2) tanh(r / 4)], where nothing cancels.

    Args:
        p, q: log densities.
        over: the rule that integrates; one that covers both if None, which asks for mixtures.

    Returns:
        A scalar from 0 (p = q) to 2 (no common support).

    Raises:
        BadInput: p or q does not lie within the rule, or there is none.

    >>> from advnets.theory import gaussian
    >>> round(squared_hellinger(gaussian(0.0, 1.0), gaussian(2.0, 1.0)).item(), 9)  # 2 - 2 exp(-1 / 2)
    0.786938681
    """
    rule = covering(p, q) if over is None else over
    ratio = p(rule.x).double() - q(rule.x).double()
    return 2 * expectation((masses(p, rule) + masses(q, rule)) / 2, (ratio / 2).tanh() * (ratio / 4).tanh())


def shared_by(p: Tensor, q: Tensor, logit: Tensor) -> Tensor:
    """JSD of two distributions on the same nodes or bins [n], masses p and q, with logit = log p - log q; in nats."""
    return expectation((p + q) / 2, information(logit))


def information(logit: Tensor) -> Tensor:
    """What a coin of this logit tells: log 2 - H(D) = log 2 + D log D + (1 - D) log(1 - D), D = sigmoid(logit).

    Args:
        logit: float64 [n]; may be infinite.

    Returns:
        In nats, float64 [n], from 0 (a fair coin) to log 2 (a certain one); exact to rounding at both ends.

    >>> information(torch.tensor([0.0, 1e-6, torch.inf], dtype=torch.float64))  # logit**2 / 8 near 0
    tensor([0.0000e+00, 1.2500e-13, 6.9315e-01], dtype=torch.float64)
    """
    size = logit.abs()
    half, most = size.clamp(max=1) / 2, size.clamp(max=800)  # sigmoid(-800) is 0
    near = half * half.tanh() - half.sinh().square().log1p() / 2  # x tanh x - log cosh x: no cancellation
    far = math.log(2) - most * torch.sigmoid(-most) - softplus(-most)
    return torch.where(size < 1, near, far)
