"""Discriminators in two parts: the layers that give features, and those that judge them."""

from __future__ import annotations

from torch import Tensor, nn

from advnets.nets import dcgan, mlp
from advnets.nets.minibatch import BesideFeatures


class Centred(nn.Module):
    """Pictures in [0, 1] -> the same in [-1, 1]."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * x - 1


def apart(D: mlp.Discriminator | dcgan.Discriminator) -> tuple[nn.Sequential, nn.Sequential]:
    """A discriminator's own layers, as a network of rows [n, *shape] -> features [n, k] and one of features -> logits [n].

    A minibatch's features belong to the second.

    >>> import torch
    >>> features, judge = apart(D := mlp.Discriminator((2,), (5, 4)))
    >>> x = torch.randn(3, 2)
    >>> features(x).shape, torch.equal(judge(features(x)), D(x))
    (torch.Size([3, 4]), True)
    """
    layers = [D.net[0], *D.net[1]] if isinstance(D, mlp.Discriminator) else [Centred(), *D.net]  # pyright: ignore[reportGeneralTypeIssues]
    judging = 2 if isinstance(layers[-2], BesideFeatures) else 1
    return nn.Sequential(*layers[:-judging]), nn.Sequential(*layers[-judging:], nn.Flatten(0))
