"""The package's side of every comparison: experiments as the recipes state them, on data that need no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import count
from statistics import median
from typing import NamedTuple

import torch
from torch import Tensor

from advnets.core import play
from advnets.data import Images
from advnets.experiment import Data, Experiment, Simultaneous
from advnets.recipes import recipe
from advnets.runs.building import Means
from advnets.runs.live import Live, assemble
from advnets.runs.ranks import Ranks
from timing import Step, interleaved


def paper() -> Experiment:
    """The paper's MNIST game on the embedded digits."""
    return replace(recipe("mnist-paper"), data=Data("mnist-5k"))


def dcgan() -> Experiment:
    """The DCGAN recipe on the embedded digits at 32 x 32 pixels, both players from one shared pass."""
    return replace(recipe("dcgan"), data=Data("mnist-5k", size=32, fit="pad"), dynamics=Simultaneous())


class Setting(NamedTuple):
    """How an experiment is computed."""

    precision: str = "float32"
    compile: bool = False

    def __str__(self) -> str:
        return f"{self.precision}, {'compiled' if self.compile else 'eager'}"


def living(x: Experiment, setting: Setting = Setting(), ranks: Ranks = Ranks()) -> Live:
    """The experiment's living objects, with as many threads as torch has now."""
    return assemble(x, Means("cpu", setting.precision, setting.compile, torch.get_num_threads()), ranks)


def playing(live: Live) -> Step:
    """A step that plays the next bare round: draw, field, optimisers. No schedule, no moving average, nothing recorded."""
    rounds = count()
    return lambda: play(live.game, live.nets, live.optimisers, live.feed, next(rounds), rng=live.rng, field=live.field)


@cache
def trial(experiment: Callable[[], Experiment], seconds: float) -> dict[Setting, float]:
    """Milliseconds a bare round by setting, measured in turns, the fastest first."""
    settings = [Setting(precision, compile) for precision in ("float32", "bfloat16") for compile in (False, True)]
    blocks = interleaved({setting: playing(living(experiment(), setting)) for setting in settings}, seconds)
    return dict(sorted(((setting, median(times)) for setting, times in blocks.items()), key=lambda item: item[1]))


def pictures(x: Experiment) -> Tensor:
    """All pictures of the experiment's data, float32 [n, c, h, w] in [0, 1]."""
    source = living(x).source
    assert isinstance(source, Images)
    return source.rows(torch.arange(len(source)))
