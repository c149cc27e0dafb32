"""Feature matching: samples whose features have the mean of the data's (Salimans et al. 2016, section 3.1).

    |E f(x) - E f(G(z))|^2          f: activations of a hidden layer of D

G pays this in place of any function of D's logits. D is trained as ever, so that f keeps to what tells data from samples.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from advnets.costs.logistic import at_full_precision


def match(real: Tensor, fake: Tensor, distance: Callable[[Tensor], Tensor] = torch.square) -> Tensor:
    """How far the means of the features lie apart, averaged over the features.

    Args:
        real, fake: features of data [n, ...] and of samples [m, ...], float.
        distance: of each difference of means; `torch.square`, or `torch.abs`, which the authors' code has for CIFAR-10.

    Returns:
        A scalar, at least 0, in the unit of the distance.

    Differs: the paper sums over the features; the mean, as in the authors' code, does not grow with their number.

    >>> import torch
    >>> match(torch.zeros(5, 2), torch.tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    6.5
    """
    return distance(at_full_precision(real).mean(0) - at_full_precision(fake).mean(0)).mean()
