"""The networks of the paper's MNIST experiment, as in the authors' code (mnist.yaml of goodfeli/adversarial).

G: 100 -> 1200 ReLU -> 1200 ReLU -> 784 sigmoid, weights U(-.05, .05). D: maxout 240 x 5 -> maxout 240 x 5 -> one logit, weights
U(-.005, .005), dropout on the inputs of all its layers: keep .8 at the first, .5 at the others, scaled so that means stay.

References: Goodfellow et al. 2014, section 5; Goodfellow et al. 2013 (maxout networks).
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, nn


def uniform_linear(inputs: int, outputs: int, half_range: float, bias: float = 0.0) -> nn.Linear:
    """A layer with weights U(-half_range, half_range) and biases that are all the same."""
    layer = nn.Linear(inputs, outputs)
    nn.init.uniform_(layer.weight, -half_range, half_range)
    nn.init.constant_(layer.bias, bias)
    return layer


@torch.no_grad()
def start_at_mean(output: nn.Linear, mean: Tensor | None) -> None:
    """Put the biases under a sigmoid at the logit of a mean [c, h, w] in [0, 1], clipped at 1e-7; they stay where there is none."""
    if mean is not None:
        output.bias.copy_(mean.flatten().clamp(1e-7, 1 - 1e-7).logit())


class Maxout(nn.Module):
    """Maximum over `pieces` linear maps: float [n, inputs] -> [n, units] (Goodfellow et al. 2013, eq. 2).

    Args:
        inputs, units: how many numbers come in and go out.
        pieces: linear maps under a unit.
        half_range: weights start in U(-half_range, half_range).
    """

    def __init__(self, inputs: int, units: int, pieces: int, half_range: float) -> None:
        super().__init__()
        self.pieces = pieces
        self.linear = uniform_linear(inputs, units * pieces, half_range)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).unflatten(1, (-1, self.pieces)).max(2).values  # amax would share the gradient among ties, at a price


class Dropout(nn.Dropout):
    """Dropout whose masks are cut from 64-bit draws, four elements each: torch draws a processor's masks one element at a time.

    The rate p is met to the nearest 2**-16, and the scale with it. Both halves of a batch [n, ...] read the same 32-bit words, one
    the lower 16 bits and one the upper: a layout that compiled graphs turn into vector instructions.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not (self.training and self.p):
            return x
        kept = round((1 - self.p) * 2**16)
        half = x[: -(-len(x) // 2)]
        words = torch.randint(-(2**63), 2**63 - 1, (-(-half.numel() // 2),), device=x.device)
        words = words.view(torch.int32)[: half.numel()].view_as(half)
        places = torch.arange(16, -1, -16, dtype=torch.int32, device=x.device).view(2, *[1] * x.dim())
        draws = (words << places >> 16).flatten(0, 1)[: len(x)]  # uniform in [-2**15, 2**15)
        return x * (draws < kept - 2**15).to(x.dtype).mul(2**16 / kept)


class Generator(nn.Module):
    """Noise [n, noise] -> samples [n, *shape] in (0, 1).

    Args:
        noise: dimension of z.
        shape: of one sample, (c, h, w).
        hidden: units of both hidden layers.
        half_range: weights start in U(-half_range, half_range).
        mean: mean of the data [c, h, w] in [0, 1]; the output's bias starts at its logit, clipped at 1e-7.
    """

    def __init__(
        self, noise: int, shape: tuple[int, ...], hidden: int = 1200, half_range: float = 0.05, mean: Tensor | None = None
    ) -> None:
        super().__init__()
        self.shape = shape
        self.net = nn.Sequential(
            uniform_linear(noise, hidden, half_range),
            nn.ReLU(),
            uniform_linear(hidden, hidden, half_range),
            nn.ReLU(),
            output := uniform_linear(hidden, prod(shape), half_range),
            nn.Sigmoid(),
        )
        start_at_mean(output, mean)

    def forward(self, z: Tensor) -> Tensor:
        return self.net(z).unflatten(1, self.shape)


class Discriminator(nn.Module):
    """Samples [n, *shape] -> logits [n].

    Args:
        shape: of one sample.
        units, pieces: of both maxout layers.
        half_range: weights start in U(-half_range, half_range).
    """

    rowwise = True

    def __init__(self, shape: tuple[int, ...], units: int = 240, pieces: int = 5, half_range: float = 0.005) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(),
            Dropout(0.2),
            Maxout(prod(shape), units, pieces, half_range),
            Dropout(0.5),
            Maxout(units, units, pieces, half_range),
            Dropout(0.5),
            uniform_linear(units, 1, half_range),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).squeeze(1)
