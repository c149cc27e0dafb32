"""The value function of adversarial nets and the costs drawn from it, as functions of D's logits, in nats.

References: Goodfellow et al. 2014, eq. 1 and section 3; Goodfellow 2016 (tutorial), section 3.2 and exercise 3; Salimans et al. 2016.
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


def maximum_likelihood(fake: Tensor) -> Tensor:
    """The cost of G that descends KL(p || p_g) against the optimal D: -E[exp(logit)] = -E[D / (1 - D)] (tutorial, exercise 3).

    At D* = p / (p + p_g) the exponential of the logit is p / p_g, so that the gradient is -E_p[d log p_g]: that of the likelihood of data.
    Its variance is large: the few samples that D takes for data carry nearly all of it.

    Args:
        fake: logits of D on samples, float [n].

    Returns:
        A scalar, at most 0; -1 where D says 1/2. Its gradient in a logit is -exp(logit).

    >>> import torch
    >>> maximum_likelihood(torch.zeros(3)).item()
    -1.0
    """
    return -at_full_precision(fake).exp().mean()


def smoothed_score(real: Tensor, fake: Tensor, data_target: float, sample_target: float = 0.0) -> Tensor:
    """`score` with smoothed labels: D shall say `data_target` of data and `sample_target` of samples.

        E_x[a log D + (1 - a) log(1 - D)] + E_z[b log D + (1 - b) log(1 - D)]          a, b: the targets of data and of samples

    Its maximum is D* = (a p + b p_g) / (p + p_g), `theory.smoothed_discriminator`. One-sided smoothing (Salimans et al. 2016)
    leaves b at 0: with b > 0 the numerator holds p_g, and D asks G to stay where it already is.

    Args:
        real, fake: logits of D on data and on samples, float [n].
        data_target: in (0, 1]; 1 gives `score`.
        sample_target: in [0, 1).

    Returns:
        A scalar in nats, at most 0. D maximises it. Its gradient in a logit is target - D.

    >>> import torch
    >>> data, samples = torch.tensor([9.0]).log(), torch.tensor([-30.0])  # D says 0.9 of data: as told
    >>> round(smoothed_score(data, samples, 0.9).item(), 4)  # minus the entropy of a coin of 0.9
    -0.3251
    """
    return told(real, data_target) + told(fake, sample_target)


def told(logits: Tensor, target: float) -> Tensor:
    """E[t log D + (1 - t) log(1 - D)], how likely D holds a label that is 1 with probability t; logits [n], in nats."""
    logits = at_full_precision(logits)
    return (-target * softplus(-logits) - (1 - target) * softplus(logits)).mean()


def at_full_precision(logits: Tensor) -> Tensor:
    """Logits as float32 at least: sums over a batch lose too much in bfloat16."""
    return logits.to(torch.promote_types(logits.dtype, torch.float32))
