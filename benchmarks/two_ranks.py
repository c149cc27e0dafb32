"""Two processes of one thread each share a batch, against one process with one thread that has it alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import torch
import torch.distributed as dist
from torch import multiprocessing
from torch.multiprocessing.spawn import spawn

import ours
from advnets.experiment import Experiment
from advnets.runs.ranks import Ranks
from timing import Row, row, timed

WORLD = 2


def two_ranks(seconds: float, x: Experiment | None = None) -> Row:
    """The DCGAN of `dcgan-32` (or another experiment), global batch 64. Both sides run in the same two processes, in turns."""
    x = x or ours.dcgan()
    with TemporaryDirectory() as place, patch.dict(os.environ, OMP_NUM_THREADS="1"):
        results = multiprocessing.get_context("spawn").SimpleQueue()
        spawn(measure, args=(str(Path(place) / "meeting"), x, seconds, results), nprocs=WORLD)
        blocks = results.get()
    made = row(
        blocks,
        baseline="one rank, float32, eager",
        ours=f"{WORLD} ranks (gloo), half the batch each",
        threads=1,
        same_algorithm=True,
    )
    images = 1000 * x.batch_size
    return replace(made, extra={"baseline_images_per_s": images / made.baseline_ms, "ours_images_per_s": images / made.ours_ms})


def measure(rank: int, meeting: str, x: Experiment, seconds: float, results: Any) -> None:
    """What each process does: play together, then rank 0 alone, in turns; rank 0 reports milliseconds a step, block by block."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=WORLD)
    alone = ours.playing(ours.living(x))
    together = ours.playing(ours.living(x, ranks=Ranks(rank, WORLD)))
    blocks: dict[str, list[float]] = {"baseline": [], "ours": []}
    end = time.perf_counter() + seconds
    for step in (alone, together):
        timed(step, 2, last=1)
    while unfinished(len(blocks["ours"]), end):
        block(blocks["ours"], together)
        if rank == 0:
            block(blocks["baseline"], alone)
        dist.barrier()
    if rank == 0:
        results.put(blocks)
    dist.barrier()  # nobody leaves while another still listens
    dist.destroy_process_group()


def block(times: list[float], step: Callable[[], object], calls: int = 3) -> None:
    """Time one more block of steps."""
    times.append(1000 * timed(step, calls, last=calls) / calls)


def unfinished(blocks: int, end: float) -> bool:
    """Whether rank 0, which all others follow, has time for another block, or fewer than two."""
    flag = torch.tensor(int(blocks < 2 or time.perf_counter() < end))
    dist.broadcast(flag, 0)
    return bool(flag)
