"""All randomness of a turn is a function of (seed, round, turn): nothing of it needs saving."""

from __future__ import annotations

from hashlib import blake2b

import torch
from torch import Tensor


def mixed(*parts: int | str) -> int:
    """A seed in [0, 2**63) that depends on every part."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "little") >> 1


class Rng:
    """The randomness of one turn. Draws are global and sliced by rank: ranks together see what one process would see.

    Args:
        seed, round, turn: what the draws depend on.
        device: where tensors are drawn.
        rank, world: this process takes rows `rank * n // world` up to `(rank + 1) * n // world` of every draw of n rows.
    """

    def __init__(self, seed: int, round: int, turn: int, device: torch.device | str = "cpu", rank: int = 0, world: int = 1) -> None:
        self.seed, self.round, self.turn, self.rank, self.world = seed, round, turn, rank, world
        self.device = torch.device(device)
        self.generator = torch.Generator(self.device)
        self.generator.manual_seed(mixed(seed, round, turn))

    def seed_networks(self) -> None:
        """Seed the default generators, which networks use for their own noise. Only here does the rank enter."""
        seed = mixed(self.seed, self.round, self.turn, self.rank)
        if self.device.type == "cpu":  # torch.manual_seed also asks every other kind of device, which takes a hundred times longer
            torch.default_generator.manual_seed(seed)
        else:
            torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]

    def share(self, rows: Tensor) -> Tensor:
        """This rank's part of rows [n, ...] that every rank has drawn alike."""
        if self.world == 1:
            return rows
        return rows[self.rank * len(rows) // self.world : (self.rank + 1) * len(rows) // self.world]

    def normal(self, n: int, *shape: int) -> Tensor:
        """This rank's share of n standard normal rows, float32 [n / world, *shape]."""
        return self.share(torch.randn(n, *shape, generator=self.generator, device=self.device))

    def uniform(self, n: int, *shape: int) -> Tensor:
        """This rank's share of n rows uniform in [0, 1), float32 [n / world, *shape]."""
        return self.share(torch.rand(n, *shape, generator=self.generator, device=self.device))

    def integers(self, high: int, n: int) -> Tensor:
        """This rank's share of n integers in [0, high), int64 [n / world]."""
        return self.share(torch.randint(high, (n,), generator=self.generator, device=self.device))
