"""Learned approximate inference on a trained generator: an encoder that says which z drew a picture, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from advnets import experiment as e
from advnets.core import Rng, play
from advnets.core.randomness import mixed
from advnets.errors import BadInput
from advnets.experiment import Prior
from advnets.games.inference import inference
from advnets.runs.feed import noise
from advnets.runs.given import drawn_from
from advnets.runs.pairs import build_encoder
from advnets.runs.sampling import Model, generate, prior_noise

JUDGED = 2000
"""Draws of noise on which the error is taken."""


@dataclass(frozen=True)
class Inferred:
    """A trained encoder and what it is worth.

    Args:
        encoder: samples [n, ...] -> z [n, d], in evaluation mode.
        z_error: mean squared error of z on samples it was not trained on, as a share of the prior's variance; 1 for an E that says 0.
        psnr_real: of real pictures, rebuilt by way of their z, in decibels.
        psnr_samples: the same of G's own samples.
        pictures: how many real ones.
        origin: the set they are of.
    """

    encoder: nn.Module
    z_error: float
    psnr_real: float
    psnr_samples: float
    pictures: int
    origin: str


@dataclass(frozen=True)
class PriorFeed:
    """Noise alone. Args: prior: its law. batch_size: rows a turn."""

    prior: Prior
    batch_size: int

    def noise(self, rng: Rng) -> Tensor:
        """A minibatch of noise, float32 [batch_size, dim]."""
        return noise(self.prior, self.batch_size, rng)


def infer(model: Model, rounds: int = 3000, batch_size: int = 64, rate: float = 2e-3, seed: int = 0, pictures: int = 1000) -> Inferred:
    """Train an encoder E to predict z from x = G(z) by Adam, its rate falling to 0 in a straight line, and judge it.

    Args:
        model: a trained generator of pictures that is given noise alone.
        rounds: steps of E.
        batch_size: draws of noise a step.
        rate: the learning rate at the start.
        seed: of E's weights and all noise.
        pictures: real ones that are rebuilt, held out where the data came with such.

    Raises:
        BadInput: the generator is given more than noise, or draws no pictures, or its networks state no encoder.
    """
    x = model.experiment
    if not isinstance(x.game, e.Gan) or len(model.shape) != 3:
        raise BadInput("infer: needs a generator of pictures that is given noise alone (the game gan)")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(mixed("encoder", seed))
        encoder = build_encoder(x.nets, model.shape, x.prior.dim).to(model.device)
        optimiser = torch.optim.Adam(encoder.parameters(), rate, fused=True)
        nets, game, feed = {"E": encoder, "G": model.generator}, inference(), PriorFeed(x.prior, batch_size)
        for round in range(rounds):
            for group in optimiser.param_groups:
                group["lr"] = rate * (1 - round / rounds)
            play(game, nets, {"E": optimiser}, feed, round, rng=lambda round, turn: Rng(seed, round, turn, model.device))
    encoder.eval().requires_grad_(False)
    z = prior_noise(x.prior, JUDGED, seed + 1, model.device)
    samples, source = model.drawn(z), model.unseen()
    real = drawn_from(source, pictures, seed)
    return Inferred(
        encoder=encoder,
        z_error=(generate(encoder, samples.to(z.device)) - z.cpu()).square().mean().item(),  # the prior has variance 1
        psnr_real=psnr(real, rebuilt(model, encoder, real)),
        psnr_samples=psnr(samples, rebuilt(model, encoder, samples)),
        pictures=len(real),
        origin=source.name,
    )


def rebuilt(model: Model, encoder: nn.Module, pictures: Tensor) -> Tensor:
    """G(E(x)) for pictures x, float32 [n, c, h, w] in [0, 1]."""
    return model.drawn(generate(encoder, pictures.to(model.device)).to(model.device))


def psnr(real: Tensor, other: Tensor) -> float:
    """The peak signal-to-noise ratio 10 log10(1 / mean squared error) of pictures in [0, 1], over all of them together, in decibels.

    >>> round(psnr(torch.zeros(2, 1, 4, 4), torch.full((2, 1, 4, 4), 0.1)), 4)
    20.0
    """
    return -10 * (real - other).square().mean().log10().item()
