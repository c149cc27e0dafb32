"""The minibatch game of Salimans et al. 2016 on CIFAR-10, and its first samples."""

from __future__ import annotations

from dataclasses import replace

import torch

from advnets.data import Images
from advnets.experiment import Checkpoints, Dcgan, Experiment, MinibatchDiscrimination, Samples, VirtualBatchNorm
from advnets.recipes import recipe
from advnets.reproduce.claims import Claim, Outcome, Setting
from advnets.reproduce.trained import seconds, trained
from advnets.reproduce.tutorial.dcgan import FEATURES, judged, pictures
from advnets.runs.building import build_data, build_held_out
from advnets.runs.grids import save_grid
from advnets.runs.sampling import load

EPOCHS = 5
NAME = "minibatch-gan-cifar10"


def narrowed(setting: Setting) -> Experiment:
    """The recipe at half its width."""
    nets = setting.sized(
        Dcgan(width=32, discriminator_width=32, norm=VirtualBatchNorm(), minibatch=MinibatchDiscrimination()),
        Dcgan(width=8, discriminator_width=8, norm=VirtualBatchNorm(), minibatch=MinibatchDiscrimination(kernels=20)),
    )
    x = replace(recipe("minibatch-cifar10"), nets=nets, seed=setting.seed)
    return replace(x, samples=Samples(every=1000), checkpoints=Checkpoints(every=1000))


def drawn(setting: Setting) -> Outcome:
    """Some epochs, the Frechet distance, the shares of the classes, and a grid of the first samples."""
    data, substitute = pictures(setting, "cifar10")
    x = replace(narrowed(setting), data=data)
    source = build_data(data, torch.device("cpu"))
    assert isinstance(source, Images)
    steps = setting.sized(EPOCHS * (len(source) // x.batch_size), 100)
    folder = trained(x, steps, setting.work / NAME / f"seed-{setting.seed}")
    model = load(folder.path, at=steps)
    samples = model.sample(setting.sized(10_000, 1000), setting.seed)
    save_grid(setting.figures / f"{NAME}.png", model, 100, setting.seed, columns=10)
    value, beside = judged(samples, source, build_held_out(data), model)
    return Outcome(value, beside | {"training_seconds": round(seconds(folder, steps))}, samples=len(samples), substitute=substitute)


CLAIMS = (
    Claim(
        NAME,
        "With minibatch features, virtual batch norm and one-sided label smoothing, adversarial nets draw natural pictures of ten kinds.",
        "Goodfellow 2016, on minibatch GANs, after Salimans et al. 2016",
        "squared Frechet distance on classifier features",
        drawn,
        minutes=22,
        deviations=(
            "32 maps at the largest resolution, at 32 x 32 pixels, and 5 epochs; no labels are used.",
            "The pair is the DCGAN's, where the authors' script for CIFAR-10 has weight norm and dropout in D and three steps of G.",
            FEATURES,
            "The figure shows the first 100 samples of seed 0; nobody chose among them. The published pictures of ImageNet were chosen.",
        ),
    ),
)
