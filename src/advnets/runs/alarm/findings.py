"""What the looks at a run amount to: findings in words and numbers, a function of the lines of its log.

Every finding rests on medians of the last five looks, so that a single bad minibatch raises nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Any

Line = dict[str, Any]

RECENT = 5
"""Looks that a finding rests on."""
GRACE = 20
"""Looks before the first finding: a generator at its start draws much the same everywhere."""
BACK = 10
"""Looks over which a run that still learns is seen to become better."""
BETTER = 0.1
"""By how much of the data, at least; while it does, nothing is called lost that was not before."""
LOST = 0.45
"""The share of the data above which it counts as lost."""
DUPLICATES = 0.5
"""The share of near-duplicates above which samples count as copies of each other."""
SURE = 0.98
"""What D gives to data, and one minus what it gives to samples, on average, from which on it is saturated."""
FOLD = 100.0
"""The factor on G's gradient, up or down from its own past, that is a finding."""
MOVING = 0.25
"""Standard deviations of the data by which the samples' mean must swing to be a cycle."""
SHORTEST = 4
"""Looks of a turn at least: what changes from look to look is noise."""
WINDOW = 60
"""Looks in which a cycle is sought; it must turn twice in them."""
RETURNS = 0.5
"""The autocorrelation that a cycle has after a turn; after half a turn it has its negative half, or less."""


@dataclass(frozen=True)
class Finding:
    """Something the matter with a run: its name, and what was seen, in words and numbers."""

    name: str
    words: str


def findings(lines: Sequence[Line]) -> tuple[Finding, ...]:
    """What is the matter with a run after the last of these lines of its log; nothing within the first twenty looks."""
    looks = looks_of(lines)
    if len(looks) < GRACE:
        return ()
    asked = (unreached, saturated, gradient, cycling)
    return tuple(finding for finding in (look(looks) for look in asked) if finding is not None)


def looks_of(lines: Sequence[Line]) -> list[Line]:
    """The lines of a log at which the alarm looked at samples."""
    return [line for line in lines if "alarm/lost" in line]


def unreached(looks: Sequence[Line]) -> Finding | None:
    """Data that samples do not reach: because samples crowd elsewhere or repeat each other (a collapse), or lie off the data."""
    lost, crowded, duplicates = (recent(looks, f"alarm/{name}") for name in ("lost", "crowded", "duplicates"))
    if lost <= LOST and duplicates <= DUPLICATES:
        return None
    if not before(looks) & {"collapse", "off-the-data"} and learning(looks):
        return None
    if duplicates > DUPLICATES:
        return Finding(
            "collapse", f"{percent(duplicates)} of the samples are near-duplicates of others; {percent(lost)} of the data is missed"
        )
    if crowded > LOST:
        return Finding("collapse", f"samples miss {percent(lost)} of the data; they crowd in few places")
    return Finding("off-the-data", f"samples are spread out, but miss {percent(lost)} of the data: they lie beside it")


def before(looks: Sequence[Line]) -> set[str]:
    """What the look before the last had found."""
    return set(looks[-2].get("alarm/seen", ())) if len(looks) > 1 else set()


def learning(looks: Sequence[Line]) -> bool:
    """Whether samples reach more of the data, or crowd less, than ten looks ago."""
    earlier = looks[:-BACK]
    return any(recent(looks, name) < recent(earlier, name) - BETTER for name in ("alarm/lost", "alarm/crowded"))


def saturated(looks: Sequence[Line]) -> Finding | None:
    """A discriminator that tells data from samples almost always. Of critics, whose outputs are no probabilities, nothing is said."""
    if "watch/D(x)" not in looks[-1]:
        return None
    data, samples = recent(looks, "watch/D(x)"), recent(looks, "watch/D(G(z))")
    if data < SURE or samples > 1 - SURE:
        return None
    return Finding("saturated", f"D is always right: it gives {data:.3f} to data and {samples:.3f} to samples")


def gradient(looks: Sequence[Line]) -> Finding | None:
    """A gradient of G far below or above its own past."""
    if "gradient/G" not in looks[-1] or len(looks) < 2 * RECENT:
        return None
    now, past = recent(looks, "gradient/G"), median(line["gradient/G"] for line in looks[:-RECENT])
    if now * FOLD < past:
        return Finding("vanishing", f"G's gradient has fallen to {now:.2g}, from {past:.2g} before")
    if now > FOLD * past:
        return Finding("exploding", f"G's gradient has risen to {now:.2g}, from {past:.2g} before")
    return None


def cycling(looks: Sequence[Line]) -> Finding | None:
    """Samples whose mean goes round or back and forth, in even turns, by the autocorrelation of its way over the last looks."""
    part = looks[-WINDOW:]
    names = [name for name in part[-1] if name.startswith("alarm/mean_")]
    ways = [[line[name] for line in part] for name in names]
    ways = [[value - fmean(way) for value in way] for way in ways]
    spread = sum(value * value for way in ways for value in way) / len(part)
    if spread**0.5 < MOVING:
        return None
    turn = period([autocorrelation(ways, lag, spread) for lag in range(len(part) // 2 + 1)])
    if turn is None:
        return None
    rounds = turn * (part[-1]["step"] - part[0]["step"]) / (len(part) - 1)
    return Finding(
        "cycling", f"the samples' mean goes round in about {rounds:.0f} rounds, {spread**0.5:.2g} standard deviations of the data wide"
    )


def autocorrelation(ways: Sequence[Sequence[float]], lag: int, spread: float) -> float:
    """Of a way in one or more coordinates, each of mean 0, with itself `lag` looks later, over its mean square."""
    products = [sum(a * b for a, b in zip(way, way[lag:])) / (len(way) - lag) for way in ways]
    return sum(products) / spread


def period(correlations: Sequence[float]) -> int | None:
    """The lag of the first return after a half turn, in looks; None where there is no such return.

    >>> period([1.0, 0.0, -1.0, 0.0, 1.0, 0.0])
    4
    """
    away = next((lag for lag, value in enumerate(correlations) if value < -RETURNS / 2), None)
    if away is None:
        return None
    returned = (lag for lag in range(away, len(correlations) - 1) if correlations[lag] > max(RETURNS, correlations[lag + 1]))
    turn = next(returned, 0)
    return turn if turn >= SHORTEST else None


def recent(looks: Sequence[Line], name: str) -> float:
    """The median of a value over the last looks."""
    return median(line[name] for line in looks[-RECENT:])


def percent(share: float) -> str:
    """A share as one says it."""
    return f"{100 * share:.0f} %"


@dataclass(frozen=True)
class Spell:
    """How long a finding held.

    Args:
        name: of the finding.
        words: what was seen at its beginning.
        start: the round of the first look that saw it.
        end: of the first that did not; None where the last one still saw it.
    """

    name: str
    words: str
    start: int
    end: int | None


def spells(lines: Sequence[Line]) -> list[Spell]:
    """What the alarm saw in a run and when, by the lines of its log, in the order of beginning."""
    found: list[Spell] = []
    current: dict[str, int] = {}  # name -> place in found
    for line in looks_of(lines):
        seen: dict[str, str] = line["alarm/seen"]
        for name in [name for name in current if name not in seen]:
            place = current.pop(name)
            found[place] = replace(found[place], end=line["step"])
        for name in [name for name in seen if name not in current]:
            current[name] = len(found)
            found.append(Spell(name, seen[name], line["step"], None))
    return found
