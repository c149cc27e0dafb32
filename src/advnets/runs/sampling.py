"""Samples from a run: the averaged generator of the last checkpoint, unless told otherwise."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from advnets.core import Rng
from advnets.core.randomness import mixed
from advnets.errors import BadInput
from advnets.experiment import Experiment, Prior, decode
from advnets.runs import checkpoints
from advnets.runs.building import build_data, networks, real_rows
from advnets.runs.feed import noise
from advnets.runs.files import new_folder, write
from advnets.runs.folder import RunFolder
from advnets.runs.pictures import grid, picture, save_png

Weights = Literal["averaged", "raw"]


@torch.no_grad()
def generate(generator: nn.Module, z: Tensor, chunk: int = 500) -> Tensor:
    """Samples for noise z [n, d], in evaluation mode and in pieces that fit in memory: float32 [n, ...] on the processor."""
    was_training = generator.training
    generator.eval()
    try:
        return torch.cat([generator(part).float().cpu() for part in z.split(chunk)])
    finally:
        generator.train(was_training)


def prior_noise(prior: Prior, n: int, seed: int, device: torch.device | str = "cpu") -> Tensor:
    """n draws from the prior, float32 [n, d], a function of the seed."""
    return noise(prior, n, Rng(mixed("samples", seed), 0, 0, device))


@dataclass(frozen=True)
class Model:
    """A trained generator with what it needs to be sampled.

    Args:
        generator: noise [n, d] -> samples [n, ...].
        experiment: what it came from.
        step: rounds it was trained for.
        shape: of one sample.
    """

    generator: nn.Module
    experiment: Experiment
    step: int
    shape: tuple[int, ...]

    def sample(self, n: int, seed: int = 0) -> Tensor:
        """n samples, float32 [n, c, h, w] in [0, 1], or [n, d] points; the same for the same seed."""
        device = next(self.generator.parameters()).device
        return generate(self.generator, prior_noise(self.experiment.prior, n, seed, device))


def load(run: str | Path, weights: Weights = "averaged", at: int | None = None, device: str = "cpu") -> Model:
    """The generator of a run.

    Args:
        run: a run folder.
        weights: the averaged generator, or the raw one.
        at: the step of a checkpoint; the last one if None.
        device: where it shall live.

    Raises:
        BadInput: no such run or checkpoint, torn files, or a run that keeps no average.
    """
    folder = RunFolder(Path(run))
    folder.record()
    checkpoint = checkpoints.find(folder.checkpoints, at)
    file = checkpoint / ("average.safetensors" if weights == "averaged" else "weights.safetensors")
    if weights == "averaged" and not file.exists():
        raise BadInput(f"{run}: keeps no averaged generator; say --weights raw")
    metadata = checkpoints.metadata_of(file)
    x = decode(Experiment, json.loads(metadata["experiment"]))
    shape = tuple(json.loads(metadata["shape"]))
    generator = networks(x, shape, None, torch.device(device))["G"].eval().requires_grad_(False)
    checkpoints.load_weights(file, {"G": generator})
    return Model(generator, x, int(metadata["step"]), shape)


def load_for(run: Path, weights: Weights | None, at: int | None) -> Model:
    """The generator that a command asks for: the averaged one where the run keeps one, unless it says otherwise."""
    if weights is None:
        weights = "averaged" if RunFolder(run).experiment().average.decay else "raw"
    return load(run, weights, at)


def write_samples(out: Path, is_folder: bool, model: Model, count: int, seed: int) -> Path:
    """Draw samples and write them as a grid (.png), as arrays (.npz, key `samples`), or as a folder of pictures.

    Raises:
        BadInput: a suffix that is none of these, or a folder of pictures asked of points.
    """
    samples = model.sample(count, seed)
    if is_folder or out.is_dir() or not out.suffix:
        if samples.dim() != 4:
            raise BadInput(f"--out {out}: points are no pictures; write them to .npz or .png")
        with new_folder(out) if not out.exists() else nullcontext(out) as folder:
            for i, image in enumerate(samples):
                save_png(folder / f"{i:05d}.png", grid(image[None], gap=0, enlarge=False))
    elif out.suffix == ".npz":
        buffer = BytesIO()
        np.savez_compressed(buffer, samples=samples.numpy())
        write(out, buffer.getvalue())
    elif out.suffix == ".png":
        real = samples if samples.dim() == 4 else real_rows(build_data(model.experiment.data, samples.device), count, seed)
        save_png(out, picture(samples, real))
    else:
        raise BadInput(f"--out {out}: its suffix is neither .png nor .npz, and it is no folder/")
    return out
