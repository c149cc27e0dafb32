"""Who is who among real examples: what the generator was trained on, what chooses a setting, and what is scored."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from advnets.data.densities import Density
from advnets.data.opening import Data, Rows, part
from advnets.errors import BadInput
from advnets.metrics.checks import same_shape

MOST_VALIDATION = 1000
MOST_TESTED = 10_000
FEWEST_HELD_OUT = 10
FIFTH = 5


@dataclass(frozen=True)
class Roles:
    """Real examples by their roles. None that is tested chooses a setting too.

    Args:
        training: what the generator was trained on, without what is held out of it below.
        validation: those that choose a setting.
        validation_origin: where they come from, in words.
        test: those that are scored.
        test_origin: where they come from, in words.
    """

    training: Rows
    validation: Rows
    validation_origin: str
    test: Rows
    test_origin: str


def roles(reference: Data, held_out: Data | None, validation: Data | None, seed: int) -> Roles:
    """Real examples by their roles, from what there is.

    Args:
        reference: what the generator was trained on.
        held_out: others, to test; None: the validation examples, or else a fifth of the reference, are both.
        validation: still others; None: some of those held out.
        seed: of the choice of at most 1,000 to validate and 10,000 to test.

    Raises:
        BadInput: a density, other shapes, or too few.
    """
    known = examples(reference)
    others, chosen = (None if data is None else alike(data, known) for data in (held_out, validation))
    generator = torch.Generator().manual_seed(seed)
    if others is not None and chosen is not None:
        return Roles(known, some(chosen, MOST_VALIDATION, generator), chosen.name, some(others, MOST_TESTED, generator), "held out")
    if others is not None:
        return divided(known, others, "those held out", generator)
    if chosen is not None:
        return divided(known, chosen, chosen.name, generator)
    return divided(part(known, "fit"), part(known, "held-out"), "a fifth of the set", generator)


def divided(training: Rows, others: Rows, origin: str, generator: torch.Generator) -> Roles:
    """Examples that were held out, in two: a fifth of them at most validate, the rest are tested."""
    order = torch.randperm(len(others), generator=generator)
    fifth = min(MOST_VALIDATION, len(others) // FIFTH)
    validation, test = (others.select(index.sort().values) for index in (order[:fifth], order[fifth:][:MOST_TESTED]))
    return Roles(training, validation, f"some of {origin}", test, f"others of {origin}")


def some(data: Rows, most: int, generator: torch.Generator) -> Rows:
    """At most so many of a set, in its order; all of it where it has no more."""
    return data if len(data) <= most else data.select(torch.randperm(len(data), generator=generator)[:most].sort().values)


def examples(data: Data) -> Rows:
    """The same set, if it is one of stored examples.

    Raises:
        BadInput: it is a density.
    """
    if isinstance(data, Density):
        raise BadInput(f"{data.name}: metric parzen needs pictures or points to choose sigma and to score, not a density")
    return data


def alike(data: Data, known: Rows) -> Rows:
    """A set that was held out, if it is of the same shape, and large enough.

    Raises:
        BadInput: it is not.
    """
    others = examples(data)
    same_shape(others, known)
    if len(others) < FEWEST_HELD_OUT:
        raise BadInput(f"{others.name}: too small: metric parzen needs {FEWEST_HELD_OUT} examples held out, not {len(others)}")
    return others
