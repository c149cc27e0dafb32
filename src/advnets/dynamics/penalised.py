"""Penalties: a player pays for something more than its part in the game.

cost_D + weight penalty,    for instance the gradient penalty (Gulrajani et al. 2017) or R1 (Mescheder et al. 2018)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from torch import Tensor

from advnets.core import Game, Player, View

Data = TypeVar("Data")
Batch = TypeVar("Batch")


def penalised(game: Game[Data, Batch], player: str, penalty: Callable[[View, Batch], Tensor], weight: float) -> Game[Data, Batch]:
    """The same game, but `player` pays a penalty besides.

    Args:
        game: any game.
        player: whose cost is replaced.
        penalty: `penalty(nets, batch)` -> scalar, at least 0. It may differentiate a network within.
        weight: factor on the penalty.
    """
    mover = game.players[player]

    def pays(n: View, b: Any) -> Tensor:
        return mover.cost(n, b) + weight * penalty(n, b)

    return replace(game, players={**game.players, player: Player(mover.owns, pays)})
