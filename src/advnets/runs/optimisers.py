"""Optimisers, and the schedules of their rates: functions of the round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import singledispatch

import torch
from torch import nn
from torch.optim import Optimizer

from advnets import experiment as e
from advnets.dynamics import keep_norms
from advnets.experiment.optimisers import Optimiser


@singledispatch
def build_optimiser(optimiser: e.Adam | e.Sgd, parameters: list[nn.Parameter]) -> Optimizer:
    """An optimiser over these parameters."""
    raise TypeError(optimiser)


@build_optimiser.register
def _(optimiser: e.Adam, parameters: list[nn.Parameter]) -> Optimizer:
    return torch.optim.Adam(parameters, optimiser.lr, (optimiser.beta1, optimiser.beta2), optimiser.eps, fused=True)


@build_optimiser.register
def _(optimiser: e.Sgd, parameters: list[nn.Parameter]) -> Optimizer:
    return torch.optim.SGD(parameters, optimiser.lr, optimiser.momentum, fused=True)


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


LEAST_MOMENTUM = 1e-30
"""At momentum 0 torch keeps no last step, which a momentum that rises from 0 will need."""


def set_rates(optimisers: Mapping[str, Optimizer], x: e.Experiment, round: int, rounds: int, rounds_per_epoch: int | None) -> None:
    """Put the schedules' values for a round into the optimisers: a function of the round, nothing to save.

    torch keeps momentum as a sum of gradients, u <- mu u + g, theta <- theta - lr u; with mu' = mu lr(before) / lr the product lr u
    follows v <- mu v - lr g exactly while the rate falls.
    """
    for player, optimiser in optimisers.items():
        stated = x.optimisers[player]
        lr = learning_rate(stated.schedule, stated.lr, round, rounds)
        for group in optimiser.param_groups:
            group["lr"] = lr
            if isinstance(stated, e.Sgd):
                before = learning_rate(stated.schedule, stated.lr, max(0, round - 1), rounds)
                mu = momentum(stated, round // rounds_per_epoch if rounds_per_epoch else 0)
                least = 0.0 if stated.final_momentum is None else LEAST_MOMENTUM
                group["momentum"] = max(mu * before / lr, least)
