"""Whether a generator copies its training digits: by the 1-NN two-sample test, and by which digits its samples are nearest to."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from advnets.data import Images
from advnets.metrics import measure
from advnets.metrics.intervals import Estimate, mean
from advnets.metrics.search import nearest
from advnets.metrics.two_sample import two_sample
from advnets.recipes import recipe
from advnets.reproduce.claims import Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, GREEN, ORANGE, axes_grid, save
from advnets.reproduce.tutorial.digits import played
from advnets.runs.pictures import grid

PAPER = "Goodfellow et al. 2014"


@dataclass(frozen=True)
class Real:
    """Real digits in equally large sets.

    Args:
        parts: disjoint ones of those that G's players saw, each as large as `unseen`.
        unseen: digits that were held out.
    """

    parts: tuple[Images, ...]
    unseen: Images

    def training(self, place: Tensor) -> Tensor:
        """Training digits at places int64 [n], counted through the parts: float32 [n, c, h, w]."""
        part, within = place // len(self.unseen), place % len(self.unseen)
        drawn = torch.empty(len(place), *self.unseen.shape)
        for number, images in enumerate(self.parts):
            drawn[part == number] = images.rows(within[part == number])
        return drawn


def parted(training: Images, unseen: Images, generator: torch.Generator) -> Real:
    """The training digits in parts as large as what was held out; those left over, fewer than a part, are left out."""
    order = torch.randperm(len(training), generator=generator)
    return Real(tuple(training.select(part) for part in order.split(len(unseen)) if len(part) == len(unseen)), unseen)


@dataclass(frozen=True)
class Near:
    """How far pictures are from each part of the training digits, float32 [n, parts], and from the unseen ones, [n]."""

    parts: Tensor
    unseen: Tensor

    def nearer(self, counted: Tensor | None = None) -> Estimate:
        """The share of pairs (picture, part) in which the part is nearer than the unseen digits; a tie counts half.

        Args:
            counted: bool [n, parts], which pairs; None: all.
        """
        wins = (self.parts < self.unseen[:, None]).double() + (self.parts == self.unseen[:, None]).double() / 2
        counted = torch.ones_like(wins) if counted is None else counted.double()
        return mean((wins * counted).sum(1) / counted.sum(1)).within(0, 1)


def near(pictures: Tensor, real: Real) -> Near:
    """The distances of pictures float32 [n, c, h, w]."""
    return Near(torch.stack([nearest(pictures, part)[0] for part in real.parts], 1), nearest(pictures, real.unseen)[0])


@dataclass(frozen=True)
class Tested:
    """Accuracies of the 1-NN two-sample test against training digits, and against as many unseen ones."""

    training: Estimate
    unseen: Estimate


def tested(pictures: Tensor, real: Real, generator: torch.Generator) -> Tested:
    """The 1-NN two-sample test of pictures [n, c, h, w], against n training digits and n unseen ones, or as many as there are."""
    index = torch.randperm(len(real.unseen), generator=generator)[: len(pictures)]
    place = torch.randperm(len(real.parts) * len(real.unseen), generator=generator)[: len(pictures)]
    training = two_sample(pictures, real.training(place), generator).accuracy
    unseen = two_sample(pictures, real.unseen.rows(index), generator).accuracy
    return Tested(training, unseen)


def copies(setting: Setting) -> Outcome:
    """Samples, and training digits in their place, by the same tests."""
    run = played(setting, recipe("mnist-demo"), (5600, 200), "demo")
    assert isinstance(run.held_out, Images)
    generator = torch.Generator().manual_seed(setting.seed)
    real = parted(run.source, run.held_out, generator)
    count = setting.sized(5000, 500)
    samples = run.model.sample(count, setting.seed)
    place = torch.randperm(len(real.parts) * len(real.unseen), generator=generator)[:count]
    copied = real.training(place)
    of_samples, of_copies = tested(samples, real, generator), tested(copied, real, generator)
    near_samples, near_copies = near(samples, real), near(copied, real)
    of_others = torch.arange(len(real.parts)) != (place // len(real.unseen))[:, None]  # the parts that a copy is not from
    shares = {
        "nearer_to_training": near_samples.nearer(),
        "nearer_to_training_for_copies": near_copies.nearer(),
        "nearer_to_training_for_copies_without_their_part": near_copies.nearer(of_others),
    }
    alike, alike_copies = (measure("neighbours", x, run.source, held_out=run.held_out, seed=setting.seed) for x in (samples, copied))
    draw_copies(setting, samples, real, near_samples, near_copies)
    return Outcome(
        of_samples.training.value,
        {
            "interval": between(of_samples.training),
            **stated("against_unseen", of_samples.unseen),
            **stated("for_copies", of_copies.training),
            **stated("for_copies_against_unseen", of_copies.unseen),
            **{key: value for name, estimate in shares.items() for key, value in stated(name, estimate).items()},
            "share_as_near_as_copies": alike["copies"],
            "median_distance_to_training": alike["median_distance"],
            "median_distance_of_unseen_to_training": alike["control"]["median_distance"],
        },
        {
            "a copier, which draws training digits, is caught by the two-sample test: its interval lies below 1/2": of_copies.training.high
            < 0.5,
            "and by distance: all it draws is as near to training digits as the nearest hundredth of unseen ones": alike_copies["copies"]
            == 1,
            "and by the nearer set: more often the training digits than where those it drew are left out, intervals apart": shares[
                "nearer_to_training_for_copies"
            ].low
            > shares["nearer_to_training_for_copies_without_their_part"].high,
        },
        samples=count,
        interval=(of_samples.training.low, of_samples.training.high),
        substitute=run.substitute,
    )


def stated(name: str, estimate: Estimate) -> dict[str, float | str]:
    """A number and its interval in words."""
    return {name: estimate.value, f"{name}_interval": between(estimate)}


def between(estimate: Estimate) -> str:
    """An interval in words."""
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def draw_copies(setting: Setting, samples: Tensor, real: Real, near_samples: Near, near_copies: Near) -> None:
    """The first samples over the digits nearest to them, and how far samples and copies are from digits that were seen and not seen."""
    figure, (left, right) = axes_grid(1, 2, width=5.6, height=2.9)
    shown = samples[:10]
    both = (real.parts[0], real.unseen)
    rows = torch.cat([shown, *(images.rows(nearest(shown, images)[1]) for images in both)])
    left.imshow(grid(rows, 10, enlarge=False), cmap="gray", vmin=0, vmax=255)
    pitch = shown.shape[-2] + 2
    left.set_yticks([2 + pitch * (row + 0.45) for row in range(3)], ["sample", "nearest seen", "nearest unseen"], fontsize=9)
    left.set_xticks([])
    left.set_title("the first ten samples, and the nearest of equally many digits", fontsize=9)
    reach = max(near_samples.parts.max().item(), near_samples.unseen.max().item())
    lines = (
        (near_samples.parts.flatten(), ORANGE, "-", "samples to seen digits"),
        (near_samples.unseen, BLUE, "--", "samples to unseen digits"),
        (near_copies.parts.flatten(), GREEN, ":", "copies to seen digits"),
    )
    for distance, colour, style, label in lines:
        density, edges = torch.histogram(distance, bins=40, range=(0, reach), density=True)
        right.plot((edges[1:] + edges[:-1]) / 2, density, style, color=colour, label=label)
    right.set_xlabel("distance to the nearest digit of a set")
    right.set_ylabel("density")
    right.legend(fontsize=8)
    save(figure, setting.figures / "no-copying.png")


CLAIMS = (
    Claim(
        "no-copying",
        "G sees data through D's gradients alone: parts of the input are not copied directly into its parameters.",
        f"{PAPER}, section 6",
        "1-NN two-sample accuracy, samples against training digits of MNIST; 1/2 if alike, less for copies",
        copies,
        minutes=5,
        seeds=2,
        deviations=(
            "The paper states it of how G learns; what can be measured is whether its samples are copies.",
            "The run is of the recipe mnist-demo on MNIST, 5,600 rounds.",
        ),
    ),
)
