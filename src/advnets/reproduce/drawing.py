"""Figures of the ledger: one look for all of them, safe for colour-blind readers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from advnets.runs.files import write

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
