"""A whole run (schedules, moving average, log, sample grids, checkpoints, progress) against bare rounds of the same game."""

from __future__ import annotations

import time
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import torch

import ours
from advnets.core import Move
from advnets.experiment import Experiment, encode
from advnets.recipes import recipe
from advnets.runs.folder import RunFolder, create
from advnets.runs.live import Live
from advnets.runs.training import go_on
from timing import Row, Step, row, timed


def end_to_end(seconds: float, rounds: int = 500, piece: int = 50) -> Row:
    """The recipe `mnist-demo`, so many rounds a block, which ends with a sample grid and a checkpoint (twice as often as in the recipe).

    The two sides take turns every `piece` rounds. The report at a run's end is left out: it is drawn once a run.
    """
    x = recipe("mnist-demo")
    blocks: dict[str, list[float]] = {"baseline": [], "ours": []}
    live, bare = ours.living(x), ours.playing(ours.living(x))
    with TemporaryDirectory() as place, patch("advnets.runs.training.write_report"), redirect_stderr(StringIO()):
        block(opened(x, Path(place) / "warm-up"), ours.living(x), bare, 2, 1)
        folder = opened(x, Path(place) / "run")
        end = time.perf_counter() + seconds
        while len(blocks["ours"]) < 2 or time.perf_counter() < end:
            for name, milliseconds in block(folder, live, bare, rounds, piece).items():
                blocks[name].append(milliseconds)
    made = row(
        blocks,
        baseline="bare rounds of mnist-demo, float32, eager",
        ours="rounds of a run, with all that it writes",
        threads=torch.get_num_threads(),
        same_algorithm=True,
    )
    images = 1000 * x.batch_size
    return replace(made, extra={"baseline_images_per_s": images / made.baseline_ms, "ours_images_per_s": images / made.ours_ms})


def block(folder: RunFolder, live: Live, bare: Step, rounds: int, piece: int) -> dict[str, float]:
    """Milliseconds a round of both sides: a run goes on for so many rounds, and bare rounds break in on it at every piece."""
    aside: list[float] = []
    play_round = live.play_round

    def interrupted() -> dict[str, Move]:
        if live.round % piece == 0:
            aside.append(timed(bare, piece, last=piece))
        return play_round()

    live.rounds = live.round + rounds
    with patch.object(live, "play_round", interrupted):
        whole = timed(lambda: go_on(folder, live, []), 1, last=1)
    return {"baseline": 1000 * sum(aside) / (len(aside) * piece), "ours": 1000 * (whole - sum(aside)) / rounds}


def opened(x: Experiment, path: Path) -> RunFolder:
    """A new run folder for the experiment."""
    create(path, {"experiment": encode(x)}, False)
    return RunFolder(path)
