"""What looking through five steps of D costs, against a plain round, beside what it costs in floating-point operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch.utils.flop_counter import FlopCounterMode

import ours
from advnets.experiment import Alternating, Experiment
from timing import Row, Step, compared

STEPS = 5


def unrolled_5(seconds: float, experiment: Callable[[], Experiment] = ours.paper) -> Row:
    """The paper's MNIST game in alternating turns, float32, eager: a plain round, and one in which G looks five steps of D ahead.

    The row's `time_over_operations` is the ratio of times over that of operations: at 1 an operation costs the same in both.
    """
    plain, ahead = (ours.playing(ours.living(replace(experiment(), dynamics=Alternating(unrolled=steps)))) for steps in (0, STEPS))
    operations = flops(ahead) / flops(plain)
    row = compared(
        ("a plain round, float32, eager", plain),
        (f"a round with {STEPS} unrolled steps, float32, eager", ahead),
        seconds,
        threads=torch.get_num_threads(),
        same_algorithm=False,
        warm_up=1,
    )
    return replace(row, extra={"operations_ratio": operations, "time_over_operations": 1 / row.ratio / operations})


def flops(step: Step) -> int:
    """Floating-point operations of a step's matrix products and convolutions."""
    with FlopCounterMode(display=False) as counter:
        step()
    return counter.get_total_flops()
