"""The gradient of a cost that is only handed out with each sample: the score-function estimator (Williams 1992, REINFORCE).

    d/dtheta E_{x ~ p}[f(x)] = E_{x ~ p}[(f(x) - b) d/dtheta log p(x)]

It asks that log p can be computed, and nothing of f or x: samples may be discrete, and f may be a reward that a discriminator says.
"""

from __future__ import annotations

from torch import Tensor


def reinforce(log_probability: Tensor, paid: Tensor, baseline: Tensor | float = 0.0) -> Tensor:
    """What has, by backward, the score-function gradient: E[(f(x) - b) log p(x)] with f - b held still.

    Args:
        log_probability: log p of samples of p, which are held still themselves, float [n]; nats.
        paid: f, the cost of each sample, float [n]. It takes no gradient.
        baseline: b, a number, or one for each sample which does not depend on that sample, [n]: it moves the variance alone.

    Returns:
        A scalar in the unit of `paid` times nats. Only its gradient means anything.

    >>> import torch
    >>> logits = torch.tensor([0.0, 0.0], requires_grad=True)
    >>> reinforce(logits.log_softmax(0), torch.tensor([2.0, 0.0])).backward()  # one sample of each kind
    >>> logits.grad  # the second kind costs less
    tensor([ 0.5000, -0.5000])
    """
    return ((paid - baseline).detach() * log_probability).mean()


def others(paid: Tensor) -> Tensor:
    """The mean cost of the other samples of a batch, a baseline for each; [n] -> [n], n at least 2.

    >>> import torch
    >>> others(torch.tensor([1.0, 2.0, 6.0]))
    tensor([4.0000, 3.5000, 1.5000])
    """
    return (paid.sum() - paid) / (len(paid) - 1)
