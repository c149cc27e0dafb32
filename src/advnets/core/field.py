"""The field of a game: every mover's cost and its gradient in what that mover owns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, cast

import torch
from torch import Tensor, nn

from advnets.core.game import Game, Turn
from advnets.core.view import Point, View


class Move(NamedTuple):
    """What a mover pays (a detached scalar) and its gradients by (network, parameter name)."""

    cost: Tensor
    gradients: dict[tuple[str, str], Tensor]


class Field(Protocol):
    """The signature that every transform of fields takes and gives."""

    def __call__(
        self,
        game: Game[Any, Any],
        turn: Turn,
        nets: Mapping[str, nn.Module],
        batch: Any,
        at: Point | None = None,
        create_graph: bool = False,
    ) -> dict[str, Move]: ...


def field(
    game: Game[Any, Any], turn: Turn, nets: Mapping[str, nn.Module], batch: Any, at: Point | None = None, create_graph: bool = False
) -> dict[str, Move]:
    """All movers' costs and gradients, seen from one point through one view.

    Args:
        game, turn: whose costs, and who moves.
        nets: the networks by name.
        batch: what the costs are measured on.
        at: the point to look from; where the networks stand if None.
        create_graph: gradients (and costs) stay differentiable, for Jacobians and look-ahead.

    Returns:
        A move by player.

    Raises:
        ValueError: a mover owns a parameter that its cost does not depend on.
    """
    view = View(nets, live=game.owned(turn.movers), at=at)
    costs = {mover: game.players[mover].cost(view, batch) for mover in turn.movers}
    moves: dict[str, Move] = {}
    for mover, cost in costs.items():
        leaves = view.leaves(game.players[mover].owns)
        shared = create_graph or len(moves) + 1 < len(costs)  # another mover's gradient still needs this graph
        found = torch.autograd.grad(cost, tuple(leaves.values()), retain_graph=shared, create_graph=create_graph, allow_unused=True)
        gradients: dict[tuple[str, str], Tensor] = {}
        for key, gradient in zip(leaves, found, strict=True):
            if cast(Tensor | None, gradient) is None:
                raise ValueError(f"player {mover} owns {'.'.join(key)}, but its cost does not depend on it")
            gradients[key] = gradient
        moves[mover] = Move(cost if create_graph else cost.detach(), gradients)
    return moves
