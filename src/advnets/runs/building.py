"""From an experiment to living objects, by the types of its dataclasses."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor
from torch.optim import Optimizer

from advnets import experiment as e
from advnets.core import Field, Game, Turn, alternating, field, simultaneous
from advnets.costs.divergences import DIVERGENCES
from advnets.data import DENSITIES, Density, Images, Points, Reading, Streamed, open_data
from advnets.data.names import FOLD_SPLITS
from advnets.data.opening import stretch
from advnets.dynamics import autocast, averaged, can_compile, compiled, extragradient, fast_at_bfloat16, penalised, rounded, unrolled
from advnets.errors import BadInput
from advnets.games import conditional, critics, fgan, gan, inpainting, matching
from advnets.metrics.parts import present
from advnets.metrics.roles import MOST_VALIDATION

Source = Images | Streamed | Points | Density


def reading_of(data: e.Data) -> Reading:
    """How an experiment has pictures read."""
    return Reading(data.size, data.fit, data.colour, data.flip, data.skip_bad_files, data.memory, data.workers, data.contrast)


def build_data(data: e.Data, device: torch.device) -> Source:
    """The data set or density; a set that stays in memory lies on the device."""
    root = None if data.root is None else Path(data.root)
    source = open_data(data.source, reading_of(data), split=data.split, root=root)
    return source.to(device) if isinstance(source, Images | Points) else source


def build_held_out(data: e.Data) -> Source | None:
    """The test part that the data came with, for controls; None where it has none on this machine."""
    fold = data.split.rpartition("-")[0]
    return build_part(data, f"{fold}-test" if data.split in FOLD_SPLITS else "test")


def build_validation(data: e.Data) -> Source | None:
    """Real data that is neither trained on nor tested, to choose settings on; None where there is none."""
    split = validation_split(data.split)
    source = None if split is None else build_part(data, split)
    return None if source is None else dataclasses.replace(source, name=f"{source.name} {split}")


def validation_split(split: str) -> str | None:
    """The validation part that belongs to a split: the 1,000 rows right after a stretch, or a fold's own.

    >>> validation_split("train[:50000]"), validation_split("fold-1-train"), validation_split("train")
    ('train[50000:51000]', 'fold-1-valid', None)
    """
    if split in FOLD_SPLITS:
        return split.removesuffix("-train") + "-valid" if split.endswith("-train") else None
    whole, rows = stretch(split)
    if rows is None or rows.stop is None or whole == "test":
        return None
    return f"{whole}[{rows.stop}:{rows.stop + MOST_VALIDATION}]"


def build_part(data: e.Data, split: str) -> Images | Streamed | Points | None:
    """Another part of the set, if it has one that is on this machine."""
    if data.source in DENSITIES:
        return None
    return present(data.source, split, reading_of(data), None if data.root is None else Path(data.root))


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
    return alternating(D=dynamics.k, G=dynamics.generator_steps)


@singledispatch
def looking_ahead(dynamics: e.Alternating | e.Simultaneous | e.Extragradient, game: Game, world: int) -> Game:
    """The game as its players foresee it, on so many ranks."""
    return game


@looking_ahead.register
def _(dynamics: e.Alternating, game: Game, world: int) -> Game:
    if dynamics.unrolled and world > 1:
        raise BadInput("dynamics.unrolled: every rank would foresee D's steps on its own part of a batch; say 0, or train on one rank")
    return unrolled(game, "G", against="D", steps=dynamics.unrolled, rate=dynamics.unrolled_rate)


Paid = TypeVar("Paid")


def chosen(generator: e.NonSaturating | e.ZeroSum | e.MaximumLikelihood, non_saturating: Paid, zero_sum: Paid, likelihood: Paid) -> Paid:
    """What G pays in a game, among the costs that the game has."""
    return {e.NonSaturating: non_saturating, e.ZeroSum: zero_sum, e.MaximumLikelihood: likelihood}[type(generator)]


@singledispatch
def build_game(game: e.Gan, turns: tuple[Turn, ...]) -> Game:
    """The game with its turns."""
    if isinstance(game.generator, e.FeatureMatching):
        played = matching.matching(game.weight, turns, game.smooth)
        return penalised(played, "D", matching.r1, game.penalty.weight) if isinstance(game.penalty, e.R1) else played
    pays = chosen(game.generator, gan.deceives, gan.value, gan.likelihood)
    played = gan.gan(pays, game.weight, turns, game.smooth)
    return penalised(played, "D", gan.r1, game.penalty.weight) if isinstance(game.penalty, e.R1) else played


@build_game.register
def _(game: e.Conditional, turns: tuple[Turn, ...]) -> Game:
    pays = chosen(game.generator, conditional.deceives, conditional.value, conditional.likelihood)
    played = conditional.conditional(pays, game.weight, turns, game.mismatched)
    return penalised(played, "D", conditional.r1, game.penalty.weight) if isinstance(game.penalty, e.R1) else played


@build_game.register
def _(game: e.Inpainting, turns: tuple[Turn, ...]) -> Game:
    pays = chosen(game.generator, inpainting.deceives, inpainting.value, inpainting.likelihood)
    return inpainting.inpainting(pays, game.weight, turns)


@build_game.register
def _(game: e.LeastSquares, turns: tuple[Turn, ...]) -> Game:
    return with_slope(critics.least_squares(turns), game.penalty)


@build_game.register
def _(game: e.Hinge, turns: tuple[Turn, ...]) -> Game:
    return with_slope(critics.hinge(turns), game.penalty)


@build_game.register
def _(game: e.Wasserstein, turns: tuple[Turn, ...]) -> Game:
    return with_slope(critics.wasserstein(turns), game.penalty)


@build_game.register
def _(game: e.FGan, turns: tuple[Turn, ...]) -> Game:
    pays = fgan.value if isinstance(game.generator, e.ZeroSum) else fgan.convinces
    return with_slope(fgan.fgan(DIVERGENCES[game.divergence], pays, turns), game.penalty)


def with_slope(game: Game, penalty: e.NoPenalty | e.R1 | e.GradientPenalty) -> Game:
    """The game of a critic, in which D also pays for its slope if asked."""
    if isinstance(penalty, e.NoPenalty):
        return game
    return penalised(game, "D", critics.r1 if isinstance(penalty, e.R1) else critics.gradient_penalty, penalty.weight)


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


def looks_at_parameters(x: e.Experiment) -> bool:
    """Whether a cost depends on parameters by more than what networks say."""
    return bool(x.history.weight) or (isinstance(x.dynamics, e.Alternating) and bool(x.dynamics.unrolled))


def build_field(x: e.Experiment, means: Means, optimisers: Mapping[str, Optimizer], world: int) -> Field:
    """extragradient(averaged(compiled(rounded(autocast(field))))), as far as asked."""
    built: Field = field
    if means.precision == "bfloat16":
        built = autocast(built, torch.device(means.device))
        if means.compile and not looks_at_parameters(x):
            built = rounded(built)
    if means.compile:
        built = compiled(built)
    if world > 1:
        built = averaged(built)
    if isinstance(x.dynamics, e.Extragradient):
        built = extragradient(built, lambda player: optimisers[player].param_groups[0]["lr"])
    return built
