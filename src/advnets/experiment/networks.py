"""The networks that an experiment can state, and the noise they start from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from advnets.experiment.bounds import Positive, Share, Size
from advnets.experiment.layers import BatchNorm, Minibatch, NoMinibatch, NoNorm, Norm


@dataclass(frozen=True)
class Prior:
    """The law of the generator's noise z. Both laws have mean 0 and variance 1."""

    dim: Size = 100
    """dimension of z"""
    law: Literal["normal", "uniform"] = "normal"
    """N(0, 1), or U(-sqrt 3, sqrt 3)"""


@dataclass(frozen=True)
class Paper:
    """The paper's MNIST pair: ReLU and sigmoid generator, maxout discriminator with dropout."""

    hidden: Size = 1200
    """units of both hidden layers of G"""
    half_range: Positive = 0.05
    """weights of G start in U(-half_range, half_range)"""
    units: Size = 240
    """maxout units of both hidden layers of D"""
    pieces: Size = 5
    """linear maps under a maxout unit"""
    discriminator_half_range: Positive = 0.005
    """weights of D start in U(-half_range, half_range)"""


@dataclass(frozen=True)
class Faces:
    """The paper's pair for faces, first stage: ReLU and sigmoid generator, maxout discriminator with dropout."""

    hidden: Size = 8000
    """units of both hidden layers of G"""
    half_range: Positive = 0.05
    """weights of G's hidden layers start in U(-half_range, half_range)"""
    fan_in: Size = 100
    """weights of a pixel of G that start in N(0, 1); its others start at 0"""
    units: Size = 1200
    """maxout units of both hidden layers of D"""
    pieces: Size = 5
    """linear maps under a maxout unit"""
    discriminator_half_range: Positive = 0.005
    """weights of D start in U(-half_range, half_range)"""


@dataclass(frozen=True)
class FacesSecondStage:
    """The paper's pair for faces, second stage: two new layers below a first stage's generator, and a new discriminator."""

    hidden: Size = 8000
    """units of the new hidden layer of G"""
    half_range: Positive = 0.05
    """weights of G's new layers start in U(-half_range, half_range)"""
    codes: Size = 100
    """numbers that the first stage's generator takes: its --prior.dim"""
    first: Faces = field(default_factory=Faces)
    """the pair of the first stage; D has the same size again"""


@dataclass(frozen=True)
class CifarFull:
    """The paper's fully connected pair for CIFAR-10: ReLU, sigmoid and linear generator, maxout discriminator with dropout."""

    hidden: Size = 8000
    """units of both hidden layers of G"""
    half_range: Positive = 0.05
    """weights of G's hidden layers start in U(-half_range, half_range)"""
    output_half_range: Positive = 0.5
    """the same for G's output"""
    units: Size = 1600
    """maxout units of both hidden layers of D"""
    pieces: Size = 5
    """linear maps under a maxout unit"""
    discriminator_half_range: Positive = 0.005
    """weights of D start in U(-half_range, half_range)"""


@dataclass(frozen=True)
class CifarConv:
    """The paper's convolutional pair for CIFAR-10: one transposed convolution in G, three maxout convolutions in D."""

    hidden: Size = 8000
    """units of the first layer of G"""
    channels: Size = 80
    """maps under G's transposed convolution, 10x10 for pictures of 32x32"""
    half_range: Positive = 0.05
    """weights of G start in U(-half_range, half_range)"""
    narrow: Size = 32
    """maps of D's first two convolutions"""
    wide: Size = 192
    """maps of D's third convolution"""
    convolution_pieces: Size = 2
    """convolutions under a maxout map"""
    units: Size = 500
    """maxout units above D's convolutions"""
    pieces: Size = 5
    """linear maps under a maxout unit"""
    discriminator_half_range: Positive = 0.005
    """weights of D start in U(-half_range, half_range)"""


@dataclass(frozen=True)
class Mlp:
    """A plain pair of multilayer perceptrons, for points and small pictures."""

    generator: tuple[Size, ...] = (128, 128)
    """units of G's hidden layers"""
    discriminator: tuple[Size, ...] = (128, 128)
    """units of D's hidden layers"""
    dropout: Share = 0.0
    """rate of dropout after D's hidden layers"""
    norm: Norm = field(default_factory=NoNorm)
    """what normalises G's hidden layers"""
    minibatch: Minibatch = field(default_factory=NoMinibatch)
    """what D sees of a minibatch beside each row"""
    discriminator_weights: Literal["free", "spectral"] = "free"
    """D's weights: as they are, or each matrix divided by its largest singular value (spectral norm)"""


@dataclass(frozen=True)
class Dcgan:
    """The convolutional pair of Radford et al. 2015, for square pictures of 28, 32 or 64 pixels."""

    width: Size = 64
    """channels at the largest resolution; twice as many at each halving"""
    discriminator_width: Size = 64
    """the same for D"""
    discriminator_norm: Norm = field(default_factory=BatchNorm)
    """what normalises D's convolutions, but for the first"""
    dropout: Share = 0.0
    """rate at which whole channels are dropped after D's convolutions"""
    norm: Norm = field(default_factory=BatchNorm)
    """what normalises G's maps"""
    minibatch: Minibatch = field(default_factory=NoMinibatch)
    """what D sees of a minibatch beside each row"""
    discriminator_weights: Literal["free", "spectral"] = "free"
    """D's weights: as they are, or each matrix divided by its largest singular value (spectral norm)"""


Networks = Paper | Faces | FacesSecondStage | CifarFull | CifarConv | Mlp | Dcgan
