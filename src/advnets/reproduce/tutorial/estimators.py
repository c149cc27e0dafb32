"""Three players on one value function: noise-contrastive estimation, self-contrastive estimation and adversarial nets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity

from advnets.core import Rng, alternating
from advnets.core.field import field
from advnets.games.contrastive import noise_contrastive, self_contrastive
from advnets.games.gan import gan
from advnets.nets.gaussian import Density, Generator, Unnormalised
from advnets.reproduce.claims import NOT_NEGATIVE, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, GREEN, ORANGE, axes_grid, save
from advnets.reproduce.tutorial.fitting import TUTORIAL, Draws, critic, path, settled, written
from advnets.theory import gaussian

DATA = gaussian(1.0, 0.7)
LOG_Z = math.log(0.7 * math.sqrt(2 * math.pi))


def estimators(setting: Setting) -> Outcome:
    """The same bell found by noise-contrastive estimation, by self-contrastive estimation and by adversarial nets."""
    feed, rounds = Draws(DATA, 1000), setting.sized(3000, 150)
    M, N, S, G = Unnormalised(), Density(0.0, 2.0), Density(), Generator()
    D = critic(setting.seed)
    paths = {
        "NCE": path(noise_contrastive(), {"M": M, "N": N}, {"M": 1e-2}, feed, M.samples, setting.seed, rounds),
        "SCE": path(self_contrastive(), {"M": S}, {"M": 1e-2}, feed, S.samples, setting.seed, rounds),
        "GAN": path(gan(turns=alternating(D=2, G=1)), {"D": D, "G": G}, {"D": 3e-3, "G": 3e-3}, feed, G, setting.seed, rounds),
    }
    ends = {name: settled(taken) for name, taken in paths.items()}
    log_z = abs(M.log_partition.item() - LOG_Z)
    cosine, length = alike(setting)
    draw_estimators(setting, ends, D, log_z)
    errors = {name: (abs(mean - DATA.means[0]), abs(std - DATA.stds[0])) for name, (mean, std) in ends.items()}
    return Outcome(
        max(errors["NCE"]),
        {
            **{
                f"{name}_error_of_{what}": error for name, pair in errors.items() for what, error in zip(("mean", "std"), pair, strict=True)
            },
            "NCE_error_of_log_Z": log_z,
            "SCE_cosine_with_likelihood": cosine,
            "SCE_length_beside_likelihood": length,
        },
        {
            "NCE finds log Z within .05": log_z < 0.05,
            "the gradient of SCE is that of maximum likelihood, cosine at least .999": cosine >= 0.999,
        },
        samples=rounds * feed.n,
    )


PLACES = ((0.0, 1.0), (0.5, 2.0), (1.5, 0.5), (2.0, 1.0))
"""Models (mean, std) at which the gradient of self-contrastive estimation is put beside that of the likelihood."""


def alike(setting: Setting) -> tuple[float, float]:
    """The least cosine of the two gradients over the places, and the mean quotient of their lengths, from a million draws each."""
    game, feed = self_contrastive(), Draws(DATA, setting.sized(1_000_000, 100_000))
    cosines, lengths = [], []
    for number, (mean, std) in enumerate(PLACES):
        nets = {"M": Density(mean, std)}
        batch = game.draw(feed, nets, Rng(setting.seed, number, 0))
        contrast = flat(field(game, game.turns[0], nets, batch)["M"].gradients.values())
        likelihood = flat(torch.autograd.grad(-nets["M"](batch.x).mean(), tuple(nets["M"].parameters())))
        cosines.append(cosine_similarity(contrast, likelihood, 0).item())
        lengths.append((contrast.norm() / likelihood.norm()).item())
    return min(cosines), sum(lengths) / len(lengths)


def flat(gradients: Iterable[Tensor]) -> Tensor:
    """Gradients of numbers as one vector."""
    return torch.stack(list(gradients)).double()


def draw_estimators(setting: Setting, ends: Mapping[str, tuple[float, float]], D: nn.Module, log_z: float) -> None:
    """Densities and D of each, and the slide's table with the errors."""
    figure, panels = axes_grid(2, 2, width=5.6)
    x = torch.linspace(-3, 4, 401, dtype=torch.float64)
    said = {
        "NCE": (gaussian(*ends["NCE"])(x) - gaussian(0.0, 2.0)(x)).sigmoid(),
        "SCE": torch.full_like(x, 0.5),
        "GAN": D(x.float()[:, None]).detach().sigmoid(),
    }
    for axes, (name, end) in zip(panels, ends.items(), strict=False):
        axes.plot(x, DATA(x).exp(), color=BLUE, lw=3, label="data")
        axes.plot(x, gaussian(*end)(x).exp(), color=ORANGE, label="G" if name == "GAN" else "model, normalised")
        if name == "NCE":
            axes.plot(x, gaussian(0.0, 2.0)(x).exp(), ":", color="black", label="noise")
        axes.plot(x, said[name], "--", color=GREEN, label="D")
        axes.set_title(name, fontsize=10)
        axes.set_xlabel("x")
        axes.set_ylim(0, 1.05)
        axes.legend(fontsize=8, loc="upper left")
    errors = {name: [f"{abs(end[0] - DATA.means[0]):.1g}", f"{abs(end[1] - DATA.stds[0]):.1g}"] for name, end in ends.items()}
    columns = {
        "NCE": ["$p_m/(p_m+p_g)$", "learn $p_m$", "none: fixed", "ascends V", *errors["NCE"], f"{log_z:.1g}"],
        "SCE": ["$p_m/(p_m+p_g)$", "learn $p_m$", "copies $p_m$", "ascends V", *errors["SCE"], "log Z not learned"],
        "GAN": ["a network", "learn $p_g$", "by its gradient", "ascends V", *errors["GAN"], "no density"],
    }
    rows = ["D(x)", "goal", "G moves", "D moves", "error of mean", "error of std", "error of log Z"]
    written(panels[3], [list(cells) for cells in zip(*columns.values(), strict=True)], rows, list(columns))
    save(figure, setting.figures / "nce-sce-gan.png")


CLAIMS = (
    Claim(
        "nce-sce-gan",
        "Noise-contrastive estimation, maximum likelihood and adversarial nets play on one value function: what differs is what D is, "
        "and how G moves.",
        f'{TUTORIAL}, slide "Comparison to NCE, MLE"; Goodfellow 2014, "On distinguishability criteria for estimating generative models"',
        "noise-contrastive estimation: the larger error of mean and standard deviation, data N(1, .7²)",
        estimators,
        minutes=1,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(0.02),
        seeds=3,
        deviations=("Estimates of mean and standard deviation are means over the second half of the rounds.",),
    ),
)
