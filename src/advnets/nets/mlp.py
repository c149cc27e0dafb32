"""A plain pair of multilayer perceptrons, for points and small pictures."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from torch import Tensor, nn

from advnets.nets.minibatch import Minibatch, logit_layers
from advnets.nets.normalisation import Norm, referenced


def hidden_layers(inputs: int, hidden: tuple[int, ...], slope: float, dropout: float = 0.0, norm: Norm | None = None) -> nn.Sequential:
    """Linear layers with leaky ReLU, a normalising layer before and dropout after each if asked."""
    net = nn.Sequential()
    for before, after in pairwise((inputs, *hidden)):
        net.append(nn.Linear(before, after, bias=norm is None))
        if norm:
            net.append(norm(after))
        net.append(nn.LeakyReLU(slope))
        if dropout:
            net.append(nn.Dropout(dropout))
    return net


def layers(inputs: int, hidden: tuple[int, ...], outputs: int, slope: float, norm: Norm | None = None) -> nn.Sequential:
    """Hidden layers and a linear one on top."""
    return hidden_layers(inputs, hidden, slope, norm=norm).append(nn.Linear((inputs, *hidden)[-1], outputs))


class Generator(nn.Module):
    """Noise [n, noise] -> samples [n, *shape]: any real numbers for points (one-dimensional shapes), (0, 1) for pictures.

    Args:
        noise: dimension of z.
        shape: of one sample.
        hidden: units of the hidden layers, which are ReLU.
        norm: before every ReLU, if any.
    """

    def __init__(self, noise: int, shape: tuple[int, ...], hidden: tuple[int, ...] = (128, 128), norm: Norm | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.net = referenced(layers(noise, hidden, prod(shape), slope=0.0, norm=norm), noise)
        self.squash = nn.Sigmoid() if len(shape) > 1 else nn.Identity()

    def forward(self, z: Tensor) -> Tensor:
        return self.squash(self.net(z)).unflatten(1, self.shape)


class Discriminator(nn.Module):
    """Samples [n, *shape] -> logits [n].

    Args:
        shape: of one sample.
        hidden: units of the hidden layers, which are leaky ReLU of slope 0.2.
        dropout: rate after each hidden layer, in [0, 1).
        minibatch: adds to the features below the last layer, if any.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        hidden: tuple[int, ...] = (128, 128),
        dropout: float = 0.0,
        minibatch: Minibatch | None = None,
    ) -> None:
        super().__init__()
        self.rowwise = minibatch is None
        features = (prod(shape), *hidden)[-1]
        below = hidden_layers(prod(shape), hidden, slope=0.2, dropout=dropout)
        self.net = nn.Sequential(nn.Flatten(), below.extend(logit_layers(features, minibatch)))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).squeeze(1)


class Encoder(nn.Module):
    """Samples [n, *shape] -> codes [n, outputs].

    Args:
        shape: of one sample.
        outputs: dimension of a code.
        hidden: units of the hidden layers, which are leaky ReLU of slope 0.2.
    """

    def __init__(self, shape: tuple[int, ...], outputs: int, hidden: tuple[int, ...] = (128, 128)) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), layers(prod(shape), hidden, outputs, slope=0.2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)
