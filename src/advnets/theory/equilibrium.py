"""Section 4.1 of Goodfellow et al. 2014 as numbers: the optimal discriminator, V, and the virtual criterion C(G).

    D*(x) = p(x) / (p(x) + p_g(x))                                        (Proposition 1)
    C(G) = max_D V(D, G) = -log 4 + 2 JSD(p || p_g) >= -log 4             (Theorem 1), in nats

Everything goes by logits, D = sigmoid(logit), and by log densities: tails neither underflow nor divide 0 by 0.
"""

from __future__ import annotations

import math

from torch import Tensor
from torch.nn.functional import logsigmoid

from advnets.theory.densities import Line
from advnets.theory.quadrature import Rule, covering, expectation, masses

EQUILIBRIUM = -math.log(4)
"""The value of the game where p_g = p, in nats: -1.3862943611 (Theorem 1)."""


def optimal_logit(p: Line, q: Line) -> Line:
    """The logit of the optimal discriminator, log D* - log(1 - D*) = log p - log q.

    Args:
        p: log density of the data.
        q: log density of the generator, p_g.

    Returns:
        A function of points [n], float64 [n]; nan where both densities are 0: there D* is undetermined.
    """

    def logit(x: Tensor) -> Tensor:
        return p(x.double()).double() - q(x.double()).double()

    return logit


def optimal_discriminator(p: Line, q: Line) -> Line:
    """The optimal discriminator D* = p / (p + q) (Proposition 1), as a probability. Arguments as for `optimal_logit`.

    >>> import torch
    >>> from advnets.theory import gaussian
    >>> same = optimal_discriminator(gaussian(0.0, 1.0), gaussian(0.0, 1.0))
    >>> same(torch.tensor([0.0, 50.0]))  # both densities are 0 in float64 at 50
    tensor([0.5000, 0.5000], dtype=torch.float64)
    """
    logit = optimal_logit(p, q)

    def discriminator(x: Tensor) -> Tensor:
        return logit(x).sigmoid()

    return discriminator


def smoothed_discriminator(p: Line, q: Line, data_target: float = 0.9, sample_target: float = 0.0) -> Line:
    """The optimal discriminator with smoothed labels: (a p + b q) / (p + q), as a probability (Salimans et al. 2016).

    Args:
        p, q: log densities of the data and of the generator.
        data_target: a, what D is told of data. The tutorial writes 1 - alpha for it, and beta for b.
        sample_target: b, what D is told of samples. With b > 0, D says b and not 0 where only samples are.

    Returns:
        A function of points [n], float64 [n] between a and b; nan where both densities are 0.

    >>> import torch
    >>> from advnets.theory import gaussian
    >>> smoothed_discriminator(gaussian(0.0, 1.0), gaussian(0.0, 1.0))(torch.tensor([0.0]))
    tensor([0.4500], dtype=torch.float64)
    """
    best = optimal_logit(p, q)

    def discriminator(x: Tensor) -> Tensor:
        logit = best(x)
        return data_target * logit.sigmoid() + sample_target * (-logit).sigmoid()

    return discriminator


def value(logit: Line, p: Line, q: Line, over: Rule | None = None) -> Tensor:
    """The value function of any discriminator, V(D, G) = E_p[log D(x)] + E_q[log(1 - D(x))] (eq. 1).

    Args:
        logit: of D; D = sigmoid(logit).
        p: log density of the data.
        q: log density of the generator, p_g.
        over: the rule that integrates; one that covers p and q if None, which asks for mixtures. A discriminator that varies
            much faster than both wants a finer one.

    Returns:
        A scalar in nats, at most 0. D maximises it; the most it can reach is C(G).

    Raises:
        BadInput: p or q does not lie within the rule, or there is none.

    >>> import torch
    >>> from advnets.theory import gaussian
    >>> bell = gaussian(0.0, 1.0)
    >>> round(value(torch.zeros_like, bell, bell).item(), 9)
    -1.386294361
    """
    rule = covering(p, q) if over is None else over
    logits = logit(rule.x).double()
    return expectation(masses(p, rule), logsigmoid(logits)) + expectation(masses(q, rule), logsigmoid(-logits))


def virtual_criterion(p: Line, q: Line, over: Rule | None = None) -> Tensor:
    """The virtual training criterion C(G) = V(D*, G) (eq. 4), what G pays if D is optimal. Arguments as for `value`.

    Returns:
        A scalar in nats, from -log 4 (p = q) to 0 (no common support).
    """
    return value(optimal_logit(p, q), p, q, over)
