"""Unrolled games (Metz et al. 2017): a player pays what it would pay after its opponent's next steps, and sees through them.

cost_K(theta_G) = cost_G(theta_G, theta_D^K),    theta_D^(k+1) = theta_D^k - rate d cost_D / d theta_D
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from torch import Tensor

from advnets.core import Game, Player, View

Data = TypeVar("Data")
Batch = TypeVar("Batch")


def unrolled(game: Game[Data, Batch], player: str, against: str, steps: int, rate: float) -> Game[Data, Batch]:
    """The same game, but `player` looks `steps` gradient steps of `against` ahead.

    Args:
        game: any game.
        player: whose cost is replaced.
        against: whose steps are imagined, by plain gradient descent on its own cost and the same batch.
        steps: how many; 0 leaves the game as it is.
        rate: step size of the imagined steps.
    """
    cost, opponent = game.players[player].cost, game.players[against]

    def ahead(n: View, b: Any) -> Tensor:
        for _ in range(steps):
            n = n.moved(opponent.owns, opponent.cost, b, rate)
        return cost(n, b)

    return replace(game, players={**game.players, player: Player(game.players[player].owns, ahead)})
