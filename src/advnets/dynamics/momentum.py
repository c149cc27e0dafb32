"""Gradient descent with classical momentum, as Pylearn2 has it and with it the authors of the original game.

    v <- mu v - eta g;    theta <- theta + v

torch's own keeps u = -v / eta, which is another thing where the rate eta changes from step to step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor
from torch.optim import Optimizer

Update = Callable[[Sequence[Tensor], Sequence[Tensor], Sequence[Tensor], Tensor, Tensor], None]
"""Parameters, velocities and gradients, rate and mu as scalars: the first two move in place."""


def descend(parameters: Sequence[Tensor], velocities: Sequence[Tensor], gradients: Sequence[Tensor], rate: Tensor, mu: Tensor) -> None:
    """One step. Gradients may be of lower precision than what they move."""
    for p, v, g in zip(parameters, velocities, gradients, strict=True):
        v.mul_(mu).addcmul_(g, rate, value=-1)
        p.add_(v)


class Momentum(Optimizer):
    """Classical momentum over parameters.

    Args:
        parameters: what moves.
        lr: eta, at least 0.
        momentum: mu, in [0, 1).
        update: how a step is taken: `descend`, or what was compiled of it.

    >>> theta = torch.nn.Parameter(torch.tensor([1.0]))
    >>> optimiser = Momentum([theta], lr=0.5, momentum=0.5)
    >>> for _ in range(2):
    ...     theta.grad = torch.tensor([1.0])
    ...     optimiser.step()
    >>> theta.item()  # 1 - .5, then - .25 - .5
    -0.25
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float, momentum: float = 0.0, update: Update = descend) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})
        self.update = update
        for group in self.param_groups:
            for p in group["params"]:
                p.grad_dtype = None  # gradients of any precision

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Move everything that has a gradient."""
        for group in self.param_groups:
            moving = [p for p in group["params"] if p.grad is not None]
            for p in moving:
                if not self.state[p]:
                    self.state[p]["velocity"] = torch.zeros_like(p)
            self.update(
                [p.detach() for p in moving],
                [self.state[p]["velocity"] for p in moving],
                [p.grad for p in moving],
                torch.tensor(group["lr"]),
                torch.tensor(group["momentum"]),
            )
