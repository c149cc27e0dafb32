"""The record of a claim: one JSON file with what was published, what every seed gave, and the verdict.

id claim source published measured interval seeds samples command commit device seconds deviations verdict
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from advnets.errors import BadInput
from advnets.metrics.intervals import Estimate, share
from advnets.reproduce.claims import SHARE, Claim, Outcome, Size

KEYS = (
    "id", "claim", "source", "published", "measured", "interval", "seeds", "samples",
    "command", "commit", "device", "seconds", "deviations", "verdict",
)  # fmt: skip
VERDICTS = ("reproduced", "partly", "not", "shown", "path-only")

STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""Quantiles .975 of Student's t with 1, 2, ... degrees of freedom."""


@dataclass(frozen=True)
class Seed:
    """One seed: its outcome, or why it failed."""

    seed: int
    outcome: Outcome | None
    failure: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        if self.outcome is None:
            return {"seed": self.seed, "value": None, "failure": self.failure}
        checks = {"checks": dict(self.outcome.checks)} if self.outcome.checks else {}
        return {"seed": self.seed, "value": self.outcome.value, **self.outcome.beside, **checks}


def verdict(claim: Claim, seeds: Sequence[Seed], size: Size) -> str:
    """What the measurement says of the claim.

    "path-only" for a reduced size or substitute data; "shown" where nothing is asked for. Otherwise the criterion is put to the mean over
    seeds, and further checks to every seed: all hold: "reproduced"; a failed seed or a failed check leaves "partly" at best.
    """
    outcomes = [seed.outcome for seed in seeds if seed.outcome is not None]
    if size == "quick" or any(outcome.substitute for outcome in outcomes):
        return "path-only"
    if not outcomes:
        return "not"
    sound = len(outcomes) == len(seeds) and all(all(outcome.checks.values()) for outcome in outcomes)
    if claim.criterion is None:
        return "shown" if sound else "partly"
    value = fmean(outcome.value for outcome in outcomes)
    if claim.criterion.met(value):
        return "reproduced" if sound else "partly"
    return "partly" if claim.criterion.partly(value) else "not"


def interval(claim: Claim, seeds: Sequence[Seed]) -> list[float] | None:
    """The 95 % interval of the mean over seeds; of a single seed its own, if it has one."""
    outcomes = [seed.outcome for seed in seeds if seed.outcome is not None]
    if len(outcomes) == 1 and outcomes[0].interval is not None:
        return list(outcomes[0].interval)
    return over_seeds([outcome.value for outcome in outcomes], claim.bounds)


def over_seeds(values: Sequence[float], bounds: tuple[float, float]) -> list[float] | None:
    """The 95 % interval of a mean: Wilson's of a share if all values are 0 or 1, else by Student's t, within the values' bounds.

    >>> [round(end, 3) for end in over_seeds([1.0, 1.0, 0.0, 1.0], SHARE)]
    [0.301, 0.954]
    >>> [round(end, 3) for end in over_seeds([0.1, 0.3], (0.0, 1.0))]
    [0.0, 1.0]
    """
    if len(values) < 2:
        return None
    if bounds == SHARE and set(values) <= {0.0, 1.0}:
        found = share(sum(values), len(values))
    else:
        half = STUDENT[min(len(values) - 2, len(STUDENT) - 1)] * stdev(values) / sqrt(len(values))
        found = Estimate(fmean(values), fmean(values) - half, fmean(values) + half).within(*bounds)
    return [found.low, found.high]


def record(
    claim: Claim, seeds: Sequence[Seed], size: Size, *, command: str, commit: str | None, device: str, seconds: float
) -> dict[str, Any]:
    """The record as plain values, with exactly the keys `KEYS`."""
    outcomes = [seed.outcome for seed in seeds if seed.outcome is not None]
    reduced = ("Reduced in size: it shows that the path runs, and nothing else.",) if size == "quick" else ()
    substitutes = tuple(dict.fromkeys(f"Measured on {o.substitute}, not on the original's data." for o in outcomes if o.substitute))
    others = tuple(dict.fromkeys(line for o in outcomes for line in o.deviations))
    value = fmean(outcome.value for outcome in outcomes) if outcomes else None
    values = (
        claim.id,
        claim.claim,
        claim.source,
        None if claim.published is None else dict(claim.published),
        {"value": value, "unit": claim.unit},
        interval(claim, seeds),
        [seed.as_json() for seed in seeds],
        outcomes[0].samples if outcomes else None,
        command,
        commit,
        device,
        round(seconds, 1),
        [*reduced, *substitutes, *claim.deviations, *others],
        verdict(claim, seeds, size),
    )
    return dict(zip(KEYS, values, strict=True))


def read_record(file: Path) -> dict[str, Any]:
    """A record from its file.

    Raises:
        BadInput: the file is no record.
    """
    try:
        content = json.loads(file.read_text())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: not JSON ({error})") from None
    if not isinstance(content, dict) or tuple(content) != KEYS:
        raise BadInput(f"{file}: not a record of a claim (its keys must be {', '.join(KEYS)})")
    return content
