"""The optimisers that an experiment can state, and their schedules."""

from __future__ import annotations

from dataclasses import dataclass, field

from advnets.experiment.bounds import Count, Divisor, Positive, Share


@dataclass(frozen=True)
class Constant:
    """The learning rate stays."""


@dataclass(frozen=True)
class Linear:
    """The learning rate falls in a straight line to 0 at the last round."""

    start: Share = 0.0
    """share of the run after which it begins to fall, in [0, 1)"""


@dataclass(frozen=True)
class Geometric:
    """The learning rate is divided by a factor every round."""

    factor: Divisor = 1.000004
    """divisor a round"""
    floor: Positive = 1e-6
    """the least learning rate"""


Schedule = Constant | Linear | Geometric


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba 2015)."""

    lr: Positive = 2e-4
    """learning rate"""
    beta1: Share = 0.5
    """decay of the first moment; .5 as in DCGAN"""
    beta2: Share = 0.999
    """decay of the second moment"""
    eps: Positive = 1e-8
    """added to the root of the second moment"""
    schedule: Schedule = field(default_factory=Constant)
    """how the learning rate changes over the run"""


@dataclass(frozen=True)
class Sgd:
    """Gradient descent with classical momentum: v <- mu v - lr g, theta <- theta + v."""

    lr: Positive = 0.1
    """learning rate"""
    momentum: Share = 0.0
    """mu in the first epoch, in [0, 1)"""
    final_momentum: Share | None = None
    """mu at the end of its ramp; the first mu if none"""
    ramp_epochs: Count = 250
    """epochs in which mu goes from first to final, in a straight line, an epoch at a time"""
    max_column_norm: Positive | None = None
    """greatest Euclidean norm of the weights that come into a unit, kept after every step; any if none"""
    schedule: Schedule = field(default_factory=Constant)
    """how the learning rate changes over the run"""


Optimiser = Adam | Sgd
