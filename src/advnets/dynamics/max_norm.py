"""Weights that stay in a ball: after every step of an optimiser, the weights that come into a unit are scaled back to a greatest norm.

    w <- w min(1, c / |w|), w the incoming weights of one unit          (max_col_norm in the authors' code)

A unit is an output of a linear layer, or of one linear map under a maxout unit; in a convolution it is an output channel, whose weights
are those of its whole kernel. Biases are free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

LINEAR = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def incoming(net: nn.Module) -> Iterator[Tensor]:
    """The weights of all layers of a network as [units, ...]: views that share the parameters' memory."""
    for module in net.modules():
        if isinstance(module, LINEAR):
            yield module.weight.detach()
        elif isinstance(module, TRANSPOSED):
            yield module.weight.detach().transpose(0, 1)


def keep_norms(optimiser: Optimizer, nets: Iterable[nn.Module], most: float) -> None:
    """Have the incoming weights of every unit scaled back after each step of an optimiser. There is no state to save.

    Args:
        optimiser: of the parameters of the networks.
        nets: whose weights are meant; they stay the networks' own tensors.
        most: the greatest Euclidean norm, above 0.

    >>> net = nn.Linear(2, 1)
    >>> optimiser = torch.optim.SGD(net.parameters(), lr=1.0)
    >>> keep_norms(optimiser, [net], most=5.0)
    >>> net.weight.grad, net.bias.grad = torch.tensor([[-60.0, -80.0]]) + net.weight.detach(), torch.zeros(1)
    >>> optimiser.step()
    >>> net.weight.detach()
    tensor([[3., 4.]])
    """
    weights = [weight for net in nets for weight in incoming(net)]

    def scale_back(optimiser: Optimizer, args: Any, kwargs: Any) -> None:
        for weight in weights:
            torch.renorm(weight, 2, 0, most, out=weight)

    optimiser.register_step_post_hook(scale_back)
