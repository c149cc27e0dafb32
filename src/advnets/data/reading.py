"""How pictures are read. Standard library only: it is part of an experiment's configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from advnets.errors import BadInput

Fit = Literal["refuse", "resize", "crop", "pad"]
Colour = Literal["as-stored", "grey", "rgb"]
Contrast = Literal["as-stored", "normalised"]

GIBIBYTE = 2**30

LARGEST_SIDE = 2**13
"""Pixels. A picture of more is refused, as stored or as asked for."""


@dataclass(frozen=True)
class Reading:
    """How pictures are read. Pictures are turned upright by their EXIF tag; transparency is laid on white."""

    size: int | None = None
    """Side in pixels of the square pictures that the networks see; as stored if not given."""

    fit: Fit = "refuse"
    """Pictures of another size: an error (refuse), stretched (resize), cut to the centre square (crop), or set on black (pad)."""

    colour: Colour = "as-stored"
    """Channels: as stored (pictures must agree), one (grey) or three (rgb)."""

    flip: bool = False
    """Mirror half of the pictures left to right, drawn anew at each step of training."""

    skip_bad_files: bool = False
    """Leave out files that cannot be read as pictures, and count them, instead of stopping."""

    memory: float = 2.0
    """GiB of pixels kept in memory; larger folders and zips are read from disk while training."""

    workers: int = 2
    """Threads that decode pictures."""

    contrast: Contrast = "as-stored"
    """Numbers in [0, 1] (as-stored), or pictures of mean 0 and Euclidean norm 55 (normalised)."""

    def __post_init__(self) -> None:
        if self.size is not None and not 1 <= self.size <= LARGEST_SIDE:
            raise BadInput(f"--data.size {self.size}: must be at least 1 pixel, and at most {LARGEST_SIDE:,}")
        if self.size is None and self.fit != "refuse":
            raise BadInput(f"--data.fit {self.fit}: needs --data.size, the side in pixels to come to")
        if not (math.isfinite(self.memory) and self.memory >= 0):
            raise BadInput(f"--data.memory {self.memory}: must be 0 GiB or more")
        if self.workers < 1:
            raise BadInput(f"--data.workers {self.workers}: must be at least 1 thread")
        for field, value, known in (("fit", self.fit, Fit), ("colour", self.colour, Colour), ("contrast", self.contrast, Contrast)):
            if value not in get_args(known):
                raise BadInput(f"--data.{field} {value}: must be one of {', '.join(get_args(known))}")

    @property
    def bytes_kept(self) -> int:
        """Most bytes of pixels kept in memory."""
        return int(self.memory * GIBIBYTE)
