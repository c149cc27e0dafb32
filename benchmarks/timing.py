"""Comparing two steps fairly on a machine that others use too: in turns, in short blocks, by medians."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from statistics import median, quantiles
from typing import TypeVar

Step = Callable[[], object]
Name = TypeVar("Name")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        baseline_ms, ours_ms: medians over the blocks, milliseconds a step.
        ratio: baseline_ms / ours_ms; above 1 where ours is faster.
        quartiles: of the ratio between neighbouring blocks, which says how far to trust it.
        runs: blocks of each side.
        threads: of each process.
        same_algorithm: both sides do the same arithmetic.
        baseline, ours: what was measured, in words.
        extra: further numbers of this row by name.
    """

    baseline_ms: float
    ours_ms: float
    ratio: float
    quartiles: tuple[float, float]
    runs: int
    threads: int
    same_algorithm: bool
    baseline: str
    ours: str
    extra: Mapping[str, float | Mapping[str, float]]

    def as_json(self) -> dict[str, object]:
        """The row as plain values, times and ratios to four significant digits."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "extra"} | dict(self.extra)
        return {name: rounded(value) for name, value in values.items()}


def rounded(value: object) -> object:
    """Floats to four significant digits, also inside tuples and mappings; anything else as it is."""
    if isinstance(value, tuple):
        return [rounded(item) for item in value]
    if isinstance(value, Mapping):
        return {name: rounded(item) for name, item in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def interleaved(steps: Mapping[Name, Step], seconds: float, *, warm_up: int = 3, block_seconds: float = 0.3) -> dict[Name, list[float]]:
    """Milliseconds a step, block by block; the contestants take turns, every other time in reverse.

    The first steps of a block are not counted: they find the caches full of another contestant's memory, as no step of a training
    does. A compiled step of the paper's game needs four of them until it is as fast as alone.

    Args:
        steps: the contestants by name.
        seconds: to measure, all contestants and blocks together, after the warm-up; at least two blocks each.
        warm_up: steps before the first block (compilation and caches).
        block_seconds: about how long the counted steps of a block of the slowest contestant last; all blocks have the same number of
            steps, and before these a quarter as many and one.
    """
    slowest = max(timed(step, warm_up, last=1) for step in steps.values())
    calls = max(1, round(block_seconds / slowest))
    cold = 1 + calls // 4
    blocks: dict[Name, list[float]] = {name: [] for name in steps}
    end = time.perf_counter() + seconds
    for number in count():
        for name in list(steps)[:: 1 if number % 2 == 0 else -1]:
            blocks[name].append(1000 * timed(steps[name], cold + calls, last=calls) / calls)
        if number and time.perf_counter() >= end:
            return blocks
    raise AssertionError("count() has no end")


def timed(step: Step, calls: int, last: int) -> float:
    """Seconds that the last few of so many calls took."""
    for _ in range(calls - last):
        step()
    start = time.perf_counter()
    for _ in range(last):
        step()
    return time.perf_counter() - start


def compared(
    baseline: tuple[str, Step],
    ours: tuple[str, Step],
    seconds: float,
    *,
    threads: int,
    same_algorithm: bool,
    warm_up: int = 3,
    block_seconds: float = 0.3,
) -> Row:
    """A row from two steps, each with its description. Other arguments: as for `interleaved` and `Row`."""
    steps = {"baseline": baseline[1], "ours": ours[1]}
    return row(
        interleaved(steps, seconds, warm_up=warm_up, block_seconds=block_seconds),
        baseline=baseline[0],
        ours=ours[0],
        threads=threads,
        same_algorithm=same_algorithm,
    )


def row(blocks: Mapping[str, list[float]], *, baseline: str, ours: str, threads: int, same_algorithm: bool) -> Row:
    """A row from the blocks of "baseline" and "ours", in milliseconds.

    >>> row({"baseline": [2.0, 3.0, 2.0], "ours": [1.0, 1.0, 2.0]}, baseline="a", ours="b", threads=1, same_algorithm=True).ratio
    2.0
    """
    low, _, high = quantiles([b / o for b, o in zip(blocks["baseline"], blocks["ours"], strict=True)], n=4, method="inclusive")
    baseline_ms, ours_ms = median(blocks["baseline"]), median(blocks["ours"])
    runs = len(blocks["ours"])
    return Row(baseline_ms, ours_ms, baseline_ms / ours_ms, (low, high), runs, threads, same_algorithm, baseline, ours, {})
