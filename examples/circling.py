"""V = xy under three dynamics: the radius after 100 rounds, from (1, 0), with steps of size 0.1."""

from math import hypot

import torch

from advnets import alternating, play, simultaneous
from advnets.core import field
from advnets.dynamics import extragradient
from advnets.games.xy import Coordinate, xy

STEP, ROUNDS = 0.1, 100
DYNAMICS = {
    "simultaneous": (simultaneous("x", "y"), field),
    "alternating": (alternating(x=1, y=1), field),
    "extragradient": (simultaneous("x", "y"), extragradient(field, lambda player: STEP)),
}

for name, (turns, followed) in DYNAMICS.items():
    nets = {"x": Coordinate(1.0).double(), "y": Coordinate(0.0).double()}
    optimisers = {player: torch.optim.SGD(net.parameters(), STEP) for player, net in nets.items()}
    for round in range(ROUNDS):
        play(xy(turns), nets, optimisers, None, round, field=followed)
    print(f"{name:<14}{hypot(nets['x'].value.item(), nets['y'].value.item()):.4f}")
