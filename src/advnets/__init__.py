"""Adversarial nets: the game, its theory, its experiments.

>>> import advnets
>>> game = advnets.Game(...)                     # players, turns, draw: see advnets.core   # doctest: +SKIP
>>> advnets.load("runs/mnist-demo").sample(16)   # images of a trained run                  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advnets.core import Game, Player, Rng, Turn, View, alternating, play, simultaneous
    from advnets.runs.sampling import load
    from advnets.runs.training import resume, train

HOMES = {
    **dict.fromkeys(("Game", "Player", "Rng", "Turn", "View", "alternating", "play", "simultaneous"), "advnets.core"),
    "load": "advnets.runs.sampling",
    **dict.fromkeys(("resume", "train"), "advnets.runs.training"),
}


def __getattr__(name: str) -> Any:  # torch is imported only when something needs it
    if name not in HOMES:
        raise AttributeError(f"module 'advnets' has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)


__all__ = ["Game", "Player", "Rng", "Turn", "View", "alternating", "load", "play", "resume", "simultaneous", "train"]
