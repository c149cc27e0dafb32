"""The engine's own algorithms written out by hand, to see what the engine costs: the same arithmetic, no game, no view, no field."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim import Optimizer

Gradients = tuple[Tensor, ...]


def shared_pass(D: nn.Module, G: nn.Module, x: Tensor, z: Tensor) -> tuple[Gradients, Gradients]:
    """Gradients of both players of the paper's game from one pass: D pays -V/2 and G the non-saturating cost."""
    real, fake = D(x), D(G(z))
    cost_D = 0.5 * (softplus(-real).mean() + softplus(fake).mean())
    cost_G = softplus(-fake).mean()
    return torch.autograd.grad(cost_D, tuple(D.parameters()), retain_graph=True), torch.autograd.grad(cost_G, tuple(G.parameters()))


def simultaneous(
    D: nn.Module, G: nn.Module, optimisers: dict[str, Optimizer], *, bfloat16: bool, compiled: bool
) -> Callable[[Tensor, Tensor], None]:
    """A step on pictures x and noise z that moves both players from the same point.

    Args:
        D, G: the networks.
        optimisers: by player.
        bfloat16: matrix products in bfloat16.
        compiled: gradients by `torch.compile(fullgraph=True)`.
    """

    def gradients(x: Tensor, z: Tensor) -> tuple[Gradients, Gradients]:
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            return shared_pass(D, G, x, z)

    if compiled:
        torch._dynamo.config.trace_autograd_ops = True
        gradients = torch.compile(gradients, fullgraph=True, dynamic=False)

    def step(x: Tensor, z: Tensor) -> None:
        in_D, in_G = gradients(x, z)
        move(D, optimisers["D"], in_D)
        move(G, optimisers["G"], in_G)

    return step


def alternating(
    D: nn.Module, G: nn.Module, optimisers: dict[str, Optimizer]
) -> tuple[Callable[[Tensor, Tensor], None], Callable[[Tensor], None]]:
    """A step of D on data x and noise z, and a step of G on noise z."""

    def step_D(x: Tensor, z: Tensor) -> None:
        with torch.no_grad():
            fake = G(z)
        cost = softplus(-D(x)).mean() + softplus(D(fake)).mean()
        move(D, optimisers["D"], torch.autograd.grad(cost, tuple(D.parameters())))

    def step_G(z: Tensor) -> None:
        cost = softplus(-D(G(z))).mean()
        move(G, optimisers["G"], torch.autograd.grad(cost, tuple(G.parameters())))

    return step_D, step_G


def move(net: nn.Module, optimiser: Optimizer, gradients: Gradients) -> None:
    """Hand gradients to an optimiser and let it step."""
    for parameter, gradient in zip(net.parameters(), gradients, strict=True):
        parameter.grad = gradient
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
