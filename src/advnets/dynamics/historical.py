"""Historical averaging (Salimans et al. 2016, section 3.3): a player also pays for being far from where it has been on average.

cost(theta) + weight |theta - (1/t) sum_i theta_i|^2          theta_i: where it stood after round i
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from advnets.core import Game, Player, View

Data = TypeVar("Data")
Batch = TypeVar("Batch")


class History:
    """The mean of all places where networks have stood: m <- m + (theta - m) / t. It begins where they stand.

    Args:
        nets: the networks by name, those that a player owns.
    """

    def __init__(self, nets: Mapping[str, nn.Module]) -> None:
        self.nets = nets
        self.begin()

    def begin(self) -> None:
        """Forget the past: the networks have stood only where they stand now."""
        self.places = 1
        self.means = {name: {key: p.detach().clone() for key, p in net.named_parameters()} for name, net in self.nets.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Count the place where the networks stand now; call it after every round."""
        self.places += 1
        for name, net in self.nets.items():
            for key, p in net.named_parameters():
                self.means[name][key].lerp_(p, 1 / self.places)

    def state_dict(self) -> dict[str, Any]:
        """The means and how many places they are of."""
        return {"places": self.places, "means": {name: dict(means) for name, means in self.means.items()}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take them up again."""
        self.places = state["places"]
        for name, means in self.means.items():
            for key, mean in means.items():
                mean.copy_(state["means"][name][key])


def distance(n: View, history: History) -> Tensor:
    """The squared Euclidean distance of the networks, as a view sees them, from their means: a scalar."""
    squares = [(n.at[name][key] - mean).square().sum() for name, means in history.means.items() for key, mean in means.items()]
    return torch.stack(squares).sum()


def historical(game: Game[Data, Batch], player: str, history: History, weight: float) -> Game[Data, Batch]:
    """The same game, but `player` also pays for its distance from where it has been.

    Args:
        game: any game.
        player: whose cost is raised.
        history: of the networks that it owns. Update it after every round, and save it with the networks.
        weight: factor on the squared distance.

    Raises:
        ValueError: the history is of other networks than the player owns.
    """
    owns, cost = game.players[player].owns, game.players[player].cost
    if set(owns) != history.means.keys():
        raise ValueError(f"player {player} owns {', '.join(owns)}, but the history is of {', '.join(history.means)}")

    def pays(n: View, b: Any) -> Tensor:
        return cost(n, b) + weight * distance(n, history)

    return replace(game, players={**game.players, player: Player(owns, pays)})
