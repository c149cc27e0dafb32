"""The generators of the paper's two experiments on faces, as in the authors' code (tfd_pretrain/*.yaml of goodfeli/adversarial).

First stage: 100 -> 8000 ReLU -> 8000 sigmoid -> 2304 sigmoid. Second stage: 100 -> 8000 ReLU -> 100 sigmoid, whose outputs take the
place of the noise of the first stage's generator; all five layers are trained. D is the paper's maxout pair of layers, see `paper`.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, nn

from advnets.nets.paper import start_at_mean, uniform_linear

HIDDEN_BIAS = -2.0
"""Of hidden sigmoid units at the start: most are nearly off."""


def sparse_linear(inputs: int, outputs: int, fan_in: int) -> nn.Linear:
    """A layer whose outputs start with weights N(0, 1) from `fan_in` inputs each, chosen at random, 0 from the others, and biases 0."""
    layer = nn.Linear(inputs, outputs)
    chosen = torch.rand_like(layer.weight).topk(min(fan_in, inputs)).indices  # [outputs, fan_in], no input twice
    with torch.no_grad():
        layer.weight.zero_().scatter_(1, chosen, torch.randn(chosen.shape, device=chosen.device))
    nn.init.zeros_(layer.bias)
    return layer


class Generator(nn.Module):
    """Noise [n, noise] -> samples [n, *shape] in (0, 1).

    Args:
        noise: dimension of z.
        shape: of one sample, (c, h, w).
        hidden: units of both hidden layers, ReLU and sigmoid.
        half_range: weights of the hidden layers start in U(-half_range, half_range).
        fan_in: weights of an output that do not start at 0; they start in N(0, 1).
        mean: mean of the data [c, h, w] in [0, 1]; the output's bias starts at its logit, clipped at 1e-7.
    """

    def __init__(
        self,
        noise: int,
        shape: tuple[int, ...],
        hidden: int = 8000,
        half_range: float = 0.05,
        fan_in: int = 100,
        mean: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.shape = shape
        self.net = nn.Sequential(
            uniform_linear(noise, hidden, half_range),
            nn.ReLU(),
            uniform_linear(hidden, hidden, half_range, HIDDEN_BIAS),
            nn.Sigmoid(),
            output := sparse_linear(hidden, prod(shape), fan_in),
            nn.Sigmoid(),
        )
        start_at_mean(output, mean)

    def forward(self, z: Tensor) -> Tensor:
        return self.net(z).unflatten(1, self.shape)


class SecondStage(nn.Module):
    """Noise [n, noise] -> samples of a generator, by two new layers below it.

    Args:
        noise: dimension of z.
        above: the generator of the first stage.
        codes: what it takes: as many numbers for a sample.
        hidden: units of the new hidden layer, which are ReLU.
        half_range: weights of the new layers start in U(-half_range, half_range).
    """

    def __init__(self, noise: int, above: nn.Module, codes: int = 100, hidden: int = 8000, half_range: float = 0.05) -> None:
        super().__init__()
        self.below = nn.Sequential(
            uniform_linear(noise, hidden, half_range),
            nn.ReLU(),
            uniform_linear(hidden, codes, half_range, HIDDEN_BIAS),
            nn.Sigmoid(),
        )
        self.above = above

    def forward(self, z: Tensor) -> Tensor:
        return self.above(self.below(z))
