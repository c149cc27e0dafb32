"""Costs of critics, whose output is a number and no logit: least squares, hinge, Wasserstein.

References: Mao et al. 2017 (least squares); Lim and Ye 2017 (hinge); Arjovsky et al. 2017 (Wasserstein).
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import relu

from advnets.costs.logistic import at_full_precision


def least_squares(real: Tensor, fake: Tensor, data_target: float = 1.0, sample_target: float = 0.0) -> Tensor:
    """What a critic pays that shall say b of data and a of samples: E[(D(x) - b)^2] / 2 + E[(D(G(z)) - a)^2] / 2 (Mao et al. 2017).

    Args:
        real, fake: outputs of D on data and on samples, float [n].
        data_target, sample_target: b and a.

    Returns:
        A scalar, at least 0. Its minimum is at D = (b p + a p_g) / (p + p_g).

    >>> import torch
    >>> least_squares(torch.tensor([1.0, 3.0]), torch.tensor([0.0, 0.0])).item()
    1.0
    """
    return off_target(real, data_target) + off_target(fake, sample_target)


def off_target(outputs: Tensor, target: float = 1.0) -> Tensor:
    """The mean of (D - c)^2 / 2. With the target of data for c it is what G pays by least squares (Mao et al. 2017).

    Args:
        outputs: of D on samples, float [n].
        target: c, what G wants D to say.

    Returns:
        A scalar, at least 0. Its gradient in an output is D - c, large where D is far off, on either side.
    """
    return (at_full_precision(outputs) - target).square().mean() / 2


def hinge(real: Tensor, fake: Tensor) -> Tensor:
    """What a critic pays by the hinge: E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))] (Lim and Ye 2017).

    Args:
        real, fake: outputs of D on data and on samples, float [n].

    Returns:
        A scalar, at least 0; 2 where D says 0 everywhere. Outputs beyond the margin, 1 for data and -1 for samples, get no gradient.

    >>> import torch
    >>> hinge(torch.tensor([0.5, 7.0]), torch.tensor([-7.0, -7.0])).item()
    0.25
    """
    return relu(1 - at_full_precision(real)).mean() + relu(1 + at_full_precision(fake)).mean()


def wasserstein(real: Tensor, fake: Tensor) -> Tensor:
    """What a critic pays by the Wasserstein distance: E[D(G(z))] - E[D(x)] (Arjovsky et al. 2017).

    Over all D of Lipschitz constant 1 its minimum is minus the distance. Nothing in the cost keeps D among those: a penalty does.

    Args:
        real, fake: outputs of D on data and on samples, float [n].

    Returns:
        A scalar, in the unit of x where D is 1-Lipschitz.

    >>> import torch
    >>> wasserstein(torch.tensor([2.0, 4.0]), torch.tensor([1.0, 1.0])).item()
    -2.0
    """
    return at_full_precision(fake).mean() - at_full_precision(real).mean()


def lift(fake: Tensor) -> Tensor:
    """What G pays against a hinge or a Wasserstein critic: -E[D(G(z))].

    Args:
        fake: outputs of D on samples, float [n].

    Returns:
        A scalar. Its gradient is the same in every output, whatever D says.
    """
    return -at_full_precision(fake).mean()
