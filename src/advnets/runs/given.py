"""What a generator is given for samples, by its game: noise, and whatever the game gives beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import singledispatch

import torch
from torch import Tensor

from advnets import experiment as e
from advnets.errors import BadInput
from advnets.games.inpainting import halves
from advnets.runs.building import Source, build_data, build_held_out, real_rows
from advnets.runs.feed import one_hot

Classes = Sequence[str | int]
"""Names of classes, as the data have them; the number 3 stands for the name "3"."""


@singledispatch
def inputs(game: e.Gan, prior: e.Prior, shape: tuple[int, ...], classes: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """What a generator takes, by name and in order, with the shape of each for one sample."""
    return {"z": (prior.dim,)}


@inputs.register
def _(game: e.Conditional, prior: e.Prior, shape: tuple[int, ...], classes: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    return {"z": (prior.dim,), "c": (len(classes),)}


@inputs.register
def _(game: e.Inpainting, prior: e.Prior, shape: tuple[int, ...], classes: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    return {"l": (*shape[:-1], shape[-1] // 2), "z": (prior.dim,)}


@singledispatch
def given(game: e.Gan, z: Tensor, known: tuple[str, ...], wanted: Classes | None, real: Callable[[int], Tensor]) -> tuple[Tensor, ...]:
    """What a generator is given for a sample at each noise.

    Args:
        game: what it was trained by.
        z: noise [n, d].
        known: names of the classes that it was trained with.
        wanted: names of those that shall be drawn, in turn; None: all.
        real: `real(n)` -> n real pictures on the processor, for a generator that completes them.

    Raises:
        BadInput: a class that does not exist, or classes wanted of a generator that is given none.
    """
    refuse(wanted)
    return (z,)


@given.register
def _(game: e.Conditional, z: Tensor, known: tuple[str, ...], wanted: Classes | None, real: Callable[[int], Tensor]) -> tuple[Tensor, ...]:
    return z, one_hot(in_turn(known, wanted, len(z)).to(z.device), len(known))


@given.register
def _(game: e.Inpainting, z: Tensor, known: tuple[str, ...], wanted: Classes | None, real: Callable[[int], Tensor]) -> tuple[Tensor, ...]:
    refuse(wanted)
    return halves(real(len(z)).to(z.device))[0], z


def refuse(wanted: Classes | None) -> None:
    """Refuse classes where a generator is given none.

    Raises:
        BadInput: there are some.
    """
    if wanted is not None:
        raise BadInput("classes: this generator is given none; a run of the game conditional is (advnets train mnist-conditional)")


def in_turn(known: tuple[str, ...], wanted: Classes | None, n: int) -> Tensor:
    """The classes of n samples, int64 [n], positions among the known ones: those wanted in turn, all if None.

    Raises:
        BadInput: a class that is not known, or no class at all.

    >>> in_turn(("cat", "dog"), None, 3).tolist(), in_turn(("cat", "dog"), ["dog"], 2).tolist()
    ([0, 1, 0], [1, 1])
    """
    names = known if wanted is None else tuple(map(str, wanted))
    for name in names:
        if name not in known:
            raise BadInput(f"classes: no class {name!r}; there are {', '.join(known)}")
    if not names:
        raise BadInput(f"classes: name at least one of {', '.join(known)}")
    return torch.tensor([known.index(name) for name in names]).repeat(-(-n // len(names)))[:n]


@singledispatch
def whole(game: e.Gan | e.Conditional, given: tuple[Tensor, ...], drawn: Tensor) -> Tensor:
    """Samples as the data are, from what a generator was given and what it drew."""
    return drawn


@whole.register
def _(game: e.Inpainting, given: tuple[Tensor, ...], drawn: Tensor) -> Tensor:
    return torch.cat([given[0].float().cpu(), drawn], -1)


def build_unseen(data: e.Data) -> Source:
    """Real rows that no player saw: the fifth that was held out, or the test part; the data themselves where there is neither."""
    held_out = build_data(replace(data, split="held-out"), torch.device("cpu")) if data.split == "fit" else build_held_out(data)
    return build_data(data, torch.device("cpu")) if held_out is None else held_out


def drawn_from(source: Source, n: int, seed: int) -> Tensor:
    """n real rows in an order that the seed decides, over again where there are fewer: float32 [n, ...] on the processor."""
    rows = real_rows(source, n, seed)
    return rows[torch.arange(n) % len(rows)]
