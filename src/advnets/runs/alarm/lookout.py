"""The alarm of a run in motion: it looks at samples at lines of the log, and adds to these what it saw.

It draws its samples from noise of its own and moves nothing, so a run ends bit for bit as without it. All that it remembers are lines
of the log, which a resumed run has too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from advnets.runs.alarm.findings import Finding, Line, findings, looks_of
from advnets.runs.alarm.looks import ROWS, Reference, look, reference
from advnets.runs.building import real_rows
from advnets.runs.live import Live


class Lookout:
    """Who looks at a run.

    Args:
        live: the run.
        lines: of its log so far.
    """

    def __init__(self, live: Live, lines: Sequence[Line]) -> None:
        self.live, self.looks = live, looks_of(lines)
        self.found: tuple[Finding, ...] = findings(self.looks)
        self.begun: tuple[str, ...] = ()
        self.ended: tuple[str, ...] = ()

    @cached_property
    def reference(self) -> Reference:
        """Real rows to compare with."""
        count = self.live.x.alarm.samples
        return reference(real_rows(self.live.source, max(ROWS, count), self.live.x.seed + 3), count)

    @property
    def due(self) -> bool:
        """Whether it is time for a look."""
        alarm, last = self.live.x.alarm, self.looks[-1]["step"] if self.looks else 0
        return alarm.samples > 1 and self.live.round // alarm.every > last // alarm.every

    def noted(self, line: Line) -> Line:
        """A line of the log, with what a look at samples adds to it where one is due."""
        before = self.names
        if self.due:
            samples = self.live.model.sample(self.live.x.alarm.samples, self.live.x.seed + 3)
            line = line | look(samples, self.reference).values()
            self.found = findings([*self.looks, line])
            line = line | {"alarm/seen": {finding.name: finding.words for finding in self.found}}
            self.looks.append(line)
        self.begun = tuple(name for name in self.names if name not in before)
        self.ended = tuple(name for name in before if name not in self.names)
        return line

    @property
    def names(self) -> tuple[str, ...]:
        """What is the matter, by name."""
        return tuple(finding.name for finding in self.found)

    @property
    def news(self) -> list[str]:
        """What the last look found that the one before had not, and the other way round."""
        return [self.reason(name) for name in self.begun] + [f"{name} is over" for name in self.ended]

    def reason(self, name: str) -> str:
        """A finding in words."""
        return next((f"{finding.name}: {finding.words}" for finding in self.found if finding.name == name), name)
