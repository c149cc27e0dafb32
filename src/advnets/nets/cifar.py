"""The networks of the paper's two CIFAR-10 experiments, as in the authors' code (cifar10_*.yaml of goodfeli/adversarial).

Fully connected: G is 100 -> 8000 ReLU -> 8000 sigmoid -> 3072 linear; D is the paper's maxout pair of layers, see `paper`.
Convolutional: G is 100 -> 8000 ReLU -> 8000 sigmoid, taken as 80 maps of 10 x 10, and a transposed convolution to 3 x 32 x 32, linear;
D is three maxout convolutions, a maxout layer and one logit. The outputs are linear, as pictures are of normalised contrast.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, nn

from advnets.nets.paper import Dropout, Maxout, uniform_linear

KERNEL, STRIDE = 5, 3
"""Of the transposed convolution."""

SMALLEST = 11
"""Pixels of a side that D's poolings leave something of."""


class FullGenerator(nn.Module):
    """Noise [n, noise] -> samples [n, *shape], any real numbers.

    Args:
        noise: dimension of z.
        shape: of one sample.
        hidden: units of both hidden layers, ReLU and sigmoid.
        half_range: weights of the hidden layers start in U(-half_range, half_range).
        output_half_range: weights of the output start in U(-output_half_range, output_half_range).
    """

    def __init__(
        self, noise: int, shape: tuple[int, ...], hidden: int = 8000, half_range: float = 0.05, output_half_range: float = 0.5
    ) -> None:
        super().__init__()
        self.shape = shape
        self.net = nn.Sequential(
            uniform_linear(noise, hidden, half_range),
            nn.ReLU(),
            uniform_linear(hidden, hidden, half_range),
            nn.Sigmoid(),
            uniform_linear(hidden, prod(shape), output_half_range),
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.net(z).unflatten(1, self.shape)


def map_side(side: int) -> int:
    """The side of the maps under a transposed convolution that makes pictures of a side: 32 -> 10.

    Raises:
        ValueError: pictures of this side are not supported.
    """
    if side < SMALLEST or (side - KERNEL) % STRIDE:
        raise ValueError(f"sides of {side} pixels do not fit (11, 14, 17, ... 32, ... do)")
    return (side - KERNEL) // STRIDE + 1


class ConvolutionalGenerator(nn.Module):
    """Noise [n, noise] -> pictures [n, c, h, w], any real numbers; the output has a bias of its own for every pixel.

    Args:
        noise: dimension of z.
        shape: (c, h, w) of the pictures, h and w in 11, 14, ..., 32, ...
        hidden: units of the first layer, which are ReLU.
        channels: maps under the transposed convolution, which are sigmoid.
        half_range: weights start in U(-half_range, half_range).

    Raises:
        ValueError: pictures of other sides.
    """

    def __init__(self, noise: int, shape: tuple[int, int, int], hidden: int = 8000, channels: int = 80, half_range: float = 0.05) -> None:
        super().__init__()
        maps = (channels, map_side(shape[1]), map_side(shape[2]))
        self.net = nn.Sequential(
            uniform_linear(noise, hidden, half_range),
            nn.ReLU(),
            uniform_linear(hidden, prod(maps), half_range),
            nn.Sigmoid(),
            nn.Unflatten(1, maps),
            convolution := nn.ConvTranspose2d(channels, shape[0], KERNEL, STRIDE, bias=False),
        )
        nn.init.uniform_(convolution.weight, -half_range, half_range)
        self.bias = nn.Parameter(torch.zeros(shape))

    def forward(self, z: Tensor) -> Tensor:
        return self.net(z) + self.bias


class MaxoutConvolution(nn.Module):
    """Maximum over `pieces` convolutions: [n, inputs, h, w] -> [n, channels, h', w'] (Goodfellow et al. 2013, section 5).

    Args:
        inputs, channels: how many maps come in and go out.
        pieces: convolutions under a map; each has one bias.
        kernel, padding: pixels of its side, and around the maps.
        half_range: weights start in U(-half_range, half_range).
    """

    def __init__(self, inputs: int, channels: int, pieces: int, kernel: int, padding: int, half_range: float) -> None:
        super().__init__()
        self.pieces = pieces
        self.convolution = nn.Conv2d(inputs, channels * pieces, kernel, padding=padding)
        nn.init.uniform_(self.convolution.weight, -half_range, half_range)
        assert self.convolution.bias is not None
        nn.init.zeros_(self.convolution.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolution(x).unflatten(1, (-1, self.pieces)).max(2).values


class ConvolutionalDiscriminator(nn.Module):
    """Pictures [n, c, h, w] -> logits [n].

    Args:
        shape: (c, h, w) of the pictures, h and w at least 11.
        narrow: channels of the first two convolutions.
        wide: channels of the third.
        convolution_pieces: convolutions under a maxout map.
        units, pieces: of the maxout layer.
        half_range: weights start in U(-half_range, half_range).

    Raises:
        ValueError: the pictures are smaller.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        narrow: int = 32,
        wide: int = 192,
        convolution_pieces: int = 2,
        units: int = 500,
        pieces: int = 5,
        half_range: float = 0.005,
    ) -> None:
        super().__init__()
        if min(shape[1:]) < SMALLEST:
            raise ValueError(f"sides of {min(shape[1:])} pixels do not fit ({SMALLEST} or more do)")
        convolutions = nn.Sequential(
            Dropout(0.2),
            MaxoutConvolution(shape[0], narrow, convolution_pieces, 8, 4, half_range),
            nn.MaxPool2d(4, 2, ceil_mode=True),  # 32 -> 33 -> 16
            Dropout(0.5),
            MaxoutConvolution(narrow, narrow, convolution_pieces, 8, 3, half_range),
            nn.MaxPool2d(4, 2, ceil_mode=True),  # 16 -> 15 -> 7
            Dropout(0.5),
            MaxoutConvolution(narrow, wide, convolution_pieces, 5, 3, half_range),
            nn.MaxPool2d(2, 2, ceil_mode=True),  # 7 -> 9 -> 5
            nn.Flatten(),
        )
        features = wide * prod(top_side(side) for side in shape[1:])
        self.net = nn.Sequential(
            convolutions,
            Dropout(0.5),
            Maxout(features, units, pieces, half_range),
            Dropout(0.5),
            uniform_linear(units, 1, half_range),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).squeeze(1)


def top_side(side: int) -> int:
    """The side of D's last maps: a kernel k with padding p adds 2p + 1 - k pixels, a pooling q of stride 2 halves.

    >>> top_side(32)
    5
    """
    for kernel, padding, pool in ((8, 4, 4), (8, 3, 4), (5, 3, 2)):
        side = -(-(side + 2 * padding + 1 - kernel - pool) // 2) + 1
    return side
