"""A field as one compiled graph: forward, gradients of every mover, nothing falls back to eager."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import torch
from torch import nn

from advnets.core import Field, Game, Move, Point, Turn

OPTIONS: dict[str, str | int | bool | Callable[..., Any]] = {
    "cpp_wrapper": True,  # kernels are called from C++, not from Python: more than a tenth of a step of the paper's game
    "fallback_random": True,  # draws are torch's own, those of the eager field
}


def can_compile(device: torch.device) -> str | None:
    """None where graphs compile for this device, else the reason why they do not."""
    if device.type == "cpu" and not any(shutil.which(compiler) for compiler in ("c++", "g++", "clang++")):
        return "no C++ compiler was found"
    return None


def compiled(inner: Field) -> Field:
    """The same field, compiled once for every turn with `torch.compile(fullgraph=True)`.

    Batches must keep their shapes. Costs and gradients agree with eager up to the order of sums, dropout's masks included.
    """
    torch._dynamo.config.trace_autograd_ops = True  # autograd.grad inside the graph  # pyright: ignore[reportPrivateUsage]
    graphs: dict[tuple[int, Turn, bool], Callable[..., dict[str, Move]]] = {}

    def field(
        game: Game[Any, Any], turn: Turn, nets: Mapping[str, nn.Module], batch: Any, at: Point | None = None, create_graph: bool = False
    ) -> dict[str, Move]:
        key = (id(game), turn, create_graph)
        if key not in graphs:

            def graph(nets: Mapping[str, nn.Module], batch: Any, at: Point | None) -> dict[str, Move]:
                return inner(game, turn, nets, batch, at, create_graph)

            graphs[key] = compiled_function(graph)
        return graphs[key](nets, batch, at)

    return field


def compiled_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as one graph."""
    return torch.compile(own_code(function), fullgraph=True, dynamic=False, options=OPTIONS)  # pyright: ignore[reportUnknownMemberType]


def own_code(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with a code object of its own: Dynamo caches graphs, and limits their number, per code object."""
    assert isinstance(function, FunctionType)
    return FunctionType(function.__code__.replace(), function.__globals__, function.__name__, function.__defaults__, function.__closure__)
