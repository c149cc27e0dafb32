"""The networks that an experiment can state, and the noise they start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advnets.experiment.bounds import Count, Positive, Share


@dataclass(frozen=True)
class Prior:
    """The law of the generator's noise z. Both laws have mean 0 and variance 1."""

    dim: Count = 100
    """dimension of z"""
    law: Literal["normal", "uniform"] = "normal"
    """N(0, 1), or U(-sqrt 3, sqrt 3)"""


@dataclass(frozen=True)
class Paper:
    """The paper's MNIST pair: ReLU and sigmoid generator, maxout discriminator with dropout."""

    hidden: Count = 1200
    """units of both hidden layers of G"""
    half_range: Positive = 0.05
    """weights of G start in U(-half_range, half_range)"""
    units: Count = 240
    """maxout units of both hidden layers of D"""
    pieces: Count = 5
    """linear maps under a maxout unit"""
    discriminator_half_range: Positive = 0.005
    """weights of D start in U(-half_range, half_range)"""


@dataclass(frozen=True)
class Mlp:
    """A plain pair of multilayer perceptrons, for points and small pictures."""

    generator: tuple[Count, ...] = (128, 128)
    """units of G's hidden layers"""
    discriminator: tuple[Count, ...] = (128, 128)
    """units of D's hidden layers"""
    dropout: Share = 0.0
    """rate of dropout after D's hidden layers"""


@dataclass(frozen=True)
class Dcgan:
    """The convolutional pair of Radford et al. 2015, for square pictures of 28, 32 or 64 pixels."""

    width: Count = 64
    """channels at the largest resolution; twice as many at each halving"""
    discriminator_width: Count = 64
    """the same for D"""
    discriminator_norm: bool = True
    """batch norm in D, as in the paper (never at its input)"""
    dropout: Share = 0.0
    """rate at which whole channels are dropped after D's convolutions"""


Networks = Paper | Mlp | Dcgan
