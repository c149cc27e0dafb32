"""Batch norm whose samples do not depend on each other: reference and virtual batch norm.

    y = g (x - m) / sqrt(v + eps) + b          g and b are learned, by channel

m and v are means and variances by channel (of a convolution: over its pixels too). Batch norm takes them over the batch, so that
the samples of a batch have something in common. Here a reference batch, chosen once, goes through the network beside the live rows:

- reference batch norm: m and v of the reference batch, for every row (Goodfellow 2016, section 4.3);
- virtual batch norm: for a row x, m and v of the B reference rows and x together (Salimans et al. 2016, section 3.5). x has the
  weight w = 1 / (B + 1):

    m = (1 - w) m_ref + w m_x
    v = (1 - w) v_ref + w v_x + w (1 - w) (m_x - m_ref)^2

which is what weighing means and mean squares so gives. Here all is told from m_ref: with a = m_x - m_ref, and q the mean of
(x - m_ref)^2 = v_x + a^2, it is

    m = m_ref + w a
    v = (1 - w) v_ref + w q - (w a)^2

Large means do no harm, as m_ref is taken off first, and the difference loses no digits, as a^2 <= q. The reference rows are
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
        means = averaged(rows)  # [reference + n, channels, 1]
        centre = means[: self.reference].mean(0)
        centred, means = rows - centre, means - centre
        squares = averaged(centred.square())
        variance = squares[: self.reference].mean(0)
        live = self.statistics(means[self.reference :], squares[self.reference :], variance)
        of_reference = torch.zeros_like(means[: self.reference]), variance.expand_as(means[: self.reference])
        mean, variance = (torch.cat(pair) for pair in zip(of_reference, live, strict=True))
        scale = self.weight[:, None] * (variance + self.eps).rsqrt()
        # One product and sum over all pixels: the rest is small.
        return torch.addcmul(self.bias[:, None] - mean * scale, centred, scale).reshape(x.shape).to(x.dtype)

    @abstractmethod
    def statistics(self, means: Tensor, squares: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance for live rows, each [n, channels, 1], both told from the mean of the reference batch.

        Args:
            means: of the rows' pixels, [n, channels, 1], told from there.
            squares: means of the squares of their distances from there.
            variance: of the reference batch, [channels, 1].
        """


def averaged(rows: Tensor) -> Tensor:
    """The mean over pixels of [n, channels, pixels], [n, channels, 1]. The gradient of `mean` would divide every pixel."""
    return rows.sum(2, keepdim=True) / rows.shape[2]


class ReferenceBatchNorm(NormByReference):
    """Every row by the statistics of the reference batch, see the formulas above. Arguments as for `NormByReference`."""

    def statistics(self, means: Tensor, squares: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        return torch.zeros_like(means), variance.expand_as(means)


class VirtualBatchNorm(NormByReference):
    """Every row by the statistics of the reference batch and itself, see the formulas above. Arguments as for `NormByReference`."""

    def statistics(self, means: Tensor, squares: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        w = 1 / (self.reference + 1)
        return w * means, (1 - w) * variance + w * squares - (w * means) ** 2


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
