"""Samples from a run: the averaged generator of the last checkpoint, unless told otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from advnets.core import Rng
from advnets.core.randomness import mixed
from advnets.errors import BadInput
from advnets.experiment import Experiment, Inpainting, Prior
from advnets.runs import checkpoints
from advnets.runs.building import Source
from advnets.runs.feed import noise
from advnets.runs.files import new_folder, write
from advnets.runs.folder import RunFolder
from advnets.runs.given import Classes, build_unseen, drawn_from, given, whole
from advnets.runs.grids import save_grid
from advnets.runs.pictures import grid, save_png, visible
from advnets.runs.players import networks

Weights = Literal["averaged", "raw"]


@torch.no_grad()
def generate(generator: nn.Module, *given: Tensor, chunk: int = 500) -> Tensor:
    """What a generator draws of noise z [n, d], and of what else it is given, [n, ...] each.

    In evaluation mode, and in pieces that fit in memory: float32 [n, ...] on the processor.
    """
    was_training = generator.training
    generator.eval()
    try:
        return torch.cat([generator(*parts).float().cpu() for parts in zip(*(rows.split(chunk) for rows in given), strict=True)])
    finally:
        generator.train(was_training)


def prior_noise(prior: Prior, n: int, seed: int, device: torch.device | str = "cpu") -> Tensor:
    """n draws from the prior, float32 [n, d], a function of the seed."""
    return noise(prior, n, Rng(mixed("samples", seed), 0, 0, device))


@dataclass(frozen=True)
class Model:
    """A trained generator with what it needs to be sampled.

    Args:
        generator: noise [n, d], and what else its game gives it, -> samples [n, ...].
        experiment: what it came from.
        step: rounds it was trained for.
        shape: of one sample.
        classes: names of the classes that it is given; none unless the game is conditional.
        unseen: opens real rows that no player saw, for a generator that completes them.
        weights: whether the generator is the averaged one or the raw one.
    """

    generator: nn.Module
    experiment: Experiment
    step: int
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    unseen: Callable[[], Source]
    weights: Weights = "averaged"

    def sample(self, n: int, seed: int = 0, classes: Classes | None = None) -> Tensor:
        """n samples, float32 [n, c, h, w] in [0, 1] or of normalised contrast, as the data, or [n, d] points; the same for the same seed.

        Args:
            n: how many.
            seed: of the noise, and of the pictures whose left halves an inpainting generator completes.
            classes: names of those that a conditional generator shall draw, in turn; all if None.

        Raises:
            BadInput: a class that does not exist, or classes asked of a generator that is given none.
        """
        return self.at(prior_noise(self.experiment.prior, n, seed, self.device), seed, classes)

    def at(self, z: Tensor, seed: int = 0, classes: Classes | None = None) -> Tensor:
        """Samples at noise z [n, d], as `sample` gives them."""
        return self.drawn(*given(self.experiment.game, z, self.classes, classes, lambda n: drawn_from(self.unseen(), n, seed)))

    def complete(self, pictures: Tensor, seed: int = 0) -> Tensor:
        """Pictures [n, c, h, w] in [0, 1] with their right halves drawn anew, float32 of the same shape.

        Raises:
            BadInput: the generator completes nothing, or pictures of another shape.
        """
        if not isinstance(self.experiment.game, Inpainting):
            raise BadInput("this generator completes no pictures; one of the game inpainting does (advnets train mnist-inpainting)")
        if tuple(pictures.shape[1:]) != self.shape:
            raise BadInput(f"pictures: of shape {tuple(pictures.shape[1:])}, but the generator completes {self.shape}")
        z = prior_noise(self.experiment.prior, len(pictures), seed, self.device)
        return self.drawn(*given(self.experiment.game, z, self.classes, None, lambda n: pictures))

    def drawn(self, *given: Tensor) -> Tensor:
        """Samples from all that the generator is given, [n, ...] each."""
        return whole(self.experiment.game, given, generate(self.generator, *given))

    @property
    def device(self) -> torch.device:
        """Where the generator lives."""
        return next(self.generator.parameters()).device


def load(run: str | Path, weights: Weights | None = None, at: int | None = None, device: str = "cpu") -> Model:
    """The generator of a run.

    Args:
        run: a run folder.
        weights: the averaged generator, or the raw one; averaged if None, where the run keeps an average.
        at: the step of a checkpoint; the last one if None.
        device: where it shall live.

    Raises:
        BadInput: no such run or checkpoint, torn files, or an average asked of a run that keeps none.
    """
    folder = RunFolder(Path(run))
    average = folder.experiment().average.decay
    weights = weights or ("averaged" if average else "raw")
    checkpoint = checkpoints.find(folder.checkpoints, at)
    file = checkpoint / ("average.safetensors" if weights == "averaged" else "weights.safetensors")
    if weights == "averaged" and not file.exists():
        raise BadInput(f"{run}: keeps no averaged generator; say --weights raw")
    metadata = checkpoints.metadata_of(file)
    x = checkpoints.experiment_of(file)
    shape = tuple(json.loads(metadata["shape"]))
    classes = tuple(json.loads(metadata.get("classes", "[]")))
    generator = networks(x, shape, None, torch.device(device), classes)["G"].eval().requires_grad_(False)
    checkpoints.load_weights(file, {"G": generator})
    return Model(generator, x, int(metadata["step"]), shape, classes, cache(partial(build_unseen, x.data)), weights)


def write_samples(out: Path, is_folder: bool, model: Model, count: int, seed: int, classes: Classes | None = None) -> Path:
    """Draw samples and write them as a grid (.png), as arrays (.npz, key `samples`), or as a folder of pictures.

    A grid says in its file which samples it shows. Samples of normalised contrast are scaled to be looked at; arrays hold them as the
    generator gives them, to be measured.

    Raises:
        BadInput: a suffix that is none of these, a folder that holds something, a folder of pictures asked of points, or classes that
            the model does not draw.
    """
    if is_folder or out.is_dir() or not out.suffix:
        if out.exists() and any(out.iterdir()):
            raise BadInput(f"--out {out}: holds something already; name a new folder or an empty one")
        samples = model.sample(count, seed, classes)
        if samples.dim() != 4:
            raise BadInput(f"--out {out}: points are no pictures; write them to .npz or .png")
        with new_folder(out) if not out.exists() else nullcontext(out) as folder:
            for i, image in enumerate(visible(samples, model.experiment.data.contrast)):
                save_png(folder / f"{i:05d}.png", grid(image[None], gap=0, enlarge=False))
    elif out.suffix == ".npz":
        buffer = BytesIO()
        np.savez_compressed(buffer, samples=model.sample(count, seed, classes).numpy())
        write(out, buffer.getvalue())
    elif out.suffix == ".png":
        save_grid(out, model, count, seed, classes)
    else:
        raise BadInput(f"--out {out}: its suffix is neither .png nor .npz, and it is no folder/")
    return out
