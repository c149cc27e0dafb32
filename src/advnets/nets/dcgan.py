"""The convolutional pair of Radford et al. 2015 (DCGAN), for square pictures of 28, 32 or 64 pixels.

Resolution doubles (G) or halves (D) in 4 x 4 convolutions of stride 2; G with batch norm and ReLU, D with leaky ReLU. Weights start in
N(0, .02), as in the paper's section 4.

Differs: pictures live in [0, 1], so G ends in a sigmoid where the paper has tanh, and D rescales its input to [-1, 1]. Other layers
may take the place of batch norm, or none; D may have dropout, and features of a minibatch.
"""

from __future__ import annotations

from torch import Tensor, nn

from advnets.nets.minibatch import Minibatch, logit_layers
from advnets.nets.normalisation import Norm, NormByReference, Referenced, referenced


def resolutions(size: int) -> list[int]:
    """The sides of the feature maps, smallest first: 28 -> [7, 14, 28], 64 -> [4, 8, 16, 32, 64].

    Raises:
        ValueError: pictures of this size are not supported.
    """
    if size not in (28, 32, 64):
        raise ValueError(f"pictures of {size} x {size} pixels do not fit a DCGAN (28, 32 or 64 do)")
    sides = [size]
    while sides[0] % 2 == 0 and sides[0] > 4:
        sides.insert(0, sides[0] // 2)
    return sides


def start(net: nn.Module) -> None:
    """Weights N(0, .02), gains of normalising layers N(1, .02), biases 0."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(module.weight, 0, 0.02)
        elif isinstance(module, nn.BatchNorm2d | NormByReference):
            nn.init.normal_(module.weight, 1, 0.02)
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear | nn.BatchNorm2d | NormByReference) and module.bias is not None:
            nn.init.zeros_(module.bias)


class Generator(nn.Module):
    """Noise [n, noise] -> pictures [n, c, h, w] in (0, 1).

    Args:
        noise: dimension of z.
        shape: (c, h, w) of the pictures, h = w in 28, 32, 64.
        width: channels before the last layer; twice as many at each halving of the resolution.
        norm: before every ReLU, if any.
    """

    def __init__(self, noise: int, shape: tuple[int, int, int], width: int = 64, norm: Norm | None = nn.BatchNorm2d) -> None:
        super().__init__()
        first, *sides = resolutions(shape[1])
        channels = [width * 2**k for k in reversed(range(len(sides)))]
        net = nn.Sequential(
            nn.Linear(noise, channels[0] * first * first, bias=norm is None),
            nn.Unflatten(1, (channels[0], first, first)),
        )
        for level, (now, after) in enumerate(zip(channels, (*channels[1:], shape[0]), strict=True), 1):
            if norm:
                net.append(norm(now))
            net.extend([nn.ReLU(), nn.ConvTranspose2d(now, after, 4, 2, 1, bias=norm is None or level == len(channels))])
        self.net = referenced(net.append(nn.Sigmoid()), noise)
        start(self)

    def forward(self, z: Tensor) -> Tensor:
        return self.net(z)


def convolutions(shape: tuple[int, int, int], width: int, norm: Norm | None, dropout: float) -> tuple[nn.Sequential, int]:
    """Strided convolutions down to the smallest resolution, as rows of numbers, and how many numbers a row has."""
    *sides, _ = resolutions(shape[1])
    channels = [width * 2**k for k in range(len(sides))]
    net = nn.Sequential()
    for level, (before, now) in enumerate(zip((shape[0], *channels), channels, strict=False)):
        norm_here = norm if level else None
        net.append(nn.Conv2d(before, now, 4, 2, 1, bias=norm_here is None))
        if norm_here:
            net.append(norm_here(now))
        net.append(nn.LeakyReLU(0.2))
        if dropout:
            net.append(nn.Dropout2d(dropout))
    return referenced(net.append(nn.Flatten()), *shape), channels[-1] * sides[0] ** 2


class Discriminator(nn.Module):
    """Pictures [n, c, h, w] in [0, 1] -> logits [n].

    Args:
        shape: (c, h, w) of the pictures, h = w in 28, 32, 64.
        width: channels after the first layer; twice as many at each halving of the resolution.
        norm: after every convolution but the first, if any.
        dropout: rate at which whole channels are dropped after every convolution, in [0, 1).
        minibatch: adds to the features below the last layer, if any.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        width: int = 64,
        norm: Norm | None = nn.BatchNorm2d,
        dropout: float = 0.0,
        minibatch: Minibatch | None = None,
    ) -> None:
        super().__init__()
        self.net, features = convolutions(shape, width, norm, dropout)
        self.rowwise = minibatch is None and (norm is None or isinstance(self.net[0], Referenced))
        self.net.extend(logit_layers(features, minibatch))
        start(self)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(2 * x - 1).squeeze(1)


class Encoder(nn.Module):
    """Pictures [n, c, h, w] in [0, 1] -> codes [n, outputs], by the convolutions of the discriminator and a hidden layer, with batch norm.

    Args:
        shape: (c, h, w) of the pictures, h = w in 28, 32, 64.
        outputs: dimension of a code.
        width: channels after the first layer; twice as many at each halving of the resolution.
        hidden: units of the hidden layer.
    """

    def __init__(self, shape: tuple[int, int, int], outputs: int, width: int = 64, hidden: int = 512) -> None:
        super().__init__()
        self.net, features = convolutions(shape, width, nn.BatchNorm2d, dropout=0.0)
        self.net.extend([nn.Linear(features, hidden, bias=False), nn.BatchNorm1d(hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, outputs)])
        start(self)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(2 * x - 1)
