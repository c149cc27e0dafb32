"""One field on many ranks: gradients and costs are averaged, so that every rank makes the same move.

The average is explicit, over one flat buffer. DistributedDataParallel hooks `.backward()` and never sees `autograd.grad`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.distributed as dist
from torch import nn

from advnets.core import Field, Game, Move, Point, Turn


def averaged(inner: Field) -> Field:
    """The same field, averaged over the ranks of the default process group. Ranks must hold equal shares of a batch."""

    def field(
        game: Game[Any, Any], turn: Turn, nets: Mapping[str, nn.Module], batch: Any, at: Point | None = None, create_graph: bool = False
    ) -> dict[str, Move]:
        if create_graph:
            raise ValueError("a field averaged over ranks cannot be differentiated again")
        moves = inner(game, turn, nets, batch, at)
        tensors = [t for move in moves.values() for t in (move.cost, *move.gradients.values())]
        flat = torch.cat([t.reshape(-1) for t in tensors])
        dist.all_reduce(flat)  # pyright: ignore[reportUnknownMemberType]
        parts = iter(torch.split(flat / dist.get_world_size(), [t.numel() for t in tensors]))
        return {
            mover: Move(
                next(parts).view_as(move.cost),
                {key: next(parts).view_as(gradient) for key, gradient in move.gradients.items()},
            )
            for mover, move in moves.items()
        }

    return field
