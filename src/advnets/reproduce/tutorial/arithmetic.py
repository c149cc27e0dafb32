"""Vector arithmetic in z (Radford et al. 2015): a red seven, less a blue seven, plus a blue four, should be a red four."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from advnets.data import Images
from advnets.experiment import Data
from advnets.metrics.classifier import Network, seen
from advnets.metrics.intervals import Estimate, share
from advnets.metrics.kept import classifier
from advnets.metrics.parts import parts
from advnets.recipes import recipe
from advnets.reproduce.claims import AtLeast, Claim, Outcome, Setting
from advnets.reproduce.trained import digits, trained, unseen
from advnets.runs.building import build_data
from advnets.runs.pictures import grid, save_png
from advnets.runs.sampling import Model, load, prior_noise

RED, BLUE = (255, 70, 40), (60, 110, 255)
TRIPLES = 100
EXAMPLES = 3
"""z of a concept that are averaged, as in the paper."""


def coloured(pixels: Tensor, seed: int) -> np.ndarray:
    """Grey pictures uint8 [n, 1, h, w], half of them red and half blue by chance: uint8 [n, h, w, 3]."""
    ink = torch.tensor([RED, BLUE])[torch.randint(2, (len(pixels),), generator=torch.Generator().manual_seed(seed))]
    return (pixels.float() * ink[:, :, None, None] / 255).round().byte().permute(0, 2, 3, 1).numpy()


def stored(pixels: Tensor, seed: int, work: Path) -> Path:
    """The set of coloured digits, as a file."""
    work.mkdir(parents=True, exist_ok=True)
    path = work / f"coloured-{seed}.npy"
    np.save(path, coloured(pixels, seed))
    return path


def named(net: Network, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """What pictures [n, 3, h, w] show: the digit that a classifier of grey digits sees, int64 [n], and whether it is red, bool [n]."""
    grey = pictures.amax(1, keepdim=True)
    return seen(net, grey.split(500)).probabilities.argmax(1), pictures[:, 0].sum((1, 2)) > pictures[:, 2].sum((1, 2))


def arithmetic(setting: Setting) -> Outcome:
    """How often the sum has the digit that was kept and the colour that was added."""
    data, substitute = digits(setting, "train")
    grey = build_data(data, torch.device("cpu"))
    assert isinstance(grey, Images)
    x = recipe("mnist-demo")
    path = stored(grey.pixels[: setting.sized(20_000, 1000)], setting.seed, setting.work / "arithmetic")
    steps = setting.sized(x.steps or 0, 100)
    run = trained(replace(x, data=Data(str(path)), seed=setting.seed), steps, setting.work / "arithmetic" / f"seed-{setting.seed}")
    model, net = load(run.path, at=steps), classifier(parts("vector-arithmetic", grey, unseen(data, substitute))).net
    z = prior_noise(model.experiment.prior, setting.sized(5000, 500), setting.seed)
    digit, red = named(net, model.at(z))
    generator = torch.Generator().manual_seed(setting.seed)
    concepts = [drawn_concepts(digit, red, generator) for _ in range(TRIPLES)]
    sums = torch.stack([z[a].mean(0) - z[b].mean(0) + z[c].mean(0) for (a, b, c), _ in concepts])
    kept = torch.tensor([number for _, number in concepts])
    chance = torch.stack([z[torch.randint(len(z), (EXAMPLES,), generator=generator)].mean(0) for _ in range(TRIPLES)])
    found, by_chance = right(net, model, sums, kept), right(net, model, chance * EXAMPLES**0.5, kept)
    save_png(setting.figures / "vector-arithmetic.png", pictured(model, z, concepts[:5], sums[:5]))
    return Outcome(
        found.value,
        {"by_chance": by_chance.value, "by_chance_interval": f"{by_chance.low:.3f} to {by_chance.high:.3f}"},
        {"above what random z give": found.low > by_chance.high},
        samples=TRIPLES,
        interval=(found.low, found.high),
        substitute=substitute,
    )


Concepts = tuple[tuple[Tensor, Tensor, Tensor], int]


def drawn_concepts(digit: Tensor, red: Tensor, generator: torch.Generator) -> Concepts:
    """Positions of a red digit, of the same digit in blue, and of another digit in blue; and that other digit."""
    first, other = torch.randperm(10, generator=generator)[:2].tolist()
    wanted = ((digit == first) & red, (digit == first) & ~red, (digit == other) & ~red)
    a, b, c = (some(where, generator) for where in wanted)
    return (a, b, c), other


def some(where: Tensor, generator: torch.Generator) -> Tensor:
    """Positions of some that are true, without repetition; all of them chosen from anywhere if there are too few."""
    index = where.nonzero()[:, 0] if int(where.sum()) >= EXAMPLES else torch.arange(len(where))
    return index[torch.randperm(len(index), generator=generator)[:EXAMPLES]]


def right(net: Network, model: Model, z: Tensor, digit: Tensor) -> Estimate:
    """The share of z whose pictures show this digit in red."""
    shown, red = named(net, model.at(z))
    return share(int(((shown == digit) & red).sum()), len(z))


def pictured(model: Model, z: Tensor, concepts: list[Concepts], sums: Tensor) -> Image.Image:
    """A row for each sum: its three concepts, three examples and their mean each, and what the sum shows."""
    rows = [
        torch.cat([torch.cat([z[part], z[part].mean(0, keepdim=True)]) for part in three] + [total[None]])
        for (three, _), total in zip(concepts, sums, strict=True)
    ]
    return grid(model.at(torch.cat(rows)), 3 * (EXAMPLES + 1) + 1)


CLAIMS = (
    Claim(
        "vector-arithmetic",
        "Sums and differences of averaged z have a meaning: a man with glasses, less a man, plus a woman, is a woman with glasses.",
        "Goodfellow 2016 (tutorial), after Radford et al. 2015",
        "share of 100 sums that show the digit that was kept in the colour that was added",
        arithmetic,
        minutes=5,
        criterion=AtLeast(0.8),
        deviations=(
            "Red and blue digits of MNIST, not faces: a classifier tells both attributes.",
            "The recipe mnist-demo on 20,000 of them.",
        ),
    ),
)
