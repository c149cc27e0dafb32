"""From an experiment to living objects, by the types of its dataclasses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from advnets import experiment as e
from advnets.core import Field, Game, Turn, alternating, field, simultaneous
from advnets.core.randomness import mixed
from advnets.data import DENSITIES, Density, Images, Points, Reading, Streamed, open_data
from advnets.dynamics import autocast, averaged, can_compile, compiled, extragradient, fast_at_bfloat16
from advnets.errors import BadInput
from advnets.games.gan import deceives, gan, value
from advnets.metrics import official_test
from advnets.nets import dcgan, mlp, paper

Source = Images | Streamed | Points | Density


def reading_of(data: e.Data) -> Reading:
    """How an experiment has pictures read."""
    return Reading(data.size, data.fit, data.colour, data.flip, data.skip_bad_files, data.memory, data.workers)


def build_data(data: e.Data, device: torch.device) -> Source:
    """The data set or density; a set that stays in memory lies on the device."""
    root = None if data.root is None else Path(data.root)
    source = open_data(data.source, reading_of(data), split=data.split, root=root)
    return source.to(device) if isinstance(source, Images | Points) else source


def build_held_out(data: e.Data) -> Source | None:
    """The test part that the data came with, for controls; None where it has none on this machine."""
    if data.source in DENSITIES:
        return None
    return official_test(data.source, reading_of(data), None if data.root is None else Path(data.root))


def real_rows(source: Source, n: int, seed: int) -> Tensor:
    """Rows of the data, for pictures and measurements: float32 [n or fewer, ...] on the processor."""
    generator = torch.Generator().manual_seed(seed)
    if isinstance(source, Density):
        return source.sample(n, generator).cpu()
    index = torch.randperm(len(source), generator=generator)[:n]
    return source.rows(index).cpu()


# ---- games and turns


@singledispatch
def build_turns(dynamics: e.Alternating | e.Simultaneous | e.Extragradient) -> tuple[Turn, ...]:
    """Who moves when, for the players D and G."""
    return simultaneous("D", "G")


@build_turns.register
def _(dynamics: e.Alternating) -> tuple[Turn, ...]:
    return alternating(D=dynamics.k, G=1)


@singledispatch
def build_game(game: e.Gan, turns: tuple[Turn, ...]) -> Game:
    """The game with its turns."""
    return gan(value if isinstance(game.generator, e.ZeroSum) else deceives, game.weight, turns)


# ---- networks


@singledispatch
def build_nets(nets: e.Mlp, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None) -> dict[str, nn.Module]:
    """Freshly initialised networks by name.

    Args:
        nets: which.
        prior: the generator's noise.
        shape: of one row of data.
        mean: of the data in [0, 1], where it is pictures.

    Raises:
        BadInput: these networks do not fit the data.
    """
    return {"D": mlp.Discriminator(shape, nets.discriminator, nets.dropout), "G": mlp.Generator(prior.dim, shape, nets.generator)}


@build_nets.register
def _(nets: e.Paper, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None) -> dict[str, nn.Module]:
    if len(shape) != 3:
        raise BadInput(f"nets: the paper's pair is for pictures, not for points of {shape[0]} numbers; --nets mlp is for those")
    return {
        "D": paper.Discriminator(shape, nets.units, nets.pieces, nets.discriminator_half_range),
        "G": paper.Generator(prior.dim, shape, nets.hidden, nets.half_range, mean),
    }


@build_nets.register
def _(nets: e.Dcgan, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None) -> dict[str, nn.Module]:
    if len(shape) != 3 or shape[1] != shape[2] or shape[1] not in (28, 32, 64):
        what = "x".join(map(str, shape[1:])) + " pixels" if len(shape) == 3 else f"points of {shape[0]} numbers"
        instead = "--data.size 32 --data.fit resize makes them fit" if len(shape) == 3 else "--nets mlp is for those"
        raise BadInput(f"nets: a DCGAN is for 28x28, 32x32 or 64x64 pixels, not {what}; {instead}")
    c, h, w = shape
    return {
        "D": dcgan.Discriminator((c, h, w), nets.discriminator_width, nets.discriminator_norm, nets.dropout),
        "G": dcgan.Generator(prior.dim, (c, h, w), nets.width),
    }


def networks(x: e.Experiment, shape: tuple[int, ...], mean: Tensor | None, device: torch.device) -> dict[str, nn.Module]:
    """The experiment's networks at their start, a function of its seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(mixed("networks", x.seed))
        return {name: net.to(device) for name, net in build_nets(x.nets, x.prior, shape, mean).items()}


# ---- optimisers and their schedules


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


# ---- how the field is computed


@dataclass(frozen=True)
class Means:
    """How a run computes on its machine, resolved and recorded."""

    device: str
    precision: str
    compile: bool
    threads: int


def usable(name: str) -> torch.device:
    """The device of this name.

    Raises:
        BadInput: it does not exist here.
    """
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError) as error:
        raise BadInput(f"device: {name!r} cannot be used here ({str(error).splitlines()[0]})") from None
    return device


def resolve(x: e.Experiment) -> tuple[Means, list[str]]:
    """How this machine will compute the experiment, and what to tell the user about it.

    Raises:
        BadInput: the device does not exist here.
    """
    device = usable(x.device)
    told: list[str] = []
    precision = x.precision
    if precision == "auto":
        precision = "bfloat16" if fast_at_bfloat16(device) else "float32"
    reason = can_compile(device) if x.compile else None
    if reason:
        told.append(f"runs without compilation: {reason}")
    asked = os.environ.get("OMP_NUM_THREADS", "")
    threads = x.threads or (int(asked) if asked.isdecimal() else 0) or torch.get_num_threads()
    return Means(str(device), precision, x.compile and reason is None, threads), told


def build_field(x: e.Experiment, means: Means, optimisers: Mapping[str, Optimizer], world: int) -> Field:
    """extragradient(averaged(compiled(autocast(field)))), as far as asked."""
    built: Field = field
    if means.precision == "bfloat16":
        built = autocast(built, torch.device(means.device))
    if means.compile:
        built = compiled(built)
    if world > 1:
        built = averaged(built)
    if isinstance(x.dynamics, e.Extragradient):
        built = extragradient(built, lambda player: optimisers[player].param_groups[0]["lr"])
    return built
