"""What the layers of a minibatch cost: a step of the DCGAN recipe without them, and with them."""

from __future__ import annotations

from dataclasses import replace

import torch

import ours
from advnets.experiment import Dcgan, Experiment, MinibatchDiscrimination, VirtualBatchNorm
from advnets.runs.processor import settled
from timing import Row, compared

PLAIN = "play, DCGAN at 32 x 32 with batch norm, float32, eager"


def minibatch_discrimination(seconds: float, x: Experiment | None = None) -> Row:
    """Minibatch discrimination in D, 100 kernels of 5 dimensions."""
    return cost(seconds, "the same, with minibatch discrimination in D", Dcgan(minibatch=MinibatchDiscrimination()), x)


def virtual_batch_norm(seconds: float, x: Experiment | None = None) -> Row:
    """Virtual batch norm in G, with a reference batch as large as the batch."""
    return cost(seconds, "the same, with virtual batch norm in G", Dcgan(norm=VirtualBatchNorm()), x)


def virtual_batch_norm_both(seconds: float, x: Experiment | None = None) -> Row:
    """Virtual batch norm in both players."""
    nets = Dcgan(norm=VirtualBatchNorm(), discriminator_norm=VirtualBatchNorm())
    return cost(seconds, "the same, with virtual batch norm in G and D", nets, x)


def cost(seconds: float, name: str, nets: Dcgan, x: Experiment | None) -> Row:
    """A row of the plain pair against another; `cost` is how many plain steps one of its steps takes."""
    plain = x or ours.dcgan()
    assert isinstance(plain.nets, Dcgan)
    other = replace(plain, nets=replace(nets, width=plain.nets.width, discriminator_width=plain.nets.discriminator_width))
    with settled():  # as in a run
        row = compared(
            (PLAIN, ours.playing(ours.living(plain))),
            (name, ours.playing(ours.living(other))),
            seconds,
            threads=torch.get_num_threads(),
            same_algorithm=False,
        )
    return replace(row, extra={"cost": row.ours_ms / row.baseline_ms})
