"""Layers that take something for good from the first rows that they see: a reference batch, a scale that suits the data.

What they take lies in buffers and parameters, so a checkpoint holds it; they look once, before the first round.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class FirstRows(nn.Module, ABC):
    """A layer whose start depends on data."""

    @abstractmethod
    def begin_with(self, rows: Tensor) -> None:
        """Take what is needed from the input of the first call, [n, ...]."""


@contextmanager
def first_rows(layers: Iterable[FirstRows]) -> Iterator[None]:
    """While it lasts, each of these layers begins with the rows of its next call, before it answers that call.

    Layers below begin first, so those above see what they will see.

    Raises:
        ValueError: a layer was not called.
    """
    waiting = set(layers)

    @torch.no_grad()
    def begin(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if isinstance(layer, FirstRows) and layer in waiting:
            layer.begin_with(inputs[0])
            waiting.remove(layer)

    hooks = [layer.register_forward_pre_hook(begin) for layer in waiting]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
    if waiting:
        raise ValueError(f"{len(waiting)} layers that begin with data saw none")
