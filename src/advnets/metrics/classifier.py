"""A small classifier trained once on real pictures: its classes and its features are what metrics look at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from advnets.data.images import Images
from advnets.metrics.parts import Parts, labels_of

VERSION = 1
"""To be raised whenever the network or its training changes: classifiers kept from before are then trained anew."""

BATCH = 100
PICTURES_SHOWN = 40_000
"""At least, while training, unless that is more than 30 passes over the set."""
FEWEST_PASSES, MOST_PASSES = 4, 30
RATE, DECAY = 5e-3, 0.01
PICTURES_AT_ONCE = 500
FEATURES = 64


class Network(nn.Module):
    """Three convolutions and a layer of features; 28x28 digits give maps of 14, 7 and 4 pixels.

    Args:
        shape: channels, height and width in pixels, at least 8 x 8.
        classes: how many.
        width: channels of the first convolution.
        features: of the last layer but one.
    """

    def __init__(self, shape: tuple[int, int, int], classes: int, width: int = 32, features: int = FEATURES) -> None:
        super().__init__()
        channels, *sides = shape
        stride = 2 if min(sides) >= 16 else 1
        maps = tuple(min(4, math.ceil(side / (4 * stride))) for side in sides)
        self.convolutions = nn.Sequential(
            nn.BatchNorm2d(channels, affine=False),
            *convolution(channels, width, 5, stride),
            *convolution(width, 2 * width, 3, 2),
            *convolution(2 * width, 2 * width, 3, 2),
            nn.AdaptiveAvgPool2d(maps),
        )
        self.reduction = nn.Sequential(
            nn.Flatten(), nn.Linear(2 * width * math.prod(maps), features, bias=False), nn.BatchNorm1d(features), nn.ReLU()
        )
        self.last = nn.Linear(features, classes)

    def features(self, x: Tensor) -> Tensor:
        """Pictures [n, c, h, w] in [0, 1] -> features [n, features], none negative."""
        return self.reduction(self.convolutions(x.contiguous(memory_format=torch.channels_last)))

    def forward(self, x: Tensor) -> Tensor:
        """Pictures [n, c, h, w] in [0, 1] -> logits [n, classes]."""
        return self.last(self.features(x))


def convolution(inputs: int, outputs: int, kernel: int, stride: int) -> tuple[nn.Module, ...]:
    """A convolution that keeps the size up to its stride, batch norm, ReLU."""
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()


@dataclass(frozen=True)
class Seen:
    """What a classifier makes of n pictures: features float32 [n, features], probabilities float32 [n, classes]."""

    features: Tensor
    probabilities: Tensor


def trained(parts: Parts) -> Network:
    """A classifier of a labelled set, in evaluation mode.

    Training depends on the data and the number of threads only. The global random state stays as it is.
    """
    with torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad():
        torch.manual_seed(VERSION)
        labels, net = labels_of(parts.fit), Network(parts.fit.shape, len(parts.classes))
        passes = min(MOST_PASSES, max(FEWEST_PASSES, math.ceil(PICTURES_SHOWN / len(parts.fit))))
        batches = [index for _ in range(passes) for index in shuffled(len(parts.fit))]
        optimiser = AdamW(net.parameters(), RATE, weight_decay=DECAY)
        schedule = OneCycleLR(optimiser, RATE, total_steps=len(batches))
        for index in batches:
            optimiser.zero_grad()
            cross_entropy(net(parts.fit.rows(index)), labels[index]).backward()
            optimiser.step()
            schedule.step()
    return net.eval().requires_grad_(False)


def shuffled(n: int) -> Iterator[Tensor]:
    """Full batches of n pictures in random order, int64 [batch]."""
    size = min(BATCH, n)
    return iter(torch.randperm(n)[: n - n % size].split(size))


@torch.no_grad()
def seen(net: Network, batches: Iterable[Tensor]) -> Seen:
    """What a classifier makes of pictures in [0, 1], in batches float [b, c, h, w]."""
    features = torch.cat([net.features(batch.cpu().float()) for batch in batches])
    return Seen(features, net.last(features).softmax(1))


def seen_in(net: Network, images: Images, index: Tensor | None = None) -> Seen:
    """What a classifier makes of the pictures of a set at an index int64 [n]; None: of all."""
    index = torch.arange(len(images)) if index is None else index
    return seen(net, (images.rows(batch) for batch in index.split(PICTURES_AT_ONCE)))


def accuracy(net: Network, images: Images) -> float:
    """The share of the pictures of a set that a classifier puts into their class."""
    return (seen_in(net, images).probabilities.argmax(1) == labels_of(images)).double().mean().item()
