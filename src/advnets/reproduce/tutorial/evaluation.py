"""Two of the tutorial's open problems: good likelihood and good samples are two things, and generators do not count."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from advnets.data.images import Images
from advnets.experiment import Data
from advnets.metrics import frechet, kid, measure, prdc
from advnets.metrics.dots import counted
from advnets.metrics.embedding import embedded
from advnets.metrics.names import CLASSIFIER
from advnets.metrics.parzen import SIGMAS
from advnets.metrics.window import log_densities
from advnets.recipes import recipe
from advnets.reproduce.claims import SHARE, AtLeast, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, ORANGE, axes_grid, save
from advnets.reproduce.trained import digits, seconds, trained, unseen
from advnets.runs.building import build_data
from advnets.runs.pictures import grid
from advnets.runs.sampling import load

TUTORIAL = "Goodfellow 2016"

NOISE = 0.99
"""Share of noise in the model whose likelihood is good."""
FAINT = 0.02
"""Width of the window of the model whose samples are good."""


# ---- likelihood and samples


@dataclass(frozen=True)
class Real:
    """Real digits by their roles: what models are made of, what chooses a width, what is scored.

    Args:
        training: float [n, c, h, w].
        validation, test: others.
        source, held_out: the sets that they are of.
        substitute: what stands for MNIST, if something does.
    """

    training: Tensor
    validation: Images
    test: Images
    source: Images
    held_out: Images
    substitute: str | None


def real_digits(setting: Setting) -> Real:
    """Digits of MNIST drawn by the seed: 10,000 to make models of, 1,000 to choose by, and 10,000 of the test part."""
    data, substitute = digits(setting, "train")
    source = build_data(data, torch.device("cpu"))
    held_out = unseen(data, substitute)
    assert isinstance(source, Images)
    assert isinstance(held_out, Images)
    made_of, chosen_by, tested = setting.sized((10_000, 1000, 10_000), (2000, 300, 500))
    order = torch.randperm(len(source), generator=torch.Generator().manual_seed(setting.seed))
    validation = source.select(order[made_of : made_of + chosen_by])
    test = held_out.select(torch.arange(min(tested, len(held_out))))
    return Real(source.rows(order[:made_of]), validation, test, source, held_out, substitute)


def windowed(centres: Tensor, sigma: float, count: int, generator: torch.Generator) -> Tensor:
    """Samples of a Gaussian window on centres [n, c, h, w], cut to [0, 1] to be looked at."""
    chosen = centres[torch.randint(len(centres), (count,), generator=generator)]
    return (chosen + sigma * torch.randn(chosen.shape, generator=generator)).clamp_(0, 1)


def reversed_ranks(setting: Setting) -> Outcome:
    """A model that is noise 99 times in 100 beside one that draws real digits, by likelihood and by samples."""
    real = real_digits(setting)
    count = setting.sized(5000, 500)
    generator = torch.Generator().manual_seed(1000 + setting.seed)
    sigma = SIGMAS[int(log_densities(real.training, real.validation, SIGMAS).mean(0).argmax())]
    good, faint = log_densities(real.training, real.test, [sigma, FAINT]).unbind(1)
    noisy = torch.logaddexp(good + math.log(1 - NOISE), torch.full_like(good, math.log(NOISE)))  # the noise has density 1 on [0, 1]^d
    samples = {"good": windowed(real.training, sigma, count, generator), "faint": windowed(real.training, FAINT, count, generator)}
    is_noise = torch.rand(count, 1, 1, 1, generator=generator) < NOISE
    samples["noisy"] = torch.where(is_noise, torch.rand(samples["good"].shape, generator=generator), samples["good"])
    seen = {name: seen_by_metrics(x, real, setting.seed) for name, x in samples.items()}
    draw_both(samples, {"noisy": noisy, "faint": faint}, seen, setting)
    return Outcome(
        (noisy.mean() - faint.mean()).item(),
        {
            "log_likelihood_noise_and_window_nats": noisy.mean().item(),
            "log_likelihood_window_alone_nats": good.mean().item(),
            "log_likelihood_narrow_window_nats": faint.mean().item(),
            "most_nats_lost_by_the_noise": (good - noisy).max().item(),
            "sigma": sigma,
            **{f"{metric}_{name}": values[metric]["value"] for name, values in seen.items() for metric in values},
        },
        {
            "the noise costs no test digit more than log 100 nats": (good - noisy).max().item() <= math.log(100) + 1e-9,
            "by Fréchet distance its samples are the worse, intervals apart": apart(seen["faint"]["frechet"], seen["noisy"]["frechet"]),
            "by precision its samples are the worse, intervals apart": apart(seen["noisy"]["precision"], seen["faint"]["precision"]),
            "by kernel distance its samples are the worse, intervals apart": apart(seen["faint"]["kernel"], seen["noisy"]["kernel"]),
        },
        samples=len(good),
        substitute=real.substitute,
    )


def seen_by_metrics(x: Tensor, real: Real, seed: int) -> dict[str, dict[str, Any]]:
    """What three metrics of samples say, each with its value and interval."""
    seen = embedded("frechet", x, real.source, real.held_out, seed, CLASSIFIER)
    features, known = seen.samples.features, seen.real.features
    found = {
        "frechet": (frechet.compared(features, frechet.fitted(known), seen.generator), "distance"),
        "kernel": (kid.compared(features, known), "distance"),
        "precision": (prdc.compared(features, known), "precision"),
    }
    return {name: {"value": values[key], "interval": values[f"{key}_interval"]} for name, (values, key) in found.items()}


def apart(low: dict[str, Any], high: dict[str, Any]) -> bool:
    """Whether one number lies below the other, with its whole interval."""
    return low["interval"][1] < high["interval"][0]


def draw_both(samples: dict[str, Tensor], likelihood: dict[str, Tensor], seen: dict[str, dict[str, Any]], setting: Setting) -> None:
    """Samples of both models side by side, neither chosen, with their numbers."""
    figure, panels = axes_grid(1, 2, width=4.2, height=4.9)
    titles = {"noisy": f"{NOISE:.0%} noise, 1 % a window on digits", "faint": "a narrow window on digits"}
    for axes, (name, title) in zip(panels, titles.items(), strict=True):
        axes.imshow(grid(samples[name][:100], 10), cmap="gray")
        axes.set_axis_off()
        said = f"test log-likelihood {likelihood[name].mean():,.0f} nats, Fréchet distance {seen[name]['frechet']['value']:,.1f}"
        axes.set_title(f"{title}\n{said}", fontsize=10)
    save(figure, setting.figures / "evaluation-is-hard.png")


# ---- counting


def counting(setting: Setting) -> Outcome:
    """A generator that has seen only pictures of three dots, and how many dots it draws."""
    x = replace(recipe("mnist-demo"), data=Data("dots"), seed=setting.seed)
    x = x if setting.size == "full" else replace(x, steps=300)
    steps = x.steps or 0
    folder = trained(x, steps, setting.work / "counting" / f"seed-{setting.seed}")
    count = setting.sized(10_000, 1000)
    samples = load(folder.path, at=steps).sample(count, setting.seed)
    found = measure("dots", samples, build_data(x.data, torch.device("cpu")))
    draw_counts(samples, found, setting)
    return Outcome(
        found["right_share"],
        {
            "mean_number": found["mean_number"],
            "right_share_of_real": found["control"]["right_share"],
            **{f"share_with_{number}": share for number, share in found["number_shares"].items()},
            "training_seconds": round(seconds(folder, steps)),
        },
        samples=count,
        interval=tuple(found["right_share_interval"]),
    )


def draw_counts(samples: Tensor, found: dict[str, Any], setting: Setting) -> None:
    """The first samples, wrong ones framed, beside the shares of the numbers."""
    figure, (left, right) = axes_grid(1, 2, width=4.6, height=4.2)
    shown = samples[:64]
    edge = shown.clone().fill_(0.25)
    edge[..., 1:-1, 1:-1] = shown[..., 1:-1, 1:-1]
    framed = edge.expand(-1, 3, -1, -1).clone()
    wrong = counted(shown) != found["right_number"]
    colour = torch.tensor([int(ORANGE[k : k + 2], 16) / 255 for k in (1, 3, 5)])[:, None, None]
    border = torch.ones(shown.shape[-2:], dtype=torch.bool)
    border[2:-2, 2:-2] = False
    framed[wrong] = torch.where(border, colour, framed[wrong])
    left.imshow(grid(framed, 8))
    left.set_axis_off()
    left.set_title("the first 64 samples; framed: not three dots", fontsize=10)
    shares = {int(number): share for number, share in found["number_shares"].items()}
    right.bar(list(shares), list(shares.values()), color=[BLUE if n == found["right_number"] else ORANGE for n in shares])
    right.set_xticks(sorted(shares))
    right.set_xlabel("dots in a sample")
    right.set_ylabel("share of samples")
    save(figure, setting.figures / "counting.png")


CLAIMS = (
    Claim(
        "evaluation-is-hard",
        "A model with a good likelihood can give bad samples, and one with good samples can have a bad likelihood.",
        f'{TUTORIAL}, slide "Evaluation"; Theis et al., arXiv:1511.01844',
        "nats a picture by which the model with the worse samples is the likelier",
        reversed_ranks,
        minutes=4,
        criterion=AtLeast(0.0),
        seeds=3,
        deviations=(
            "Both models are constructed, so that their densities are known exactly; no training is involved.",
            "Samples of windows are cut to [0, 1] for the metrics of samples; their likelihood is that of the uncut windows.",
        ),
    ),
    Claim(
        "counting",
        "Generators have problems with counting: they draw objects with the wrong number of parts.",
        f'{TUTORIAL}, slide "Problems with counting"',
        "share of samples with three dots, as all training pictures have",
        counting,
        minutes=11,
        bounds=SHARE,
        deviations=("Pictures of three dots and a small convolutional pair stand for photographs of animals.",),
    ),
)
