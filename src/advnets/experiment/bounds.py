"""Types of numbers with their bounds; a value outside is an error that names the field."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Bounds:
    """low <= value < high, or low < value where the low end is open."""

    low: float
    high: float = math.inf
    low_is_open: bool = False

    def hold(self, value: float) -> bool:
        """Whether the value lies inside."""
        return self.low <= value < self.high and not (self.low_is_open and value == self.low)

    def __str__(self) -> str:
        above = f"{'greater than' if self.low_is_open else 'at least'} {self.low:g}"
        return above if self.high == math.inf else f"{above} and less than {self.high:g}"


Count = Annotated[int, Bounds(1)]
Whole = Annotated[int, Bounds(0)]
Positive = Annotated[float, Bounds(0, low_is_open=True)]
Share = Annotated[float, Bounds(0, 1)]
Divisor = Annotated[float, Bounds(1)]
