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
        below = f"{'at most' if self.high_is_closed else 'less than'} {self.high:g}"
        return " and ".join(end for end, value in ((above, self.low), (below, self.high)) if math.isfinite(value))


Count = Annotated[int, Bounds(1)]
Size = Annotated[int, Bounds(1), Bounds(-math.inf, 1e8)]
"""Of what lies in memory at once. More would not fit, and some more would not even be counted in 64 bits."""
Seed = Annotated[int, Bounds(0), Bounds(-math.inf, 2**62)]
"""Of randomness; whoever needs a second one adds a little."""
Whole = Annotated[int, Bounds(0)]
Factor = Annotated[float, Bounds(0)]
Positive = Annotated[float, Bounds(0, low_is_open=True)]
Share = Annotated[float, Bounds(0, 1)]
Target = Annotated[float, Bounds(0, 1, low_is_open=True, high_is_closed=True)]
Divisor = Annotated[float, Bounds(1)]
