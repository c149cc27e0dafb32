"""The value function of adversarial nets and the costs drawn from it, as functions of D's logits, in nats.

References: Goodfellow et al. 2014, eq. 1 and section 3; Goodfellow 2016 (tutorial), section 3.2.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus


def score(real: Tensor, fake: Tensor) -> Tensor:
    """How well D tells data from samples: E[log D(x)] + E[log(1 - D(G(z)))] (eq. 1).

    Args:
        real, fake: logits of D on data and on samples, float [n].

    Returns:
        A scalar in nats, at most 0; -log 4 where D says 1/2 everywhere. D maximises it.

    >>> import torch
    >>> round(score(torch.zeros(3), torch.zeros(3)).item(), 4)
    -1.3863
    """
    real, fake = at_full_precision(real), at_full_precision(fake)
    return -softplus(-real).mean() - softplus(fake).mean()


def deceive(fake: Tensor) -> Tensor:
    """The non-saturating cost of G: -E[log D(G(z))] (section 3).

    Args:
        fake: logits of D on samples, float [n].

    Returns:
        A scalar in nats, at least 0. Its gradient in a logit is -(1 - D), large exactly where D rejects the sample.
    """
    return softplus(-at_full_precision(fake)).mean()


def at_full_precision(logits: Tensor) -> Tensor:
    """Logits as float32 at least: sums over a batch lose too much in bfloat16."""
    return logits.to(torch.promote_types(logits.dtype, torch.float32))
