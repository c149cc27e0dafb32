"""Lower precision inside the field: matrix products in bfloat16, parameters and sums in float32."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from advnets.core import Field, Game, Move, Point, Turn, here


def autocast(inner: Field, device: torch.device, dtype: torch.dtype = torch.bfloat16) -> Field:
    """The same field, its matrix products and convolutions computed in `dtype` on `device`."""

    def field(
        game: Game[Any, Any], turn: Turn, nets: Mapping[str, nn.Module], batch: Any, at: Point | None = None, create_graph: bool = False
    ) -> dict[str, Move]:
        with torch.autocast(device.type, dtype):
            return inner(game, turn, nets, batch, at, create_graph)

    return field


def rounded(inner: Field, dtype: torch.dtype = torch.bfloat16) -> Field:
    """The same field seen from matrices rounded to `dtype`; their gradients come in `dtype`, too, and need half of the memory's speed.

    To be used with `autocast`, which rounds matrices where they are multiplied: products are the same. Not for costs that look at
    parameters themselves, such as a step ahead or a distance from where they have been.
    """

    def field(
        game: Game[Any, Any], turn: Turn, nets: Mapping[str, nn.Module], batch: Any, at: Point | None = None, create_graph: bool = False
    ) -> dict[str, Move]:
        point = here(nets) if at is None else at
        low = {name: {key: p.to(dtype) if p.dim() > 1 else p for key, p in own.items()} for name, own in point.items()}
        return inner(game, turn, nets, batch, low, create_graph)

    return field


def fast_at_bfloat16(device: torch.device, size: int = 768, tries: int = 5, gain: float = 1.5) -> bool:
    """Whether bfloat16 products are worth having here: measured on a processor, asked of a GPU.

    Processors that know the format are not always fast at it (AVX-512 without AMX is slower than at float32), so the product of
    two square matrices is timed in both formats.

    Args:
        device: where.
        size: side of the matrices.
        tries: how often each product is timed; the fastest counts.
        gain: how many times faster bfloat16 must be.
    """
    if device.type == "cuda":  # untested: no GPU was at hand
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type != "cpu":
        return False

    def fastest(dtype: torch.dtype) -> float:
        a = torch.ones(size, size, dtype=dtype)
        seconds: list[float] = []
        for _ in range(tries):
            start = time.perf_counter()
            torch.mm(a, a)
            seconds.append(time.perf_counter() - start)
        return min(seconds)

    return fastest(torch.float32) > gain * fastest(torch.bfloat16)
