"""One round: everyone who moves in a turn looks at the same point, and only then moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from advnets.core.field import Field, Move, field
from advnets.core.game import Game, Turn
from advnets.core.randomness import Rng
from advnets.core.view import here


def due(turns: tuple[Turn, ...], round: int) -> Iterator[tuple[int, Turn]]:
    """The turns of this round with their numbers."""
    return ((number, turn) for number, turn in enumerate(turns) if round % turn.every == 0)


def play(
    game: Game[Any, Any],
    nets: Mapping[str, nn.Module],
    optimisers: Mapping[str, Optimizer],
    data: Any,
    round: int,
    *,
    rng: Callable[[int, int], Rng] = lambda round, turn: Rng(0, round, turn),
    field: Field = field,
) -> dict[str, Move]:
    """Play one round and say what each player last paid.

    Args:
        game: who owns what and pays what.
        nets: the networks by name; their parameters move in place.
        optimisers: by player, each over the parameters which that player owns.
        data: handed to `game.draw`.
        round: its number, from 0.
        rng: `rng(round, turn)` -> the randomness of that turn.
        field: `core.field.field` or a transform of it.

    Returns:
        The last move of every player that moved. Reading a cost waits for the device; do it at log ticks only.
    """
    last: dict[str, Move] = {}
    for number, turn in due(game.turns, round):
        draws = rng(round, number)
        draws.seed_networks()
        with torch.no_grad():
            batch = game.draw(data, nets, draws)
        moves = field(game, turn, nets, batch)
        parameters = here({net: nets[net] for net in game.owned(turn.movers)})
        for mover in turn.movers:
            for (net, name), gradient in moves[mover].gradients.items():
                parameters[net][name].grad = laid_out(gradient, parameters[net][name])
            optimisers[mover].step()
            optimisers[mover].zero_grad(set_to_none=True)
        last |= moves
    return last


def laid_out(gradient: Tensor, parameter: Tensor) -> Tensor:
    """The gradient as optimisers want it.

    In its parameter's memory layout: fused ones walk through memory and would mix the elements up. And in the precision that the
    parameter asks for (`grad_dtype`), if it asks for one.
    """
    dtype = parameter.grad_dtype or gradient.dtype
    if gradient.stride() == parameter.stride() and gradient.dtype == dtype:
        return gradient
    return torch.empty_like(parameter, dtype=dtype).copy_(gradient)
