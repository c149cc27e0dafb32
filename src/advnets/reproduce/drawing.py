"""Figures of the ledger: one look for all of them, safe for colour-blind readers."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from torch import Tensor

from advnets.runs.files import write
from advnets.runs.pictures import grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
"""Data, generator, discriminator."""


def axes_grid(rows: int, columns: int, width: float = 5.0, height: float = 3.2) -> tuple[Figure, list[Axes]]:
    """A figure of panels, row by row; width and height of one in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * columns, height * rows), dpi=110, layout="constrained")
    return figure, [figure.add_subplot(rows, columns, number + 1) for number in range(rows * columns)]


def shelves(path: Path, pictures: Tensor, columns: int, rows: Spans = (), headings: Spans = ()) -> None:
    """Write pictures [n, c, h, w] in [0, 1] row by row, with words beside rows and above columns.

    Args:
        path: where to.
        pictures: from left to right and from top to bottom.
        columns: pictures in a row.
        rows, headings: words, and how many rows or columns each is for, in order.
    """
    from matplotlib.figure import Figure

    shown = grid(pictures, columns)
    figure = Figure(figsize=(shown.width / 100 + 1, shown.height / 100 + 0.3), dpi=110)
    figure.set_layout_engine("constrained", w_pad=0.08)
    axes = figure.add_subplot()
    axes.imshow(shown, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_yticks(*centres(rows, shown.height * columns / len(pictures)), fontsize=9)
    axes.set_xticks(*centres(headings, shown.width / columns), fontsize=9)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    save(figure, path)


Spans = Sequence[tuple[str, int]]


def centres(spans: Spans, pitch: float) -> tuple[list[float], list[str]]:
    """Where the middles of spans lie, with a pitch for each of their parts, and their words.

    >>> centres([("two", 2), ("one", 1)], 10.0)
    ([10.0, 25.0], ['two', 'one'])
    """
    ends = list(accumulate(count for _, count in spans))
    return [pitch * (end - count / 2) for end, (_, count) in zip(ends, spans, strict=True)], [words for words, _ in spans]


def save(figure: Figure, path: Path) -> None:
    """Write a figure at once; the same figure gives the same file."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    write(path, buffer.getvalue())


def image(figure: Figure) -> Image.Image:
    """A figure as a picture in memory."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer).convert("RGB")
