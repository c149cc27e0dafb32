"""Section 7 of Goodfellow et al. 2014: what follows from the game with little more, each on MNIST."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from advnets.data import Images
from advnets.experiment import Experiment, Prior
from advnets.metrics.agreement import agreement
from advnets.recipes import recipe
from advnets.reproduce.claims import NOT_NEGATIVE, SHARE, AtLeast, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import shelves
from advnets.reproduce.trained import digits, seconds, trained, unseen
from advnets.runs.building import Source, build_data
from advnets.runs.folder import RunFolder
from advnets.runs.grids import save_grid
from advnets.runs.inference import infer
from advnets.runs.sampling import Model, load

SECTION = "Goodfellow et al. 2014, section 7"


def played(setting: Setting, name: str, **changes: Any) -> tuple[RunFolder, Model, Source, Source | None, str | None]:
    """The run of a recipe, or of one with changes, on MNIST.

    Returns:
        The run, its averaged generator, what it was trained on, what was held out, and the name of what stands for MNIST, if it does.
    """
    data, substitute = digits(setting, "train")
    x = sized(replace(recipe(name), data=data, seed=setting.seed, **changes), setting)
    steps = x.steps or 0
    folder = trained(x, steps, setting.work / name / f"seed-{setting.seed}")
    source = build_data(data, torch.device("cpu"))
    held_out = unseen(data, substitute)
    return folder, load(folder.path, at=steps), source, held_out, substitute


def sized(x: Experiment, setting: Setting) -> Experiment:
    """An experiment at its own length, or at one that only shows that it runs."""
    return x if setting.size == "full" else replace(x, steps=1000)


def labelled(real: Source | None, count: int) -> tuple[Tensor, Tensor]:
    """The first pictures of a set that was held out, float32 [n, c, h, w], and their labels int64 [n]."""
    assert isinstance(real, Images)
    assert real.labels is not None
    index = torch.arange(min(count, len(real)))
    return real.rows(index), real.labels[index]


def conditional(setting: Setting) -> Outcome:
    """How often the classifier of real digits sees the class that was asked for."""
    folder, model, source, held_out, substitute = played(setting, "mnist-conditional", steps=LONG)
    count = setting.sized(10_000, 500)
    samples = model.sample(count, setting.seed)
    found = agreement(samples, torch.arange(count) % 10, source, held_out)
    save_grid(setting.figures / "conditional.png", model, 100, setting.seed, columns=10)
    return Outcome(
        found["agreement"],
        {"agreement_of_real": found["control"]["agreement"], "training_seconds": round(seconds(folder, model.step))},
        samples=count,
        interval=tuple(found["agreement_interval"]),
        substitute=substitute,
    )


def inpainting(setting: Setting) -> Outcome:
    """How often the classifier sees in a completed digit the class of the digit whose left half it is."""
    folder, model, source, held_out, substitute = played(setting, "mnist-inpainting")
    pictures, labels = labelled(held_out, setting.sized(10_000, 300))
    completed = model.complete(pictures, setting.seed)
    found = agreement(completed, labels, source, held_out)
    again = model.complete(pictures[:10], setting.seed + 1)
    left = torch.cat([pictures[:10, ..., : pictures.shape[-1] // 2], torch.zeros_like(pictures[:10, ..., pictures.shape[-1] // 2 :])], -1)
    parts = {"digit": pictures[:10], "left half": left, "completed": completed[:10], "other noise": again}
    shelves(setting.figures / "inpainting.png", torch.cat([*parts.values()]), 10, rows=[(words, 1) for words in parts])
    return Outcome(
        found["agreement"],
        {
            "agreement_of_real": found["control"]["agreement"],
            "mean_difference_of_two_draws": (completed[:10] - again).abs().mean().item(),
            "training_seconds": round(seconds(folder, model.step)),
        },
        samples=len(completed),
        interval=tuple(found["agreement_interval"]),
        substitute=substitute,
    )


def inference(setting: Setting) -> Outcome:
    """How well a network that saw only G's samples says which z drew them, and rebuilds real digits by it."""
    data, substitute = digits(setting, "train")
    x = sized(replace(recipe("mnist-demo"), data=data, seed=setting.seed, prior=Prior(dim=CODE)), setting)
    steps = x.steps or 0
    folder = trained(x, steps, setting.work / "inference" / f"seed-{setting.seed}")
    model = load(folder.path, at=steps)
    found = infer(model, rounds=setting.sized(5000, 60), seed=setting.seed)
    samples = model.sample(20, setting.seed + 1)
    rebuilt = model.at(found.encoder(samples))
    shown = torch.cat([samples[:10], rebuilt[:10], samples[10:], rebuilt[10:]])
    shelves(setting.figures / "inference.png", shown, 10, rows=[("sample", 1), ("rebuilt", 1)] * 2)
    return Outcome(
        found.z_error,
        {
            "psnr_of_samples_rebuilt_dB": found.psnr_samples,
            "psnr_of_real_pictures_rebuilt_dB": found.psnr_real,
            "dim_z": model.experiment.prior.dim,
        },
        samples=2000,
        substitute=substitute,
    )


LONG = 24_000
"""Steps for the conditional game: the share of samples taken for their class goes on rising after the recipe's 6,000."""

CODE = 10
"""Dimension of z where it shall be found again: of the 40 that the recipe has, many hardly change the picture."""

NETS = "The paper names no networks and no data for it: here a convolutional pair on MNIST."


CLAIMS = (
    Claim(
        "conditional",
        "A conditional generative model p(x | c) can be obtained by adding c as input to both G and D.",
        f"{SECTION}, item 1",
        "share of samples that the classifier puts into the class asked for",
        conditional,
        minutes=90,
        bounds=SHARE,
        criterion=AtLeast(0.95),
        deviations=(NETS, "24,000 steps; the share on seed 0 was .942 after the recipe's 6,000, and .9487 after 12,000."),
    ),
    Claim(
        "inference",
        "Learned approximate inference can be performed by training an auxiliary network to predict z given x.",
        f"{SECTION}, item 2",
        "mean squared error of z, as a share of the prior's variance",
        inference,
        minutes=22,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(0.3),
        deviations=(NETS, "z has 10 dimensions; with the 40 of the recipe mnist-demo an encoder left half of z's variance unexplained."),
    ),
    Claim(
        "inpainting",
        "One can approximately model all conditionals p(x_S | x_not S) by training a family of conditional models that share parameters.",
        f"{SECTION}, item 3",
        "share of completed digits that the classifier puts into the true class",
        inpainting,
        minutes=15,
        bounds=SHARE,
        criterion=AtLeast(0.70),
        deviations=(
            NETS,
            "One conditional of the family: right half given left half, as in the authors' code.",
            "G hardly uses its noise: two completions of a half are nearly the same (mean difference of two draws). Another person's right "
            "half would do as well, and is not drawn.",
        ),
    ),
)
