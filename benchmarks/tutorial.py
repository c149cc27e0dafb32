"""The baselines: networks and training steps as a tutorial writes them. Nothing here comes from the package.

A step of D on real and on generated pictures, a step of G through the moved D, `.detach()` and `.backward()`, binary cross entropy,
optimisers as PyTorch gives them when asked for nothing special. Data lie in memory as floats, which most tutorials do not bother to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits


class Maxout(nn.Module):
    """The largest of `pieces` linear maps, float [n, inputs] -> [n, units]."""

    def __init__(self, inputs: int, units: int, pieces: int) -> None:
        super().__init__()
        self.units, self.pieces = units, pieces
        self.linear = nn.Linear(inputs, units * pieces)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).view(len(x), self.units, self.pieces).max(dim=2)[0]


def paper_pair() -> tuple[nn.Module, nn.Module]:
    """D and G of the paper's MNIST experiment for pictures float [n, 1, 28, 28]."""
    D = nn.Sequential(
        nn.Flatten(),
        nn.Dropout(0.2),
        Maxout(784, 240, 5),
        nn.Dropout(0.5),
        Maxout(240, 240, 5),
        nn.Dropout(0.5),
        nn.Linear(240, 1),
        nn.Flatten(0),
    )
    G = nn.Sequential(
        nn.Linear(100, 1200),
        nn.ReLU(),
        nn.Linear(1200, 1200),
        nn.ReLU(),
        nn.Linear(1200, 784),
        nn.Sigmoid(),
        nn.Unflatten(1, (1, 28, 28)),
    )
    return D, G


def dcgan_pair(width: int) -> tuple[nn.Module, nn.Module]:
    """D and G for pictures float [n, 1, 32, 32], with `width` channels at 16 x 16."""
    D = nn.Sequential(
        nn.Conv2d(1, width, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(2 * width),
        nn.LeakyReLU(0.2),
        nn.Conv2d(2 * width, 4 * width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(4 * width),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(4 * width * 16, 1),
        nn.Flatten(0),
    )
    G = nn.Sequential(
        nn.Linear(100, 4 * width * 16, bias=False),
        nn.Unflatten(1, (4 * width, 4, 4)),
        nn.BatchNorm2d(4 * width),
        nn.ReLU(),
        nn.ConvTranspose2d(4 * width, 2 * width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.ConvTranspose2d(width, 1, 4, 2, 1),
        nn.Sigmoid(),
    )
    return D, G


@dataclass(frozen=True)
class Loop:
    """A tutorial's training loop.

    Args:
        D, G: the networks.
        optimiser_D, optimiser_G: over their parameters.
        pictures: float32 [n, c, h, w], the data.
        batch_size: pictures a step.
    """

    D: nn.Module
    G: nn.Module
    optimiser_D: torch.optim.Optimizer
    optimiser_G: torch.optim.Optimizer
    pictures: Tensor
    batch_size: int

    def step(self, x: Tensor, z: Tensor) -> tuple[float, float]:
        """One step of D and one of G on pictures x and noise z; the two losses."""
        ones, zeros = torch.ones(len(x)), torch.zeros(len(x))
        self.D.zero_grad()
        loss_real = binary_cross_entropy_with_logits(self.D(x), ones)
        loss_real.backward()
        fake = self.G(z)
        loss_fake = binary_cross_entropy_with_logits(self.D(fake.detach()), zeros)
        loss_fake.backward()
        self.optimiser_D.step()
        self.G.zero_grad()
        loss_G = binary_cross_entropy_with_logits(self.D(fake), ones)
        loss_G.backward()
        self.optimiser_G.step()
        return loss_real.item() + loss_fake.item(), loss_G.item()

    def steps(self) -> Callable[[], tuple[float, float]]:
        """A function that takes the next step on the next batch of a shuffled epoch."""
        places = count()
        batches = len(self.pictures) // self.batch_size
        order = torch.randperm(len(self.pictures))

        def step() -> tuple[float, float]:
            place = next(places) % batches
            rows = order[place * self.batch_size : (place + 1) * self.batch_size]
            return self.step(self.pictures[rows], torch.randn(self.batch_size, 100))

        return step


def paper_loop(pictures: Tensor) -> Loop:
    """The paper's MNIST game: batch 100, gradient descent with momentum. Pictures: float32 [n, 1, 28, 28]."""
    D, G = paper_pair()
    return Loop(D, G, torch.optim.SGD(D.parameters(), 0.1, 0.5), torch.optim.SGD(G.parameters(), 0.1, 0.5), pictures, 100)


def dcgan_loop(pictures: Tensor) -> Loop:
    """A DCGAN with 64 channels: batch 64, Adam. Pictures: float32 [n, 1, 32, 32]."""
    D, G = dcgan_pair(64)
    adam_D, adam_G = (torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (D, G))
    return Loop(D, G, adam_D, adam_G, pictures, 64)
