"""The engine's own algorithms written out by hand, to see what the engine costs: the same arithmetic, no game, no view, no field."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import softplus
from torch.optim import Optimizer

Gradients = tuple[Tensor, ...]


def shared_pass(D: nn.Module, G: nn.Module, x: Tensor, z: Tensor, dtype: torch.dtype) -> tuple[Gradients, Gradients]:
    """Gradients of both players of the paper's game from one pass: D pays -V/2 and G the non-saturating cost.

    Args:
        D, G: the networks.
        x, z: pictures and noise.
        dtype: to which matrices are rounded, and in which their gradients come.
    """
    in_D, in_G = ({key: p.to(dtype) if p.dim() > 1 else p for key, p in net.named_parameters()} for net in (D, G))
    real, fake = functional_call(D, in_D, torch.cat([x, functional_call(G, in_G, z)])).split(len(x))
    cost_D = 0.5 * (softplus(-real).mean() + softplus(fake).mean())
    cost_G = softplus(-fake).mean()
    return torch.autograd.grad(cost_D, tuple(in_D.values()), retain_graph=True), torch.autograd.grad(cost_G, tuple(in_G.values()))


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
            return shared_pass(D, G, x, z, torch.bfloat16 if bfloat16 and compiled else torch.float32)

    if compiled:
        torch._dynamo.config.trace_autograd_ops = True
        options: dict[str, str | int | bool | Callable[..., object]] = {"cpp_wrapper": True, "fallback_random": True}
        gradients = torch.compile(gradients, fullgraph=True, dynamic=False, options=options)

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
        on_x, on_fake = D(torch.cat([x, fake])).split(len(x))
        cost = softplus(-on_x).mean() + softplus(on_fake).mean()
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
