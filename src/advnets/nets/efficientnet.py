"""EfficientNet-Lite0, a small classifier of photographs: inverted residuals without squeeze and excitation, ReLU6 throughout.

The blocks are those of EfficientNet-B0 (Tan and Le 2019, table 1). Weights come from elsewhere; here is the network alone, with the
asymmetric padding and the epsilon that they were trained with.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import pad

SIDE = 224
"""Pixels of the pictures that the weights were trained on."""
FEATURES = 1280
CLASSES = 1000
STAGES = ((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1))
"""Kernel, stride of the first block, expansion, channels, blocks."""
STEM = 32
EPSILON = 1e-3


class Same(nn.Conv2d):
    """A convolution that gives ceil(side / stride), with the odd pixel of the border below and on the right."""

    def forward(self, input: Tensor) -> Tensor:
        borders = [border for axis in (1, 0) for border in self.borders(input.shape[2 + axis], axis)]
        return super().forward(pad(input, borders))

    def borders(self, side: int, axis: int) -> tuple[int, int]:
        """Zeros before and after a side of so many pixels."""
        kernel, stride = self.kernel_size[axis], self.stride[axis]
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        return total // 2, total - total // 2


def normed(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """A convolution and its batch norm."""
    return [Same(inputs, outputs, kernel, stride, groups=groups, bias=False), nn.BatchNorm2d(outputs, EPSILON)]


class Block(nn.Module):
    """An inverted residual (Sandler et al. 2018): widen, filter each channel, narrow; added to its input where the shape stays."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        widen = [*normed(inputs, wide), nn.ReLU6()] if expansion > 1 else []
        self.net = nn.Sequential(*widen, *normed(wide, wide, kernel, stride, groups=wide), nn.ReLU6(), *normed(wide, outputs))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.net(x) if self.residual else self.net(x)


def blocks() -> list[nn.Module]:
    """All blocks of all stages."""
    found: list[nn.Module] = []
    for before, (kernel, stride, expansion, channels, count) in zip((STEM, *(stage[3] for stage in STAGES)), STAGES):
        widths = (before, *[channels] * count)
        found += [Block(a, b, kernel, stride if n == 0 else 1, expansion) for n, (a, b) in enumerate(pairwise(widths))]
    return found


class EfficientNetLite0(nn.Module):
    """RGB pictures [n, 3, h, w] in [-1, 1], best of 224 x 224 pixels -> logits [n, 1000] of the classes of ImageNet."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            *normed(3, STEM, 3, 2),
            nn.ReLU6(),
            *blocks(),
            *normed(STAGES[-1][3], FEATURES),
            nn.ReLU6(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.last = nn.Linear(FEATURES, CLASSES)

    def features(self, x: Tensor) -> Tensor:
        """Pictures [n, 3, h, w] in [-1, 1] -> features [n, 1280], none negative."""
        return self.convolutions(x)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.features(x))
