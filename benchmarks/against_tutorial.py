"""Our best setting against the plain float32 loop of a tutorial: the paper's MNIST game, and a DCGAN.

The best of float32 and bfloat16, eager and compiled, is found by a short trial on this machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

import ours
from advnets.experiment import Experiment
from timing import Row, compared
from tutorial import Loop, dcgan_loop, paper_loop


def paper_mnist(seconds: float) -> Row:
    """The paper's networks, batch 100: both players from one shared pass, against a step of each."""
    return best_against(paper_loop(ours.pictures(ours.paper())), ours.paper, seconds)


def dcgan_32(seconds: float) -> Row:
    """A DCGAN of 64 channels on 32 x 32 pixels, batch 64: one shared pass, against a step of each."""
    return best_against(dcgan_loop(ours.pictures(ours.dcgan())), ours.dcgan, seconds)


def best_against(loop: Loop, experiment: Callable[[], Experiment], seconds: float) -> Row:
    """The loop against the fastest setting of the experiment; the row also says what the trial of all settings found."""
    milliseconds = ours.trial(experiment, seconds)
    best = next(iter(milliseconds))
    row = compared(
        ("a tutorial's loop, float32, eager", loop.steps()),
        (f"play, one shared pass, {best}", ours.playing(ours.living(experiment(), best))),
        seconds,
        threads=torch.get_num_threads(),
        same_algorithm=False,
    )
    return replace(row, extra={"trial_ms": {str(setting): time for setting, time in milliseconds.items()}})
