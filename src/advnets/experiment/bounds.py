"""Types of numbers with their bounds; a value outside is an error that names the field."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Bounds:
    """low <= value < high; low < value where the low end is open, value <= high where the high end is closed."""

    low: float
    high: float = math.inf
    low_is_open: bool = False
    high_is_closed: bool = False

    def hold(self, value: float) -> bool:
        """Whether the value lies inside."""
        above = self.low < value if self.low_is_open else self.low <= value
        return above and (value <= self.high if self.high_is_closed else value < self.high)

    def __str__(self) -> str:
        above = f"{'greater than' if self.low_is_open else 'at least'} {self.low:g}"
        return above if self.high == math.inf else f"{above} and {'at most' if self.high_is_closed else 'less than'} {self.high:g}"


Count = Annotated[int, Bounds(1)]
Whole = Annotated[int, Bounds(0)]
Factor = Annotated[float, Bounds(0)]
Positive = Annotated[float, Bounds(0, low_is_open=True)]
Share = Annotated[float, Bounds(0, 1)]
Target = Annotated[float, Bounds(0, 1, low_is_open=True, high_is_closed=True)]
Divisor = Annotated[float, Bounds(1)]
