"""Batch norm whose samples do not depend on each other: reference and virtual batch norm.

    y = g (x - m) / sqrt(v + eps) + b          g and b are learned, by channel

m and v are means and variances by channel (of a convolution: over its pixels too). Batch norm takes them over the batch, so that
the samples of a batch have something in common. Here a reference batch, chosen once, goes through the network beside the live rows:

- reference batch norm: m and v of the reference batch, for every row (Goodfellow 2016, section 4.3);
- virtual batch norm: for a row x, m and v of the B reference rows and x together (Salimans et al. 2016, section 3.5). x has the
  weight w = 1 / (B + 1):

    m = (1 - w) m_ref + w m_x
    v = (1 - w) v_ref + w v_x + w (1 - w) (m_x - m_ref)^2

which is what weighing means and mean squares so gives, without their difference, in which digits are lost. The reference rows are
normalised by their own statistics. These are computed anew in every pass, with gradients, as the weights below them move.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import torch
from torch import Tensor, nn

from advnets.nets.first_rows import FirstRows

Norm = Callable[[int], nn.Module]
"""From a number of channels to the layer that normalises them: `nn.BatchNorm2d`, or `partial(VirtualBatchNorm, reference=64)`."""


class NormByReference(nn.Module, ABC):
    """Rows [reference + n, channels, ...], the reference batch first -> the same shape, normalised by channel.

    There are no running statistics: training and evaluation are alike. Inside `Referenced` a layer like this takes the place of batch
    norm.

    Args:
        channels: how many.
        eps: added to the variance.
        reference: rows of the reference batch.
    """

    def __init__(self, channels: int, eps: float = 1e-5, *, reference: int = 64) -> None:
        super().__init__()
        self.eps, self.reference = eps, reference
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        full = x.to(torch.promote_types(x.dtype, torch.float32))
        rows = full.reshape(x.shape[0], len(self.weight), -1)  # [reference + n, channels, pixels]; len(x) would be fixed in an export
        reference, live = rows[: self.reference], rows[self.reference :]
        mean, variance = reference.mean((0, 2), keepdim=True), reference.var((0, 2), correction=0, keepdim=True)
        of_reference = self.normalised(reference, mean, variance)
        of_live = self.normalised(live, *self.statistics(live, mean, variance))
        return torch.cat([of_reference, of_live]).reshape(x.shape).to(x.dtype)

    def normalised(self, rows: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        """Rows [n, channels, pixels] by a mean and a variance, and then the layer's own scale and shift."""
        scale = self.weight[:, None] * (variance + self.eps).rsqrt()
        return (rows - mean) * scale + self.bias[:, None]

    @abstractmethod
    def statistics(self, live: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance for live rows [n, channels, pixels], given the reference batch's [1, channels, 1]."""


class ReferenceBatchNorm(NormByReference):
    """Every row by the statistics of the reference batch, see the formulas above. Arguments as for `NormByReference`."""

    def statistics(self, live: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        return mean, variance


class VirtualBatchNorm(NormByReference):
    """Every row by the statistics of the reference batch and itself, see the formulas above. Arguments as for `NormByReference`."""

    def statistics(self, live: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        w = 1 / (self.reference + 1)
        own_mean, own_variance = live.mean(2, keepdim=True), live.var(2, correction=0, keepdim=True)  # [n, channels, 1]
        apart = own_mean - mean
        return mean + w * apart, (1 - w) * variance + w * own_variance + w * (1 - w) * apart**2


class Referenced(FirstRows):
    """A network that is called with a reference batch ahead of its rows, [n, ...] -> what the network says of the rows.

    The reference batch is a buffer: saved with the weights, and moved by no optimiser. It begins as the first rows that are seen.

    Args:
        net: with layers `NormByReference` of as many reference rows.
        reference: where it starts, [reference, ...]: fixed noise for a generator, data for a discriminator.
    """

    reference: Tensor

    def __init__(self, net: nn.Module, reference: Tensor) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("reference", reference)

    def begin_with(self, rows: Tensor) -> None:
        if len(rows) < len(self.reference):
            raise ValueError(f"{len(rows)} rows are too few for a reference batch of {len(self.reference)}")
        self.reference.copy_(rows[: len(self.reference)])

    def forward(self, x: Tensor) -> Tensor:
        return self.net(torch.cat([self.reference.to(x.dtype), x]))[len(self.reference) :]


def referenced(net: nn.Sequential, *shape: int) -> nn.Sequential:
    """The network as it is, or `Referenced` where its layers need that, with a reference batch of standard normal rows [*shape].

    >>> referenced(nn.Sequential(nn.Linear(2, 3), VirtualBatchNorm(3, reference=5)), 2)[0].reference.shape
    torch.Size([5, 2])
    """
    rows = [layer.reference for layer in net.modules() if isinstance(layer, NormByReference)]
    return nn.Sequential(Referenced(net, torch.randn(rows[0], *shape))) if rows else net
