"""Optimisers, and the schedules of their rates: functions of the round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import singledispatch

import torch
from torch import nn
from torch.optim import Optimizer

from advnets import experiment as e
from advnets.dynamics import Momentum, descend, keep_norms
from advnets.dynamics.momentum import Update
from advnets.experiment.optimisers import Optimiser


@singledispatch
def build_optimiser(optimiser: e.Adam | e.Sgd, parameters: list[nn.Parameter], update: Update = descend) -> Optimizer:
    """An optimiser over these parameters. Args: update: how momentum takes a step."""
    raise TypeError(optimiser)


@build_optimiser.register
def _(optimiser: e.Adam, parameters: list[nn.Parameter], update: Update = descend) -> Optimizer:
    return torch.optim.Adam(parameters, optimiser.lr, (optimiser.beta1, optimiser.beta2), optimiser.eps, fused=True)


@build_optimiser.register
def _(optimiser: e.Sgd, parameters: list[nn.Parameter], update: Update = descend) -> Optimizer:
    return Momentum(parameters, optimiser.lr, optimiser.momentum, update)


def limit_norms(optimiser: Optimizer, stated: Optimiser, nets: Iterable[nn.Module]) -> None:
    """Keep the weights of these networks within the norm that is stated, if one is."""
    if isinstance(stated, e.Sgd) and stated.max_column_norm is not None:
        keep_norms(optimiser, nets, stated.max_column_norm)


@singledispatch
def learning_rate(schedule: e.Constant, lr: float, round: int, rounds: int) -> float:
    """The learning rate of a round, of so many."""
    return lr


@learning_rate.register
def _(schedule: e.Linear, lr: float, round: int, rounds: int) -> float:
    start = schedule.start * rounds
    return lr * (1 - max(0.0, round - start) / (rounds - start))


@learning_rate.register
def _(schedule: e.Geometric, lr: float, round: int, rounds: int) -> float:
    return max(lr * schedule.factor**-round, schedule.floor)


def momentum(sgd: e.Sgd, epoch: int) -> float:
    """mu in an epoch: a straight line that is at its first value in epochs 0 and 1 and at its final one from `ramp_epochs` on."""
    if sgd.final_momentum is None:
        return sgd.momentum
    share = min(1.0, max(0.0, (epoch - 1) / max(1, sgd.ramp_epochs - 1)))
    return sgd.momentum + share * (sgd.final_momentum - sgd.momentum)


def set_rates(optimisers: Mapping[str, Optimizer], x: e.Experiment, round: int, rounds: int, rounds_per_epoch: int | None) -> None:
    """Put the schedules' values for a round into the optimisers: a function of the round, nothing to save."""
    for player, optimiser in optimisers.items():
        stated = x.optimisers[player]
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(stated.schedule, stated.lr, round, rounds)
            if isinstance(stated, e.Sgd):
                group["momentum"] = momentum(stated, round // rounds_per_epoch if rounds_per_epoch else 0)
