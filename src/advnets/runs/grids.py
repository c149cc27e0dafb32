"""Pictures of samples that nobody chose: a model's first samples of a seed, and a file that says which ones they are.

The text `advnets` of such a PNG holds its origin as JSON. The same run, step and weights give the same file again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image, PngImagePlugin, UnidentifiedImageError
from torch import Tensor

from advnets.errors import BadInput
from advnets.runs.building import Source, build_data, real_rows
from advnets.runs.files import write
from advnets.runs.given import Classes
from advnets.runs.pictures import cloud, grid, visible

if TYPE_CHECKING:
    from advnets.runs.sampling import Model, Weights

KEY = "advnets"
"""Of the text in a PNG."""


@dataclass(frozen=True)
class Origin:
    """Which samples a picture shows: the first ones of a seed, in order.

    Args:
        recipe: what the run came from.
        step: rounds that the generator was trained for.
        weights: averaged or raw.
        seed: of the noise.
        count: how many samples, in the order in which they were drawn.
        classes: those that a conditional generator was asked for, in turn; None: all, or it is given none.
        first: the number of the first one shown, which is 0.
        chosen: how many were picked out by anyone, which is 0.
    """

    recipe: str
    step: int
    weights: Weights
    seed: int
    count: int
    classes: tuple[str, ...] | None = None
    first: int = 0
    chosen: int = 0

    def told(self) -> str:
        """In a line, and the command that draws it again."""
        asked = "" if self.classes is None else f" --classes {' '.join(self.classes)}"
        return (
            f"samples {self.first} to {self.first + self.count - 1} of seed {self.seed}, in order, none chosen: "
            f"{self.recipe} at step {self.step:,}, {self.weights} weights\n"
            f"again: advnets sample RUN --count {self.count} --seed {self.seed} --at {self.step} --weights {self.weights}{asked} "
            "--out again.png"
        )


def save_grid(
    path: Path,
    model: Model,
    count: int,
    seed: int,
    classes: Classes | None = None,
    columns: int | None = None,
    source: Source | None = None,
) -> None:
    """Draw a model's first samples of a seed, all of them and in order, and write them as PNG with their origin.

    There is no way to hand over samples, and so none to choose among them.

    Args:
        path: the file.
        model: what draws.
        count: how many.
        seed: of the noise.
        classes: names of those that a conditional generator shall draw, in turn; all if None.
        columns: of the grid; about square if None.
        source: the data of points, if it is open already; a cloud of samples lies over it.

    Raises:
        BadInput: classes that the model does not draw.
    """
    samples = model.sample(count, seed, classes)
    buffer = BytesIO()
    info = text(origin_of(model, count, seed, classes))
    drawn(model, samples, seed, columns, source).save(buffer, format="png", optimize=True, pnginfo=info)
    write(path, buffer.getvalue())


def drawn(model: Model, samples: Tensor, seed: int, columns: int | None, source: Source | None) -> Image.Image:
    """Pictures as a grid; points as a cloud over as many of the data."""
    if samples.dim() == 4:
        return grid(visible(samples, model.experiment.data.contrast), columns)
    source = build_data(model.experiment.data, torch.device("cpu")) if source is None else source
    return cloud(samples, real_rows(source, len(samples), seed), f"step {model.step}")


def origin_of(model: Model, count: int, seed: int, classes: Sequence[str | int] | None = None) -> Origin:
    """The origin of a model's first samples of a seed."""
    asked = None if classes is None else tuple(map(str, classes))
    return Origin(model.experiment.recipe, model.step, model.weights, seed, count, asked)


def text(origin: Origin) -> PngImagePlugin.PngInfo:
    """An origin as the text of a PNG."""
    info = PngImagePlugin.PngInfo()
    info.add_text(KEY, json.dumps(asdict(origin)))
    return info


def read_origin(path: Path) -> Origin | None:
    """What a picture says of its samples; None where it says nothing, or is no picture.

    Raises:
        BadInput: the text is not one that `save_grid` writes.
    """
    try:
        with Image.open(path) as image:
            said = getattr(image, "text", {}).get(KEY)
    except (UnidentifiedImageError, OSError):
        return None
    if said is None:
        return None
    try:
        fields: dict[str, Any] = json.loads(said)
        classes = fields.pop("classes")
        return Origin(**fields, classes=None if classes is None else tuple(classes))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadInput(f"{path}: its text {KEY!r} does not tell which samples it shows") from None
