"""The minibatch game of Salimans et al. 2016 on CIFAR-10, and its first samples."""

from __future__ import annotations

from dataclasses import replace

from advnets.experiment import Dcgan, MinibatchDiscrimination, VirtualBatchNorm
from advnets.recipes import recipe
from advnets.reproduce.claims import NOT_NEGATIVE, Claim, Outcome, Setting
from advnets.reproduce.tutorial.dcgan import FEATURES, drawn, pictures

NAME = "minibatch-gan-cifar10"


def minibatch(setting: Setting) -> Outcome:
    """The recipe at half its width."""
    data, substitute = pictures(setting, "cifar10")
    nets = setting.sized(
        Dcgan(width=32, discriminator_width=32, norm=VirtualBatchNorm(), minibatch=MinibatchDiscrimination()),
        Dcgan(width=8, discriminator_width=8, norm=VirtualBatchNorm(), minibatch=MinibatchDiscrimination(kernels=20)),
    )
    return drawn(setting, NAME, replace(recipe("minibatch-cifar10"), data=data, nets=nets), substitute)


CLAIMS = (
    Claim(
        NAME,
        "With minibatch features, virtual batch norm and one-sided label smoothing, adversarial nets draw natural pictures of ten kinds.",
        "Goodfellow 2016, on minibatch GANs, after Salimans et al. 2016",
        "squared Frechet distance on classifier features",
        minibatch,
        minutes=40,
        bounds=NOT_NEGATIVE,
        deviations=(
            "32 maps at the largest resolution, at 32 x 32 pixels, and 5 epochs; no labels are used.",
            "The pair is the DCGAN's, where the authors' script for CIFAR-10 has weight norm and dropout in D and three steps of G.",
            FEATURES,
            "The figure shows the first 100 samples of seed 0; nobody chose among them. The published pictures of ImageNet were chosen.",
        ),
    ),
)
