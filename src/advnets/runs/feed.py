"""What games draw from: a data set in shuffled epochs, and the prior's noise."""

from __future__ import annotations

from functools import cached_property, lru_cache
from math import sqrt

import torch
from torch import Tensor

from advnets.core import Rng
from advnets.core.randomness import mixed
from advnets.data import Density, Images, Points, Streamed
from advnets.errors import BadInput
from advnets.experiment import Prior


def noise(prior: Prior, n: int, rng: Rng) -> Tensor:
    """This rank's share of n draws from the prior, float32 [n / world, dim]; mean 0, variance 1."""
    if prior.law == "uniform":
        return (rng.uniform(n, prior.dim) * 2 - 1) * sqrt(3)
    return rng.normal(n, prior.dim)


def class_names(source: Images | Streamed | Points | Density) -> tuple[str, ...]:
    """The names of the classes of a labelled set.

    Raises:
        BadInput: it has no labels.
    """
    if isinstance(source, Density) or source.labels is None:
        raise BadInput(f"game: conditional needs labels, and {source.name} has none (a folder's subfolders are labels)")
    return source.classes or tuple(map(str, range(int(source.labels.max()) + 1)))


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Labels int64 [n] as rows with a single 1, float32 [n, classes]."""
    return torch.eye(classes, device=labels.device)[labels]


class Feed:
    """Minibatches as a function of (seed, round, turn).

    Every turn walks through the whole set in its own shuffled epochs, a batch a round; what is left of an epoch is dropped.

    Args:
        source: the data set or density.
        prior: the law of the noise.
        batch_size: rows a step, over all ranks.
    """

    def __init__(self, source: Images | Streamed | Points | Density, prior: Prior, batch_size: int) -> None:
        self.source, self.prior, self.batch_size = source, prior, batch_size
        self.order = lru_cache(maxsize=8)(self.shuffled)

    @property
    def rounds_per_epoch(self) -> int | None:
        """Rounds in a pass over the data; None where the data never ends."""
        return None if isinstance(self.source, Density) else len(self.source) // self.batch_size

    def shuffled(self, seed: int, turn: int, epoch: int) -> Tensor:
        """The order of an epoch, int64 [n]."""
        assert not isinstance(self.source, Density)
        return torch.randperm(len(self.source), generator=torch.Generator().manual_seed(mixed("order", seed, turn, epoch)))

    def rows(self, seed: int, round: int, turn: int) -> Tensor:
        """Indices of the rows of this round, int64 [batch_size]."""
        assert self.rounds_per_epoch is not None
        epoch, place = divmod(round, self.rounds_per_epoch)
        return self.order(seed, turn, epoch)[place * self.batch_size : (place + 1) * self.batch_size]

    def data(self, rng: Rng) -> Tensor:
        """This rank's share of a minibatch: float32 [batch_size / world, ...]."""
        if isinstance(self.source, Density):
            return rng.share(self.source.sample(self.batch_size, rng.generator))
        return self.source.rows(self.index(rng), rng.generator)

    def labelled(self, rng: Rng) -> tuple[Tensor, Tensor]:
        """This rank's share of a minibatch with its classes: float32 [batch_size / world, ...] and one-hot [batch_size / world, classes].

        Raises:
            BadInput: the data have no labels.
        """
        classes, index = self.classes, self.index(rng)
        assert not isinstance(self.source, Density)
        assert self.source.labels is not None
        labels = self.source.labels[index.to(self.source.labels.device)]
        return self.source.rows(index, rng.generator), one_hot(labels.to(rng.device), len(classes))

    def index(self, rng: Rng) -> Tensor:
        """This rank's share of the indices of a turn, int64 [batch_size / world]; pictures on disk hear of those of the next round."""
        if isinstance(self.source, Streamed):
            self.source.expect(rng.share(self.rows(rng.seed, rng.round + 1, rng.turn)))
        return rng.share(self.rows(rng.seed, rng.round, rng.turn))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes of the data.

        Raises:
            BadInput: the data have no labels.
        """
        return class_names(self.source)

    def noise(self, rng: Rng) -> Tensor:
        """This rank's share of a minibatch of noise: float32 [batch_size / world, dim]."""
        return noise(self.prior, self.batch_size, rng)
