"""What a claim is: a sentence of a paper, the number published with it, and the function that measures it here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

Size = Literal["full", "quick"]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Setting:
    """Under which circumstances a claim is measured.

    Args:
        seed: all randomness.
        size: "full", or "quick": reduced so that it only shows that the path runs.
        root: folder with local copies of the named data sets; None: ADVNETS_DATA, or downloads.
        work: where runs lie, which a second attempt resumes.
        figures: where figures of this seed go, named by the claim.
        say: tells the user how far it is.
    """

    seed: int
    size: Size
    root: Path | None
    work: Path
    figures: Path
    say: Callable[[str], None] = print

    def sized(self, full: Value, quick: Value) -> Value:
        """One value at full size, another at the quick one."""
        return full if self.size == "full" else quick


@dataclass(frozen=True)
class Outcome:
    """What one seed gave.

    Args:
        value: the number that is compared with the published one.
        beside: other numbers, as plain values.
        checks: further criteria in words, and whether they hold.
        samples: how many the number is made from; None where it is exact.
        interval: the number's own 95 % interval, if it has one.
        substitute: what was measured instead of the original's data, if it was something else.
        deviations: from the original, beside those of the claim.
    """

    value: float
    beside: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, bool] = field(default_factory=dict)
    samples: int | None = None
    interval: tuple[float, float] | None = None
    substitute: str | None = None
    deviations: tuple[str, ...] = ()


class Criterion(Protocol):
    """What the value must be like."""

    def met(self, value: float) -> bool:
        """Whether the claim is reproduced."""
        ...

    def partly(self, value: float) -> bool:
        """Whether it is so in part."""
        ...

    def words(self) -> str:
        """The same for a reader."""
        ...


@dataclass(frozen=True)
class Within:
    """|value - target| <= tolerance; in part from `partly_from` on."""

    target: float
    tolerance: float
    partly_from: float | None = None

    def met(self, value: float) -> bool:
        return abs(value - self.target) <= self.tolerance

    def partly(self, value: float) -> bool:
        return self.partly_from is not None and value >= self.partly_from

    def words(self) -> str:
        return f"within {self.tolerance:g} of {self.target:g}" + in_part(self.partly_from, "from")


@dataclass(frozen=True)
class AtMost:
    """value <= limit; in part up to `partly_to`."""

    limit: float
    partly_to: float | None = None

    def met(self, value: float) -> bool:
        return value <= self.limit

    def partly(self, value: float) -> bool:
        return self.partly_to is not None and value <= self.partly_to

    def words(self) -> str:
        return f"at most {self.limit:g}" + in_part(self.partly_to, "up to")


@dataclass(frozen=True)
class AtLeast:
    """value >= limit; in part from `partly_from` on."""

    limit: float
    partly_from: float | None = None

    def met(self, value: float) -> bool:
        return value >= self.limit

    def partly(self, value: float) -> bool:
        return self.partly_from is not None and value >= self.partly_from

    def words(self) -> str:
        return f"at least {self.limit:g}" + in_part(self.partly_from, "from")


def in_part(limit: float | None, side: str) -> str:
    """What a criterion says of values that meet it in part, if anything."""
    return "" if limit is None else f", in part {side} {limit:g}"


SHARE = (0.0, 1.0)
NOT_NEGATIVE = (0.0, math.inf)


@dataclass(frozen=True)
class Claim:
    """One line of the ledger.

    Args:
        id: its name on the command line.
        claim: the sentence.
        source: paper, and where in it.
        unit: of the value, with what it is: "max |error|", "nats".
        measure: from a setting to what one seed gives.
        minutes: what one seed costs at full size on two cores, about.
        published: the published value and what belongs to it; None where nothing was published to compare with.
        criterion: what the mean over seeds must be like; None where the claim is only shown.
        bounds: where values lie, and intervals end.
        seeds: how many are measured unless told otherwise.
        deviations: from the original, with reasons.
    """

    id: str
    claim: str
    source: str
    unit: str
    measure: Callable[[Setting], Outcome]
    minutes: float
    published: Mapping[str, Any] | None = None
    criterion: Criterion | None = None
    bounds: tuple[float, float] = (-math.inf, math.inf)
    seeds: int = 1
    deviations: tuple[str, ...] = ()
