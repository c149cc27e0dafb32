"""Real pictures of the data that a run names: opened when a quiz begins, a few of them kept, nothing downloaded."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING

from advnets.data.names import PICTURES
from advnets.errors import BadInput

if TYPE_CHECKING:
    from torch import Tensor

    from advnets.experiment import Data

SETS = 4
PICTURES_KEPT = 200
MEMORY = 0.25
"""GiB of pixels that a folder of pictures may take while it is opened; of a larger one only those that are kept are read."""


@dataclass(eq=False)
class Reals:
    """Pictures of the sets that were asked for last.

    Args:
        paths: whether sets may be opened that have no name, but a path, which may lead anywhere on this machine.
    """

    paths: bool
    kept: OrderedDict[Data, Tensor] = field(default_factory=OrderedDict)

    def of(self, data: Data) -> Tensor:
        """Some pictures of a set, float32 [n, c, h, w], as the players see them.

        Raises:
            BadInput: it is not on this machine, cannot be read, or may not be opened.
        """
        if data not in self.kept:
            if data.source not in PICTURES and not self.paths:
                raise BadInput("the run's data set is a path, which a studio that others can reach does not open")
            self.kept[data] = some(data)
        self.kept.move_to_end(data)
        while len(self.kept) > SETS:
            self.kept.popitem(last=False)
        return self.kept[data]


def some(data: Data) -> Tensor:
    """Pictures of a set that nobody chose.

    Raises:
        BadInput: it is not on this machine, cannot be read, or has no pictures.
    """
    from advnets.data import Images, Streamed, open_data
    from advnets.runs.building import reading_of, real_rows

    reading = replace(reading_of(data), memory=min(data.memory, MEMORY))
    root = None if data.root is None else Path(data.root)
    try:
        source = open_data(data.source, reading, split=data.split, root=root, download=False)
    except BadInput as error:
        raise BadInput(f"the run's data set cannot be opened here: {error}") from None
    if not isinstance(source, Images | Streamed):
        raise BadInput(f"{data.source}: holds points, not pictures")
    return real_rows(source, PICTURES_KEPT, randbelow(2**31))
