"""What a game is: who owns which networks, what each player pays, and who moves when.

A game states a vector field on the parameters, xi(theta) = (d cost_i / d theta_i)_i, and nothing about how it is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from torch import Tensor, nn

from advnets.core.randomness import Rng
from advnets.core.view import View

Data = TypeVar("Data")
Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Player(Generic[Batch]):
    """One player: the networks whose parameters it moves, and the cost that it minimises.

    Args:
        owns: names of the networks this player moves.
        cost: `cost(nets, batch)` -> scalar tensor, minimised. It calls networks by name, `nets.D(x)`, and is pure but for
            a network's own noise (dropout). It detaches nothing: who is live in a turn is the view's business.
    """

    owns: tuple[str, ...]
    cost: Callable[[View, Batch], Tensor]


@dataclass(frozen=True)
class Turn:
    """Players that look at the same point and then move together.

    Args:
        movers: names of players. One mover is a turn of alternating play, several move simultaneously.
        every: the turn is due in rounds divisible by this number.
    """

    movers: tuple[str, ...]
    every: int = 1


def alternating(**steps: int) -> tuple[Turn, ...]:
    """Turns of one mover each, in the order given.

    Args:
        steps: how many turns of a round each player has, by name.

    >>> alternating(D=2, G=1)
    (Turn(movers=('D',), every=1), Turn(movers=('D',), every=1), Turn(movers=('G',), every=1))
    """
    return tuple(Turn((player,)) for player, count in steps.items() for _ in range(count))


def simultaneous(*players: str) -> tuple[Turn, ...]:
    """A single turn in which all these players move from the same point.

    >>> simultaneous("D", "G")
    (Turn(movers=('D', 'G'), every=1),)
    """
    return (Turn(players),)


@dataclass(frozen=True)
class Game(Generic[Data, Batch]):
    """A game of any number of players on any networks.

    Args:
        players: by name.
        turns: the turns of a round, in order.
        draw: `draw(data, nets, rng)` -> batch: rows of data, noise, codes, rollouts. It runs without gradients.
        watch: `watch(nets, batch)` -> scalars for the log; called at log ticks only, networks in evaluation mode.

    Raises:
        ValueError: a turn names a player that does not exist, two players own one network, or there is no turn.
    """

    players: Mapping[str, Player[Batch]]
    turns: tuple[Turn, ...]
    draw: Callable[[Data, Mapping[str, nn.Module], Rng], Batch]
    watch: Callable[[View, Batch], dict[str, Tensor]] = lambda nets, batch: {}

    def __post_init__(self) -> None:
        unknown = {mover for turn in self.turns for mover in turn.movers} - self.players.keys()
        if unknown or not self.turns:
            raise ValueError(f"turns name players {sorted(unknown)} that the game does not have" if unknown else "a game needs a turn")
        owned = [net for player in self.players.values() for net in player.owns]
        if len(owned) != len(set(owned)):
            raise ValueError(f"two players own the same network: {sorted(net for net in set(owned) if owned.count(net) > 1)}")

    def owned(self, players: tuple[str, ...]) -> tuple[str, ...]:
        """Names of the networks that these players own, in order."""
        return tuple(net for player in players for net in self.players[player].owns)
