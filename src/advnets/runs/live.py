"""A run in motion: an experiment's living objects, one round after another."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from advnets.core import Field, Game, Move, Rng, View, play
from advnets.data import Images
from advnets.dynamics import History, MovingAverage, compiled_function, descend, historical
from advnets.errors import BadInput, Diverged
from advnets.experiment import Experiment
from advnets.experiment.codec import nearest
from advnets.metrics import METRICS
from advnets.metrics.extractors import known
from advnets.runs import checkpoints
from advnets.runs.building import (
    Means,
    Source,
    build_data,
    build_field,
    build_game,
    build_held_out,
    build_turns,
    build_validation,
    looking_ahead,
)
from advnets.runs.combining import check_combinations
from advnets.runs.feed import Feed
from advnets.runs.first_batch import TURN, begin
from advnets.runs.given import build_unseen
from advnets.runs.optimisers import build_optimiser, limit_norms, set_rates
from advnets.runs.pairs import check_contrast, inherited
from advnets.runs.players import classes_given, networks
from advnets.runs.ranks import Ranks
from advnets.runs.sampling import Model, Weights


@dataclass
class Live:
    """Everything that a round touches.

    Attributes:
        x, means, ranks: the experiment, how it is computed, this process among all.
        source, feed: data.
        game, field: what is played, and how its field is computed.
        nets, optimisers, average, histories: all state there is, besides the count of rounds; histories by player, if they are paid for.
        classes: names of the classes that players are given, if they are.
        rounds: how many there are to play.
        round: how many have been played.
        best: value and step of the best checkpoint, if one is kept.
    """

    x: Experiment
    means: Means
    ranks: Ranks
    source: Source
    feed: Feed
    game: Game[Any, Any]
    field: Field
    nets: dict[str, nn.Module]
    optimisers: dict[str, Optimizer]
    average: MovingAverage | None
    histories: dict[str, History]
    classes: tuple[str, ...]
    rounds: int
    round: int = 0
    best: dict[str, Any] | None = None
    clock: float = dataclasses.field(default_factory=time.monotonic)

    @property
    def device(self) -> torch.device:
        """Where the networks live."""
        return torch.device(self.means.device)

    @cached_property
    def held_out(self) -> Source | None:
        """Real data that no player sees, for controls."""
        return build_held_out(self.x.data)

    @cached_property
    def validation(self) -> Source | None:
        """Other real data that no player sees, to choose settings on."""
        return build_validation(self.x.data)

    @property
    def averages(self) -> dict[str, nn.Module]:
        """The averaged networks, if any are kept."""
        return self.average.nets if self.average else {}

    @property
    def generator(self) -> nn.Module:
        """The generator that samples are drawn from."""
        return self.averages.get("G", self.nets["G"])

    @property
    def model(self) -> Model:
        """That generator with what it needs to be sampled, as a loaded run has it."""
        weights: Weights = "averaged" if "G" in self.averages else "raw"
        return Model(self.generator, self.x, self.round, tuple(self.source.shape), self.classes, lambda: self.unseen, weights)

    @cached_property
    def unseen(self) -> Source:
        """Real rows that no player sees, where there are any."""
        return build_unseen(self.x.data)

    def rng(self, round: int, turn: int) -> Rng:
        """The randomness of a turn."""
        return Rng(self.x.seed, round, turn, self.device, self.ranks.rank, self.ranks.world)

    def play_round(self) -> dict[str, Move]:
        """One more round, and the steps of averages after it."""
        set_rates(self.optimisers, self.x, self.round, self.rounds, self.feed.rounds_per_epoch)
        moves = play(self.game, self.nets, self.optimisers, self.feed, self.round, rng=self.rng, field=self.field)
        if self.average:
            self.average.update()
        for history in self.histories.values():
            history.update()
        self.round += 1
        return moves

    @torch.no_grad()
    def watch(self) -> dict[str, Tensor]:
        """What the game has to say of itself, on the batch of the last round, dropout off."""
        batch = self.game.draw(self.feed, self.nets, self.rng(self.round - 1, 0))
        for net in self.nets.values():
            net.eval()
        try:
            return self.game.watch(View(self.nets, ()), batch)
        finally:
            for net in self.nets.values():
                net.train()

    def line(self, moves: dict[str, Move], since: int) -> dict[str, Any]:
        """A line of the log: costs and gradient norms of this round, what the game watches, images a second since round `since`."""
        now = time.monotonic()
        rate = (self.round - since) * self.x.batch_size / max(now - self.clock, 1e-9)
        self.clock = now
        values = {f"cost/{player}": move.cost for player, move in moves.items()}
        values |= {f"gradient/{player}": norm(list(move.gradients.values())) for player, move in moves.items()}
        values |= {f"watch/{name}": value for name, value in self.ranks.mean(self.watch()).items()}
        return {"step": self.round, "images": self.round * self.x.batch_size, "images_per_second": round(rate, 1)} | {
            name: value.item() for name, value in values.items()
        }

    def check(self, line: dict[str, Any] | None = None) -> None:
        """Costs and parameters are finite.

        Raises:
            Diverged: they are not.
        """
        wrong = [name for name, value in (line or {}).items() if not math.isfinite(value)]
        wrong += [f"the parameters of {name}" for name, net in self.nets.items() if not norm(list(net.parameters())).isfinite()]
        if self.ranks.any(bool(wrong)):
            raise Diverged(f"step {self.round}: {', '.join(wrong) or 'another rank'} not finite")

    def state(self) -> dict[str, Any]:
        """What a checkpoint holds beside the weights."""
        return {
            "recipe": self.x.recipe,
            "round": self.round,
            "optimisers": {player: optimiser.state_dict() for player, optimiser in self.optimisers.items()},
            "average": self.average.state_dict() if self.average else {},
            "histories": {player: history.state_dict() for player, history in self.histories.items()},
            "best": self.best,
        }

    def restore(self, folder: Path) -> None:
        """Stand where a checkpoint stood.

        Raises:
            BadInput: it is torn, or of another experiment.
        """
        state = checkpoints.load_state(folder)
        if state.get("recipe") != self.x.recipe or state.get("optimisers", {}).keys() != self.optimisers.keys():
            raise BadInput(f"{folder}: is a checkpoint of recipe {state.get('recipe')!r}, not of {self.x.recipe!r}")
        self.take_over(folder, lambda nets: nets, folder / "average.safetensors")
        try:
            for player, optimiser in self.optimisers.items():
                optimiser.load_state_dict(state["optimisers"][player])
            if self.average:
                self.average.load_state_dict(state["average"])
            for player, history in self.histories.items():
                history.load_state_dict(state["histories"][player])
            self.round, self.best = state["round"], state["best"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInput(f"{folder / 'state.pt'}: not this experiment's ({type(error).__name__}: {error})") from None

    def start_from(self, folder: Path) -> None:
        """Take over what the networks inherit from another run's checkpoint, raw and averaged.

        Raises:
            BadInput: it is torn, or of networks that these do not build on.
        """
        weights = folder / "weights.safetensors"
        given = checkpoints.experiment_of(weights)
        averaged = folder / "average.safetensors"
        self.take_over(folder, partial(inherited, self.x.nets, given.nets), averaged if averaged.exists() else weights)
        for history in self.histories.values():
            history.begin()

    def take_over(self, folder: Path, part: Callable[[Mapping[str, nn.Module]], Mapping[str, nn.Module]], averaged: Path) -> None:
        """Take over a checkpoint's weights for a part of the networks, and those of a file for their averages.

        Raises:
            BadInput: they are torn, or of other networks.
        """
        checkpoints.load_weights(folder / "weights.safetensors", part(self.nets))
        if self.average:
            checkpoints.load_weights(averaged, part(self.averages))


def norm(tensors: list[Tensor]) -> Tensor:
    """The Euclidean norm of all tensors as one vector: a scalar."""
    return torch.nn.utils.get_total_norm(tensors)


def total_rounds(x: Experiment, feed: Feed) -> int:
    """How many rounds the experiment asks for.

    Raises:
        BadInput: it asks for epochs of data that never end, for both steps and epochs, or for neither; or the data are too few.
    """
    if feed.rounds_per_epoch == 0:
        raise BadInput(f"batch_size: {x.batch_size} rows a batch, but {x.data.source} has only {len(feed.source)}")  # type: ignore[arg-type]
    if (x.steps is None) == (x.epochs is None):
        raise BadInput("steps: say either steps or epochs")
    if x.steps is not None:
        return x.steps
    if feed.rounds_per_epoch is None:
        raise BadInput(f"epochs: {x.data.source} is a density, which has no epochs; say --steps")
    assert x.epochs is not None
    return x.epochs * feed.rounds_per_epoch


def check_metrics(x: Experiment) -> None:
    """Refuse metrics that nobody can measure, before the first round.

    Raises:
        BadInput: a metric or features that do not exist, or a best checkpoint by one that is not measured.
    """
    for name in x.metrics.names:
        if name not in METRICS:
            raise BadInput(f"metrics.names: unknown metric {name!r}; {nearest(name, METRICS)}")
    known(x.metrics.features)
    if x.checkpoints.best is not None and (name := x.checkpoints.best.split(".")[0]) not in x.metrics.names:
        raise BadInput(f"checkpoints.best: {name!r} is not measured; metrics.names are {', '.join(x.metrics.names) or 'none'}")


def assemble(x: Experiment, means: Means, ranks: Ranks) -> Live:
    """The living objects of an experiment at its start.

    Raises:
        BadInput: data that cannot be read, networks that do not fit it, parts that do not go together, or metrics that do not exist.
    """
    check_metrics(x)
    check_contrast(x)
    check_combinations(x)
    torch.set_num_threads(means.threads)
    device = torch.device(means.device)
    source = build_data(x.data, device)
    feed = Feed(source, x.prior, x.batch_size)
    rounds = total_rounds(x, feed)
    mean = None
    if isinstance(source, Images) and source.bounded:
        mean = source.pixels.float().mean(0) / 255
    classes = classes_given(x.game, source)
    nets = networks(x, source.shape, mean, device, classes)
    game = looking_ahead(x.dynamics, build_game(x.game, build_turns(x.dynamics)), ranks.world)
    if game.players.keys() != x.optimisers.keys():
        raise BadInput(f"optimisers: are for {', '.join(x.optimisers)}; the game's players are {', '.join(game.players)}")
    begin(game, nets, Feed(source, x.prior, x.batch_size // ranks.world), Rng(x.seed, 0, TURN, device))
    optimisers = {
        player: build_optimiser(
            x.optimisers[player],
            [p for net in game.owned((player,)) for p in nets[net].parameters()],
            compiled_function(descend) if means.compile else descend,
        )
        for player in game.players
    }
    for player, optimiser in optimisers.items():
        limit_norms(optimiser, x.optimisers[player], [nets[net] for net in game.owned((player,))])
    histories = {player: History({net: nets[net] for net in game.owned((player,))}) for player in game.players if x.history.weight}
    for player, history in histories.items():
        game = historical(game, player, history, x.history.weight)
    return Live(
        x=x,
        means=means,
        ranks=ranks,
        source=source,
        feed=feed,
        game=game,
        field=build_field(x, means, optimisers, ranks.world),
        nets=nets,
        optimisers=optimisers,
        average=MovingAverage({"G": nets["G"]}, x.average.decay) if x.average.decay else None,
        histories=histories,
        classes=classes,
        rounds=rounds,
    )
