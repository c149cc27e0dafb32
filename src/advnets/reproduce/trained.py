"""Runs that claims rest on: begun where there are none, gone on with where they were left."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch

from advnets.data.named import on_this_machine
from advnets.errors import BadInput, Stopped
from advnets.experiment import Data, Experiment
from advnets.reproduce.claims import Setting
from advnets.runs import checkpoints
from advnets.runs.building import Source, build_data, build_held_out
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder
from advnets.runs.training import resume, train

DECIDES = ("recipe", "data", "game", "dynamics", "nets", "prior", "optimisers", "average", "history", "batch_size", "seed")
"""What two runs of one experiment have in common; they may differ in length, and in how often they write."""


def trained(x: Experiment, steps: int, out: Path, init: Path | None = None) -> RunFolder:
    """The run of an experiment, played for at least so many rounds.

    Args:
        x: the experiment.
        steps: rounds.
        out: the run's folder; a run that lies there is gone on with.
        init: a run whose last weights a new run begins with.

    Raises:
        BadInput: a run of another experiment lies there.
        Stopped: the user stopped it; it can be gone on with.
    """
    folder = RunFolder(out)
    if not (out / "run.json").exists():
        train(dataclasses.replace(x, steps=steps, epochs=None), out, init=init)
    else:
        before = folder.experiment()
        if different := [name for name in DECIDES if getattr(before, name) != getattr(x, name)]:
            raise BadInput(f"{out}: holds a run of another experiment ({different[0]} differs); move it away or name another --work")
        if (checkpoints.steps(folder.checkpoints) or [0])[-1] < steps:
            resume(out, steps)
    if (checkpoints.steps(folder.checkpoints) or [0])[-1] < steps:
        raise Stopped(f"{out}: stopped before step {steps}, saved; the same command goes on")
    return folder


def seconds(folder: RunFolder, steps: int) -> float:
    """What the training took until a round, by the rates in its log."""
    total, before = 0.0, 0
    for line in read_lines(folder.log):
        if line["step"] <= steps:
            total += (line["images"] - before) / line["images_per_second"]
            before = line["images"]
    return total


def digits(setting: Setting, split: str) -> tuple[Data, str | None]:
    """A part of MNIST, and what stands for it at the quick size where MNIST is not on this machine.

    Args:
        setting: the size, and where local copies lie.
        split: of MNIST.

    Returns:
        The data, and the name of the substitute if it is one.
    """
    root = None if setting.root is None else str(setting.root)
    if setting.size == "quick" and not on_this_machine("mnist", setting.root):
        return Data("mnist-5k", split="fit"), "mnist-5k (5,000 digits of MNIST)"
    return Data("mnist", root=root, split=split), None


def unseen(data: Data, substitute: str | None) -> Source | None:
    """The digits that were held out of `digits`, to judge by."""
    if substitute is None:
        return build_held_out(data)
    return build_data(dataclasses.replace(data, split="held-out"), torch.device("cpu"))
