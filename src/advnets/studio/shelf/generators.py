"""Playing with a trained generator: samples, and walks between two of them.

A few models are kept; one computes at a time, on one thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from advnets.errors import BadInput
from advnets.studio.shelf.details import steps, version
from advnets.studio.shelf.inside import inside, run_folder

if TYPE_CHECKING:
    from torch import Tensor

    from advnets.runs.grids import Origin
    from advnets.runs.sampling import Model

KEPT = 4
MOST_IN_A_PICTURE = 256
MOST_IN_ARRAYS = 10_000
FRAMES = 11


@dataclass(frozen=True)
class Wanted:
    """Which samples: of which weights of which checkpoint of which run, how many, from which noise.

    Raises:
        BadInput: no such weights, or a number out of bounds.
    """

    run: str
    weights: str = "averaged"
    at: int | None = None
    count: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        if self.weights not in ("averaged", "raw"):
            raise BadInput(f"weights: {self.weights!r} is neither averaged nor raw")
        if not 1 <= self.count <= MOST_IN_ARRAYS:
            raise BadInput(f"count: {self.count} is not between 1 and {MOST_IN_ARRAYS}")
        if not 0 <= self.seed < 2**63:
            raise BadInput(f"seed: {self.seed} is not between 0 and 2**63")


class Generators:
    """The models that were asked for last."""

    def __init__(self, shelf: Path) -> None:
        self.shelf, self.turn = shelf, Lock()
        self.kept: OrderedDict[tuple[str, str, int, int | None], Model] = OrderedDict()

    def png(self, wanted: Wanted) -> bytes:
        """Samples as a grid, or as a cloud of points, in a file that says which ones they are."""
        from advnets.runs.grids import origin_of

        few(wanted)
        with self.model(wanted) as model:
            return drawn(model, model.sample(wanted.count, wanted.seed), origin=origin_of(model, wanted.count, wanted.seed))

    def npz(self, wanted: Wanted) -> bytes:
        """Samples as arrays, key `samples`."""
        import numpy as np

        buffer = BytesIO()
        with self.model(wanted) as model:
            np.savez_compressed(buffer, samples=model.sample(wanted.count, wanted.seed).numpy())
        return buffer.getvalue()

    def walk(self, wanted: Wanted, start: int, end: int) -> bytes:
        """From one of the samples to another, in equal steps on the straight line between their z: a row of pictures, or a path.

        Raises:
            BadInput: there are no such samples.
        """
        import torch

        from advnets.runs.sampling import prior_noise

        few(wanted)
        if not (0 <= start < wanted.count and 0 <= end < wanted.count):
            raise BadInput(f"from, to: samples are numbered from 0 to {wanted.count - 1}")
        with self.model(wanted) as model:
            z = prior_noise(model.experiment.prior, wanted.count, wanted.seed)
            t = torch.linspace(0, 1, FRAMES if len(model.shape) == 3 else 50 * FRAMES)[:, None]
            kept = (model.classes[start % len(model.classes)],) if model.classes else None  # the class of the first, all the way
            return drawn(model, model.at(torch.lerp(z[start], z[end], t), classes=kept), columns=FRAMES)

    @contextmanager
    def model(self, wanted: Wanted) -> Iterator[Model]:
        """A run's generator, loaded if it is not kept, from safetensors only.

        Raises:
            NotThere: no such run.
            BadInput: no such checkpoint, torn files, or a generator that needs pictures, whose path may lead anywhere.
        """
        import torch

        from advnets.experiment import Inpainting
        from advnets.runs.sampling import load

        folder = run_folder(self.shelf, wanted.run)
        at = wanted.at if wanted.at is not None else max(steps(folder), default=-1)
        file = "average.safetensors" if wanted.weights == "averaged" else "weights.safetensors"
        key = (wanted.run, wanted.weights, at, version(inside(self.shelf, wanted.run, "checkpoints", f"step-{at:08d}", file)))
        with self.turn:
            torch.set_num_threads(1)  # a training beside us needs the rest
            if key not in self.kept:
                self.kept[key] = load(folder.path, wanted.weights, None if at < 0 else at)  # type: ignore[arg-type]
            if isinstance(self.kept[key].experiment.game, Inpainting):
                raise BadInput(f"{wanted.run}: completes pictures, which the studio does not open; advnets sample does")
            self.kept.move_to_end(key)
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
            yield self.kept[key]


def few(wanted: Wanted) -> None:
    """Raises: BadInput, for more samples than a picture can show."""
    if wanted.count > MOST_IN_A_PICTURE:
        raise BadInput(f"count: a picture holds at most {MOST_IN_A_PICTURE} samples; arrays hold {MOST_IN_ARRAYS}")


def drawn(model: Model, samples: Tensor, columns: int | None = None, origin: Origin | None = None) -> bytes:
    """Samples as PNG, with their origin if they are a model's first ones.

    Points lie over those of a known density; of other data nothing is read, since its path may lead anywhere.
    """
    import torch

    from advnets.data import DENSITIES, density
    from advnets.runs.grids import text
    from advnets.runs.pictures import cloud, grid, visible

    if samples.dim() == 4:
        image = grid(visible(samples, model.experiment.data.contrast), columns)
    else:
        name = model.experiment.data.source
        real = density(name).sample(1000, torch.Generator().manual_seed(0)) if name in DENSITIES else samples
        image = cloud(samples, real)
    buffer = BytesIO()
    image.save(buffer, format="png", pnginfo=None if origin is None else text(origin))
    return buffer.getvalue()
