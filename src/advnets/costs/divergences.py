"""f-divergences by their variational bound (Nowozin et al. 2016, f-GAN), estimated from draws alone.

    D_f(p || q) = E_q[f(p / q)]  >=  E_p[g(v(x))] - E_q[f*(g(v(x)))]

for any critic v; f is convex, f* its conjugate, and the output activation g maps the line into the domain of f*. The bound is
tight where g(v) = f'(p / q). D raises it, G lowers it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, softplus

from advnets.costs.logistic import at_full_precision

Pointwise = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class FDivergence:
    """One f-divergence: functions of single numbers, applied to each element of a tensor.

    Args:
        f: the convex function of u = p / q > 0.
        activation: g, from an output of D to the domain of f*.
        conjugate: f*(t) = sup_u (u t - f(u)).
        rebate: f*(g(v)) as a function of v, simplified so that nothing overflows or cancels on the way.
        optimum: the output v of the best D, as a function of log p - log q.
    """

    f: Pointwise
    activation: Pointwise
    conjugate: Pointwise
    rebate: Pointwise
    optimum: Pointwise


def same(v: Tensor) -> Tensor:
    """The activation of a divergence whose f* takes every number."""
    return v


KL = FDivergence(
    f=lambda u: torch.xlogy(u, u),
    activation=same,
    conjugate=lambda t: (t - 1).exp(),
    rebate=lambda v: (v - 1).exp(),
    optimum=lambda r: 1 + r,
)
"""KL(p || q), in nats."""

REVERSE_KL = FDivergence(
    f=lambda u: -u.log(),
    activation=lambda v: -(-v).exp(),
    conjugate=lambda t: -1 - (-t).log(),
    rebate=lambda v: v - 1,
    optimum=same,
)
"""KL(q || p), in nats."""

JENSEN_SHANNON = FDivergence(
    f=lambda u: torch.xlogy(u, u) - (1 + u) * ((1 + u) / 2).log(),
    activation=lambda v: math.log(2) + logsigmoid(v),
    conjugate=lambda t: -(2 - t.exp()).log(),
    rebate=lambda v: softplus(v) - math.log(2),
    optimum=same,
)
"""2 JSD(p, q), in nats: from 0 to log 4."""

GAN = FDivergence(
    f=lambda u: torch.xlogy(u, u) - (1 + u) * (1 + u).log(),
    activation=logsigmoid,
    conjugate=lambda t: -(-t.exp()).log1p(),
    rebate=softplus,
    optimum=same,
)
"""2 JSD(p, q) - log 4, in nats, with f(1) = -log 4: the bound is V of Goodfellow et al. 2014, and an output of D is its logit."""

PEARSON = FDivergence(
    f=lambda u: (u - 1).square(),
    activation=same,
    conjugate=lambda t: t.square() / 4 + t,
    rebate=lambda v: v.square() / 4 + v,
    optimum=lambda r: 2 * r.expm1(),
)
"""Pearson's chi-squared, E_q[(p / q - 1)^2]. The conjugate is that of f on the whole line, as in the paper."""

HELLINGER = FDivergence(
    f=lambda u: (u.sqrt() - 1).square(),
    activation=lambda v: -(-v).expm1(),
    conjugate=lambda t: t / (1 - t),
    rebate=lambda v: v.expm1(),
    optimum=lambda r: r / 2,
)
"""The squared Hellinger distance, the integral of (sqrt p - sqrt q)^2: from 0 to 2."""

DIVERGENCES = {
    "kl": KL,
    "reverse-kl": REVERSE_KL,
    "jensen-shannon": JENSEN_SHANNON,
    "gan": GAN,
    "pearson": PEARSON,
    "hellinger": HELLINGER,
}
"""By name."""


def bound(divergence: FDivergence, real: Tensor, fake: Tensor) -> Tensor:
    """The variational bound of a divergence: E[g(D(x))] - E[f*(g(D(G(z))))]. D maximises it.

    Args:
        divergence: which.
        real, fake: outputs of D on data and on samples, any numbers, float [n].

    Returns:
        A scalar in the unit of the divergence, which it does not exceed in expectation.

    >>> import torch
    >>> round(bound(GAN, torch.zeros(3), torch.zeros(3)).item(), 4)
    -1.3863
    """
    return divergence.activation(at_full_precision(real)).mean() - divergence.rebate(at_full_precision(fake)).mean()


def convince(divergence: FDivergence, fake: Tensor) -> Tensor:
    """The other cost of G: -E[g(D(G(z)))], which does not saturate; for `GAN` it is -E[log D(G(z))] (Nowozin et al. 2016).

    Args:
        divergence: which.
        fake: outputs of D on samples, float [n].

    Returns:
        A scalar in the unit of the divergence.
    """
    return -divergence.activation(at_full_precision(fake)).mean()
