"""Small labelled pictures that a classifier learns in a moment, and a cache of their own for these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

from advnets.data import Images

Drawn = Callable[[Tensor, int], Tensor]
Bands = Callable[..., Images]


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """Pictures of a bright band across the middle (0), down the middle (1), or along the border (2), with noise: float [n, 1, 8, 8]."""
    shapes = torch.zeros(3, 1, 8, 8)
    shapes[0, :, 3:5, :] = shapes[1, :, :, 3:5] = shapes[2] = 0.7
    shapes[2, :, 1:7, 1:7] = 0

    def draw(labels: Tensor, seed: int) -> Tensor:
        return shapes[labels] + 0.3 * torch.rand(len(labels), 1, 8, 8, generator=torch.Generator().manual_seed(seed))

    return draw


@pytest.fixture(scope="session")
def bands(drawn: Drawn) -> Bands:
    """A set of n such pictures, as many of each class."""

    def make(n: int, seed: int = 0) -> Images:
        labels = torch.arange(n) % 3
        return Images((drawn(labels, seed) * 255).round().byte(), labels, ("across", "down", "around"), "bands")

    return make


@pytest.fixture(scope="session")
def known(bands: Bands) -> Images:
    return bands(300)


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache for all these tests: the classifier of `known` is trained once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVNETS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
