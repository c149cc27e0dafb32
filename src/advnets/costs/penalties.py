"""Penalties on the slope of D, to be added to what D pays. They differentiate D within the cost: D's gradient is a double backward.

References: Gulrajani et al. 2017 (gradient penalty); Mescheder et al. 2018 (R1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor

from advnets.costs.logistic import at_full_precision

Critic = Callable[[Tensor], Tensor]
"""Rows [n, ...] -> outputs [n], each of its own row alone: batch norm in D breaks this."""


def gradient_penalty(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """How far D's slope is from 1 between data and samples: E[(|dD/dx| - 1)^2] at u x + (1 - u) G(z) (Gulrajani et al. 2017).

    Args:
        critic: D.
        real, fake: data x and samples G(z), float [n, ...] each.
        mix: u, uniform in [0, 1), float [n].

    Returns:
        A scalar, at least 0; 0 where the norm of the slope is 1. The paper gives it the weight 10.

    >>> import torch
    >>> steep = lambda x: 3 * x[:, 0]  # slope 3 everywhere
    >>> gradient_penalty(steep, torch.zeros(4, 2), torch.ones(4, 2), torch.full((4,), 0.5)).item()
    4.0
    """
    u = mix.view(-1, *[1] * (real.dim() - 1))
    there = slope(critic, u * real + (1 - u) * fake)
    steepness = cast(Tensor, torch.linalg.vector_norm(there, dim=1))  # pyright: ignore[reportUnknownMemberType]
    return (steepness - 1).square().mean()


def r1(critic: Critic, real: Tensor) -> Tensor:
    """Half the mean square slope of D at data: E[|dD/dx|^2] / 2 (Mescheder et al. 2018), to be weighted by gamma.

    Args:
        critic: D.
        real: data x, float [n, ...].

    Returns:
        A scalar, at least 0.

    >>> import torch
    >>> r1(lambda x: 3 * x[:, 0], torch.zeros(4, 2)).item()
    4.5
    """
    return slope(critic, real).square().sum(1).mean() / 2


def slope(critic: Critic, x: Tensor) -> Tensor:
    """The gradient of D's output in each row, as a row of numbers: [n, ...] -> [n, d]; differentiable in D's parameters and in x."""
    x = x if x.requires_grad else x.detach().requires_grad_()  # the caller's tensor stays as it is
    (found,) = torch.autograd.grad(at_full_precision(critic(x)).sum(), x, create_graph=True)
    return found.flatten(1)
