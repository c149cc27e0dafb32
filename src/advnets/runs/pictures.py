"""Pictures of samples: grids of images, clouds of points, their progress as an animation."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import ceil, sqrt
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from advnets.data.reading import Contrast
from advnets.runs.files import write


def to_uint8(images: Tensor) -> Tensor:
    """Images in [0, 1] as uint8, rounded to the nearest level."""
    return (images.float().clamp(0, 1) * 255).round().to(torch.uint8)


def visible(rows: Tensor, contrast: Contrast) -> Tensor:
    """Rows as a picture can show them: where their contrast is normalised, x / (2 max |x|) + 1/2, which lies in [0, 1].

    Args:
        rows: float [n, c, h, w]; the maximum is taken over all of them.
        contrast: of the data that the networks see; rows of any other are returned as they are.

    >>> visible(torch.tensor([-2.0, 0.0, 4.0]), "normalised")
    tensor([0.2500, 0.5000, 1.0000])
    """
    return rows / (2 * rows.abs().max().clamp(min=1e-12)) + 0.5 if contrast == "normalised" else rows


def grid(images: Tensor, columns: int | None = None, gap: int = 2, enlarge: bool = True) -> Image.Image:
    """Images [n, c, h, w] in [0, 1] side by side, row by row, on a dark ground; small ones are enlarged by a whole factor.

    Args:
        images: c is 1 or 3.
        columns: about square if None.
        gap: pixels between images, before enlarging.
        enlarge: whether small ones are.
    """
    n, c, h, w = images.shape
    columns = columns or ceil(sqrt(n))
    rows = ceil(n / columns)
    canvas = torch.full((c, rows * (h + gap) + gap, columns * (w + gap) + gap), 40, dtype=torch.uint8)
    for i, image in enumerate(to_uint8(images.cpu())):
        top, left = gap + i // columns * (h + gap), gap + i % columns * (w + gap)
        canvas[:, top : top + h, left : left + w] = image
    array = canvas.permute(1, 2, 0).numpy()
    picture = Image.fromarray(array[:, :, 0] if c == 1 else array)
    scale = max(1, round(64 / h)) if enlarge else 1
    return picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)


def cloud(points: Tensor, real: Tensor, title: str = "") -> Image.Image:
    """Sampled points (orange) over real ones (blue): a scatter in two dimensions, histograms in one."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), dpi=100)
    axes = figure.add_subplot()
    real, points = real.cpu().double(), points.cpu().double()  # limits of the largest float32 lie beyond it
    low, high = real.min(0).values, real.max(0).values
    margin = 0.25 * (high - low).max().item()
    axes.set_xlim(low[0].item() - margin, high[0].item() + margin)
    if real.shape[1] == 1:
        bins = torch.linspace(low[0].item() - margin, high[0].item() + margin, 80, dtype=torch.float64).tolist()
        axes.hist(real[:, 0].numpy(), bins, density=True, alpha=0.5, color="tab:blue", label="data")
        axes.hist(points[:, 0].numpy(), bins, density=True, alpha=0.5, color="tab:orange", label="samples")
    else:
        axes.set_ylim(low[1].item() - margin, high[1].item() + margin)
        axes.scatter(real[:, 0], real[:, 1], s=6, alpha=0.4, color="tab:blue", label="data", linewidths=0)
        axes.scatter(points[:, 0], points[:, 1], s=6, alpha=0.6, color="tab:orange", label="samples", linewidths=0)
    axes.legend(loc="upper right")
    axes.set_title(title)
    figure.tight_layout()
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer).convert("RGB")


def picture(samples: Tensor, real: Tensor, title: str = "") -> Image.Image:
    """A picture of samples of any kind; `real` sets the scale for points."""
    return grid(samples) if samples.dim() == 4 else cloud(samples, real, title)


def beside_nearest(samples: Tensor, neighbours: Tensor, columns: int = 10) -> Image.Image:
    """Samples in rows, and under each row the training images nearest to them, in rows."""
    pairs: list[Tensor] = []
    for start in range(0, len(samples) - columns + 1, columns):
        pairs += [samples[start : start + columns], neighbours[start : start + columns]]
    return grid(torch.cat(pairs), columns)


def save_png(path: Path, image: Image.Image) -> None:
    """Write a picture at once."""
    buffer = BytesIO()
    image.save(buffer, format="png", optimize=True)
    write(path, buffer.getvalue())


def save_gif(path: Path, frames: Sequence[Image.Image], milliseconds: int = 250) -> None:
    """Write an animation that rests on its last frame."""
    shared = [frame.convert("L" if frame.mode == "L" else "P") for frame in frames]
    buffer = BytesIO()
    durations = [milliseconds] * (len(shared) - 1) + [8 * milliseconds]
    shared[0].save(buffer, format="gif", save_all=True, append_images=shared[1:], duration=durations, loop=0)
    write(path, buffer.getvalue())
