"""Toy densities on the line and in the plane whose pdf is known exactly."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import final

import numpy as np
import torch
from torch import Tensor

from advnets.errors import BadInput


class Density(ABC):
    """A density that can be sampled and evaluated."""

    name: str
    dim: int
    modes: Tensor | None = None
    """Where its peaks are, float64 [k, dim]; None if it has no separate ones."""

    scale: float | None = None
    """Standard deviation of each peak; None if they differ or there are none."""

    @property
    def shape(self) -> tuple[int]:
        """Coordinates of a point."""
        return (self.dim,)

    @abstractmethod
    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n independent points, float32 [n, dim], on the generator's device."""

    @abstractmethod
    def log_prob(self, x: Tensor) -> Tensor:
        """The logarithm of the pdf at points [n, dim], float64 [n] in nats."""


@final
class GaussianMixture(Density):
    """A mixture of round Gaussians.

    Args:
        means: [k, dim].
        stds: [k], standard deviation in every direction.
        weights: [k], positive with sum 1; None: all the same.
        name: what it is called.

    Raises:
        BadInput: the lengths differ, a standard deviation or a weight is not positive, or the weights do not sum to 1.

    >>> bell = GaussianMixture([[4.0]], [0.5])
    >>> bell.log_prob(torch.tensor([[4.0]])).exp()  # 1 / (0.5 sqrt(2 pi))
    tensor([0.7979], dtype=torch.float64)
    """

    def __init__(
        self, means: Sequence[Sequence[float]], stds: Sequence[float], weights: Sequence[float] | None = None, name: str = "mixture"
    ) -> None:
        self.name = name
        self.means = torch.tensor(means, dtype=torch.float64)
        self.stds = torch.tensor(stds, dtype=torch.float64)
        k = len(self.means)
        self.weights = torch.full((k,), 1 / k, dtype=torch.float64) if weights is None else torch.tensor(weights, dtype=torch.float64)
        if self.means.ndim != 2 or self.stds.shape != (k,) or self.weights.shape != (k,):
            raise BadInput(f"{name}: means [k, dim], stds [k] and weights [k] must have the same length k")
        if not (self.stds > 0).all():
            raise BadInput(f"{name}: stds must be positive")
        if not (self.weights > 0).all() or abs(float(self.weights.sum()) - 1) > 1e-9:
            raise BadInput(f"{name}: weights must be positive and sum to 1")
        self.dim = self.means.shape[1]
        self.modes = self.means
        self.scale = float(self.stds[0]) if (self.stds == self.stds[0]).all() else None

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        device = device_of(generator)
        chosen = torch.multinomial(self.weights.to(device), n, replacement=True, generator=generator)
        noise = torch.randn(n, self.dim, generator=generator, device=device, dtype=torch.float64)
        return (self.means.to(device)[chosen] + self.stds.to(device)[chosen, None] * noise).float()

    def log_prob(self, x: Tensor) -> Tensor:
        means, stds, weights = (part.to(x.device) for part in (self.means, self.stds, self.weights))
        squares = (x.double()[:, None] - means).square().sum(-1)  # [n, k]
        logs = -squares / (2 * stds**2) - self.dim * (stds * math.sqrt(2 * math.pi)).log()
        return torch.logsumexp(logs + weights.log(), 1)


@final
class SwissRoll(Density):
    """A spiral c(t) = r t (cos t, sin t) / t_1, t uniform in [t_0, t_1] = [3 pi / 2, 9 pi / 2], blurred by a round Gaussian.

        p(x) = 1 / (t_1 - t_0)  integral over [t_0, t_1] of  N(x; c(t), std^2 I) dt

    The integral is taken by Gauss-Legendre quadrature, 16 nodes in each of 128 panels; its relative error is below 1e-8
    where the density is above 1e-20.

    Args:
        radius: r, where the spiral ends.
        std: of the blur. The quadrature is made for std >= radius / 40.
        name: what it is called.
    """

    dim = 2
    START, END = 1.5 * math.pi, 4.5 * math.pi

    def __init__(self, radius: float = 2.0, std: float = 0.05, name: str = "swiss-roll") -> None:
        if not (radius > 0 and std >= radius / 40):
            raise BadInput(f"{name}: std must be at least radius / 40, and radius positive")
        self.name, self.radius, self.std = name, radius, std
        nodes, weights = gauss_legendre(self.START, self.END, panels=128, order=16)
        self.centres = self.curve(nodes)  # [q, 2]
        scale = (self.END - self.START) * 2 * math.pi * std**2
        self.offsets = (weights / scale).log() - self.centres.square().sum(1) / (2 * std**2)  # [q]

    def curve(self, t: Tensor) -> Tensor:
        """The spiral at parameters t [n], [n, 2]."""
        return (self.radius / self.END * t)[:, None] * torch.stack([t.cos(), t.sin()], 1)

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        device = device_of(generator)
        t = self.START + (self.END - self.START) * torch.rand(n, generator=generator, device=device, dtype=torch.float64)
        noise = torch.randn(n, 2, generator=generator, device=device, dtype=torch.float64)
        return (self.curve(t) + self.std * noise).float()

    def log_prob(self, x: Tensor) -> Tensor:
        centres, offsets, precision = self.centres.to(x.device), self.offsets.to(x.device), 1 / self.std**2

        def chunk(rows: Tensor) -> Tensor:
            logs = torch.addmm(offsets, rows, centres.T, alpha=precision)  # [m, q], -|x - c|^2 / 2 std^2 but for its part in x alone
            return torch.logsumexp(logs, 1) - rows.square().sum(1) * precision / 2

        return torch.cat([chunk(rows) for rows in x.double().split(1024)])


def gauss_legendre(start: float, end: float, panels: int, order: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights [panels * order] that integrate over [start, end], float64."""
    x, w = np.polynomial.legendre.leggauss(order)
    half = (end - start) / panels / 2
    centres = start + half * (2 * np.arange(panels) + 1)
    return torch.from_numpy((centres[:, None] + half * x).ravel()), torch.from_numpy(np.tile(half * w, panels))


def device_of(generator: torch.Generator | None) -> torch.device:
    """Where a generator draws; the processor for the default one."""
    return torch.device("cpu") if generator is None else generator.device


def bell() -> GaussianMixture:
    """The standard Gaussian on the line."""
    return GaussianMixture([[0.0]], [1.0], name="bell")


def gaussian() -> GaussianMixture:
    """One Gaussian on the line, mean 4 and standard deviation 0.5."""
    return GaussianMixture([[4.0]], [0.5], name="gaussian")


def bumps() -> GaussianMixture:
    """Four Gaussians on the line: means -4, -1, 1, 4, standard deviation 0.4, weights 0.1, 0.4, 0.3, 0.2."""
    return GaussianMixture([[-4.0], [-1.0], [1.0], [4.0]], [0.4] * 4, [0.1, 0.4, 0.3, 0.2], name="bumps")


def ring() -> GaussianMixture:
    """Eight Gaussians of standard deviation 0.02, evenly on a circle of radius 2: no angle twice."""
    angles = [2 * math.pi * k / 8 for k in range(8)]
    return GaussianMixture([[2 * math.cos(a), 2 * math.sin(a)] for a in angles], [0.02] * 8, name="ring")


def grid() -> GaussianMixture:
    """25 Gaussians of standard deviation 0.05 at (x, y), x and y in -4, -2, 0, 2, 4."""
    places = [-4.0, -2.0, 0.0, 2.0, 4.0]
    return GaussianMixture([[x, y] for x in places for y in places], [0.05] * 25, name="grid")


DENSITIES: dict[str, Callable[[], Density]] = {
    "bell": bell,
    "gaussian": gaussian,
    "bumps": bumps,
    "ring": ring,
    "grid": grid,
    "swiss-roll": SwissRoll,
}


def density(name: str) -> Density:
    """The toy density of a name in `advnets.data.names.DENSITIES`."""
    return DENSITIES[name]()
