"""Proposition 2 of Goodfellow et al. 2014 as numbers: with D optimal at each step, descent on p_g itself reaches the data.

p_g is a softmax over bins. C is convex in p_g, and by the paper's argument its gradient is that of V with D* held still:

    dC / dp_g = log(1 - D*),    D* = p / (p + p_g)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import log_softmax, logsigmoid

from advnets.errors import BadInput
from advnets.theory.densities import Line
from advnets.theory.divergences import shared_by
from advnets.theory.quadrature import masses, panels


@dataclass(frozen=True)
class Descent:
    """A path down the virtual criterion.

    Args:
        jsd: JSD(p || p_g) in nats before the first step and after each, float64 [steps + 1]; C(G) = -log 4 + 2 JSD.
        snapshots: p_g by the number of steps taken, probabilities, float64 [k].
    """

    jsd: Tensor
    snapshots: dict[int, Tensor]


def binned(density: Line, low: float, high: float, bins: int = 100) -> Tensor:
    """The probabilities of equal bins of [low, high] under a log density, float64 [bins] with sum 1.

    Raises:
        BadInput: the interval is empty, or a part of the density lies outside.
    """
    if not (low < high and bins > 0):
        raise BadInput("binned: low must be less than high, and bins positive")
    found = masses(density, panels(torch.linspace(low, high, bins + 1, dtype=torch.float64))).view(bins, -1).sum(1)
    return found / found.sum()


def descend(data: Tensor, start: Tensor, rate: float = 0.1, steps: int = 400, every: int = 100) -> Descent:
    """Natural-gradient descent of C(G) in the logits of p_g = softmax(logits), with D* exact at each step.

        logits <- logits - rate log(1 - D*)

    This is the gradient in the logits times the inverse of their Fisher matrix; equally, mirror descent on p_g by the negative
    entropy. No step with a rate in (0, 1] raises C: its second derivative in p_g is p / (p_g (p + p_g)), at most the negative entropy's
    1 / p_g, so that C at the new p_g is at most C's tangent from the old one plus KL(new || old), and a step of rate 1
    minimises that bound. A step of rate 1 leads to (p + p_g) / 2. Near the end, a step takes the logits' errors times
    1 - rate / 2, and the JSD times the square of that.

    Args:
        data: p, probabilities of k bins, float [k] with sum 1; bins may be empty.
        start: logits of p_g before the first step, float [k].
        rate: in (0, 1].
        steps: how many.
        every: a snapshot is kept whenever this many steps were taken, and after the last.

    Returns:
        The path. Its JSD falls until rounding stops it, far below 1e-20.

    Raises:
        BadInput: data are not probabilities, start has another shape or is not finite, or a number is out of its range.

    >>> path = descend(torch.tensor([0.2, 0.8]), torch.zeros(2), rate=1.0, steps=1)
    >>> path.snapshots[1]  # half way from (0.5, 0.5)
    tensor([0.3500, 0.6500], dtype=torch.float64)
    """
    check(data, start, rate, steps, every)
    p, log_q = data.double() / data.double().sum(), log_softmax(start.double(), 0)
    divergences: list[Tensor] = []
    snapshots: dict[int, Tensor] = {}
    for step in range(steps + 1):
        q, logit = log_q.exp(), p.log() - log_q
        divergences.append(shared_by(p, q, logit))
        if step % every == 0 or step == steps:
            snapshots[step] = q
        log_q = log_softmax(log_q - rate * logsigmoid(-logit), 0)
    return Descent(torch.stack(divergences), snapshots)


def check(data: Tensor, start: Tensor, rate: float, steps: int, every: int) -> None:
    """Refuse what `descend` cannot use."""
    if data.ndim != 1 or not (data >= 0).all() or not abs(float(data.double().sum()) - 1) <= 1e-6:
        raise BadInput("data: probabilities [k] must be at least 0 and sum to 1")
    if start.shape != data.shape or not start.isfinite().all():
        raise BadInput(f"start: logits must be finite, and as many as the {len(data)} bins of the data")
    if not (0 < rate <= 1 and steps >= 0 and every > 0):
        raise BadInput("rate must be in (0, 1], steps at least 0 and every positive")
