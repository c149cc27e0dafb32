"""How far a run is: a bar on a terminal, plain lines now and then elsewhere. Always on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def left(seconds: float) -> str:
    """A duration in words: 45 s, 3 min, 1 h 20 min."""
    minutes = round(seconds / 60)
    return f"{seconds:.0f} s" if seconds < 100 else f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


class Silent:
    """The progress of ranks that do not lead."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing to close."""

    def step(self, round: int, note: str = "") -> None:
        """One more round was played."""

    def say(self, line: str) -> None:
        """A line for the user."""


class Lines(Silent):
    """A line every few seconds.

    Args:
        start, total: rounds.
        images: rows a round.
        every: seconds between lines.
    """

    def __init__(self, start: int, total: int, images: int, every: float = 10.0) -> None:
        self.start, self.total, self.images, self.every = start, total, images, every
        self.began = self.last = time.monotonic()
        self.note = ""

    def step(self, round: int, note: str = "") -> None:
        self.note = note or self.note
        now = time.monotonic()
        if now - self.last >= self.every or round == self.total:
            self.last = now
            rate = (round - self.start) / max(now - self.began, 1e-9)
            remaining = f", {left((self.total - round) / rate)} left" if round < self.total else ""
            self.say(f"step {round}/{self.total}  {rate * self.images:,.0f} images/s{remaining}  {self.note}".rstrip())

    def say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class Bar(Silent):
    """A live bar. Args: as for `Lines`."""

    def __init__(self, start: int, total: int, images: int) -> None:
        self.images, self.start, self.began, self.note = images, start, time.monotonic(), ""
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True),
        )
        self.task = self.progress.add_task("step", total=total, completed=start, rate="", note="")

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.progress.stop()

    def step(self, round: int, note: str = "") -> None:
        rate = (round - self.start) * self.images / max(time.monotonic() - self.began, 1e-9)
        self.note = note or self.note
        self.progress.update(self.task, completed=round, rate=f"{rate:,.0f} images/s", note=self.note)

    def say(self, line: str) -> None:
        self.progress.console.print(line, highlight=False, markup=False)


def progress(leads: bool, start: int, total: int, images: int) -> Silent:
    """The fitting one: nothing for other ranks, a bar on a terminal, lines elsewhere."""
    if not leads:
        return Silent()
    return Bar(start, total, images) if sys.stderr.isatty() else Lines(start, total, images)
