"""Extragradient (Korpelevich 1976; for GANs Gidel et al. 2019): look where the field leads, move by what is seen there.

    theta' = theta - eta xi(theta);    theta <- theta - eta xi(theta')

On V = xy a step contracts the radius by sqrt(1 - eta**2 + eta**4), where simultaneous steps spiral outward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

import torch
from torch import nn

from advnets.core import Field, Game, Move, Point, Turn, here


def extragradient(inner: Field, rate: Callable[[str], float]) -> Field:
    """The field seen one plain gradient step ahead of where the networks stand.

    Both looks see the same batch and the same dropout masks; batch norm's running statistics see both looks.

    Args:
        inner: the field.
        rate: the look-ahead step of a player, usually its optimiser's learning rate.
    """

    def field(
        game: Game[Any, Any], turn: Turn, nets: Mapping[str, nn.Module], batch: Any, at: Point | None = None, create_graph: bool = False
    ) -> dict[str, Move]:
        if create_graph:
            raise ValueError("the extragradient field cannot be differentiated again")
        point = here(nets) if at is None else at
        with same_noise(next(iter(next(iter(point.values())).values())).device):
            seen = inner(game, turn, nets, batch, at)
        ahead = {name: dict(own) for name, own in point.items()}
        for mover, move in seen.items():
            for (net, name), gradient in move.gradients.items():
                ahead[net][name] = (point[net][name].detach() - rate(mover) * gradient).requires_grad_()
        return inner(game, turn, nets, batch, ahead)

    return field


def same_noise(device: torch.device) -> AbstractContextManager[None]:
    """A context after which the default generators stand where they stood before it."""
    fork = cast(Any, torch.random.fork_rng)  # pyright: ignore[reportUnknownMemberType]
    return fork(devices=[]) if device.type == "cpu" else fork(devices=[device.index or 0], device_type=device.type)
