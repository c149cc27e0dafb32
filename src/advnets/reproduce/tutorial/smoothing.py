"""Label smoothing in Goodfellow 2016: what D learns where it is told .9 of data, and what is wrong with telling it .1 of samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

from advnets.core import Game, Player, Rng, Turn, View
from advnets.core.field import field
from advnets.reproduce.claims import NOT_NEGATIVE, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, GREEN, ORANGE, axes_grid, save
from advnets.theory import gaussian, smoothed_discriminator
from advnets.theory.densities import Line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TUTORIAL = "Goodfellow 2016 (tutorial)"


class Bell(NamedTuple):
    """A Gaussian on the line."""

    mean: float
    std: float

    @property
    def density(self) -> Line:
        """Its log density."""
        return gaussian(self.mean, self.std)


class Sides(NamedTuple):
    """Data and samples of a generator that never moves."""

    data: Bell
    samples: Bell

    @property
    def swapped(self) -> Sides:
        """The samples for data, and the data for samples."""
        return Sides(self.samples, self.data)

    def points(self, lowest: float) -> Tensor:
        """Points float64 [n], .02 apart, where p + p_g is greater than `lowest`."""
        x = torch.linspace(-10, 10, 1001, dtype=torch.float64)
        return x[(self.data.density(x).exp() + self.samples.density(x).exp()) > lowest]


class Told(NamedTuple):
    """What D is told of data and of samples."""

    data: float = 1.0
    samples: float = 0.0

    def best(self, sides: Sides) -> Line:
        """D* by the formula, as a probability."""
        return smoothed_discriminator(sides.data.density, sides.samples.density, self.data, self.samples)


WIDE = Sides(Bell(0.0, 1.0), Bell(0.5, 0.5))
"""A generator narrower than the data, as it often is: D can be sure of data, and never of samples."""

APART = Sides(Bell(0.0, 1.5), Bell(3.0, 0.3))
"""A generator whose one mode lies where few data are."""


class Weighed(NamedTuple):
    """Points of the line x [n, 1] with the densities of data and of samples there, float64 [n]."""

    x: Tensor
    p: Tensor
    q: Tensor


def judged(told: Told) -> Game[Weighed, Weighed]:
    """The discriminator's side of the game with smoothed labels, on expectations: sums over evenly spread points."""

    def draw(points: Weighed, nets: Mapping[str, nn.Module], rng: Rng) -> Weighed:
        return points

    def judges(n: View, b: Weighed) -> Tensor:
        logit = n.D(b.x)
        yes, no = told.data * b.p + told.samples * b.q, (1 - told.data) * b.p + (1 - told.samples) * b.q
        return -(yes * logsigmoid(logit) + no * logsigmoid(-logit)).sum() / b.p.sum()

    return Game({"D": Player(("D",), judges)}, (Turn(("D",)),), draw)


def trained(sides: Sides, told: Told, setting: Setting) -> nn.Module:
    """A small smooth discriminator at its optimum, by L-BFGS on the game's field."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(setting.seed)
        D = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1), nn.Flatten(0)).double()
    game, x = judged(told), sides.points(1e-4)
    points = Weighed(x[:, None], sides.data.density(x).exp(), sides.samples.density(x).exp())

    def look() -> Tensor:
        move = field(game, game.turns[0], {"D": D}, points)["D"]
        for (_, name), gradient in move.gradients.items():
            D.get_parameter(name).grad = gradient
        return move.cost

    rounds = setting.sized(2000, 200)
    torch.optim.LBFGS(D.parameters(), 1.0, rounds, 2 * rounds, 1e-12, 1e-16, 50, "strong_wolfe").step(look)
    return D.eval().requires_grad_(False)


def logits(D: nn.Module, x: Tensor) -> Tensor:
    """What D says at points x float64 [n]."""
    return D(x[:, None])


def off(D: nn.Module, sides: Sides, told: Told) -> Tensor:
    """|D - D*| where p + p_g > .001, float64 [n]."""
    x = sides.points(1e-3)
    return (logits(D, x).sigmoid() - told.best(sides)(x)).abs()


def one_sided(setting: Setting) -> Outcome:
    """D told .9 of data against .9 p / (p + p_g), and beside it a D told 1."""
    smoothed, plain = Told(0.9), Told()
    D, without = trained(WIDE, smoothed, setting), trained(WIDE, plain, setting)
    x = WIDE.points(1e-3)
    largest, largest_without = (logits(net, x).abs().max().item() for net in (D, without))
    exchanged = [told.best(WIDE.swapped)(x).logit().abs().max().item() for told in (smoothed, plain)]
    draw_one_sided(setting, D, without)
    error = off(D, WIDE, smoothed)
    return Outcome(
        error.mean().item(),
        {
            "max_error": error.max().item(),
            "mean_error_without": off(without, WIDE, plain).mean().item(),
            "largest_logit": largest,
            "largest_logit_without": largest_without,
            "largest_logit_of_D*_if_samples_are_wider": exchanged[0],
            "largest_logit_of_D*_if_samples_are_wider_without": exchanged[1],
        },
        {"the largest |logit| of D is lower than without smoothing": largest < largest_without},
    )


def draw_one_sided(setting: Setting, D: nn.Module, without: nn.Module) -> None:
    """D and its logit over the line, with smoothing and without."""
    figure, (left, right) = axes_grid(1, 2)
    x = WIDE.points(1e-3)
    draw_densities(left, WIDE, x)
    for net, told, colour in ((without, Told(), "grey"), (D, Told(0.9), GREEN)):
        star, said = told.best(WIDE)(x), logits(net, x)
        left.plot(x, star, color=colour, lw=4, alpha=0.4, label=f"$D^*$, told {told.data:g} of data")
        left.plot(x, said.sigmoid(), "--", color=colour, label="D, trained")
        right.plot(x, star.logit(), color=colour, lw=4, alpha=0.4)
        right.plot(x, said, "--", color=colour, label=f"told {told.data:g} of data")
    left.set_ylim(0, 1.7)
    left.set_ylabel("D, and densities")
    left.legend(fontsize=8, loc="upper center", ncols=2)
    right.set_xlabel("x")
    right.set_ylabel("logit of D")
    right.legend(fontsize=8)
    save(figure, setting.figures / "one-sided-smoothing.png")


def draw_densities(axes: Axes, sides: Sides, x: Tensor) -> None:
    """Data and generator, as areas."""
    for bell, colour, name in ((sides.data, BLUE, "data p"), (sides.samples, ORANGE, "generator $p_g$")):
        axes.fill_between(x, bell.density(x).exp(), color=colour, alpha=0.25, lw=0, label=name)
    axes.set_xlabel("x")


def negatives(setting: Setting) -> Outcome:
    """D told .9 of data and b of samples, for three b: against the formula, what b adds to it, and what is left of G's pull."""
    tellings = [Told(0.9, b) for b in (0.0, 0.1, 0.3)]
    nets = [trained(APART, told, setting) for told in tellings]
    errors = [off(D, APART, told).mean().item() for D, told in zip(nets, tellings, strict=True)]
    x = APART.points(1e-3)
    said = torch.stack([logits(D, x).sigmoid() for D in nets])  # [3, n]
    added = said[1:] - said[0]
    mode, std = APART.samples
    peaks = x[added.argmax(1)]
    nearest = (x - mode).abs().argmin()
    far = (x - mode).abs() > 5 * std
    pulls = [pull(D, mode) for D in nets]
    draw_negatives(setting, tellings, x, said)
    return Outcome(
        max(errors),
        {
            "mean_errors": errors,
            "where_most_is_added": peaks.tolist(),
            "added_at_the_mode": added[:, nearest].tolist(),
            "most_added_far_from_it": added[:, far].max(1).values.tolist(),
            "pull_on_samples_at_the_mode": pulls,
        },
        {
            "what b > 0 adds to D is largest within a standard deviation of the mode of p_g": bool(((peaks - mode).abs() < std).all()),
            "it is a bump: five standard deviations away and further less than half of it is left": bool(
                (added[:, far].max(1).values < added[:, nearest] / 2).all()
            ),
            "samples at the mode of p_g are pulled to the data less than half as strongly": max(pulls[1:]) < pulls[0] / 2,
        },
    )


def pull(D: nn.Module, place: float) -> float:
    """The slope of -log D, G's cost, at a place: how strongly gradient descent moves a sample there, whichever way."""
    x = torch.tensor([place], dtype=torch.float64, requires_grad=True)
    cost = -logsigmoid(logits(D, x)).sum()
    return torch.autograd.grad(cost, x)[0].abs().item()


def draw_negatives(setting: Setting, tellings: Sequence[Told], x: Tensor, said: Tensor) -> None:
    """D for every b, and what b adds to it."""
    figure, (left, right) = axes_grid(1, 2)
    draw_densities(left, APART, x)
    draw_densities(right, APART, x)
    for told, D, style in zip(tellings, said, (GREEN, "black", "grey"), strict=True):
        left.plot(x, told.best(APART)(x), color=style, lw=4, alpha=0.4)
        left.plot(x, D, "--", color=style, label=f"D, told {told.samples:g} of samples")
        if told.samples:
            right.plot(x, D - said[0], "--", color=style, label=f"added to D by b = {told.samples:g}")
    left.set_ylim(0, 1.45)
    left.set_ylabel("D, and densities")
    left.legend(fontsize=8, loc="upper left")
    right.legend(fontsize=8, loc="upper left")
    save(figure, setting.figures / "smoothed-negatives.png")


EXPECTED = "D is trained on the expected cost, summed over points .02 apart, and not on draws: the formula is about expectations."

CLAIMS = (
    Claim(
        "one-sided-smoothing",
        "Told .9 of data and 0 of samples, the best D is .9 p / (p + p_g): it is less sure of itself, and no less right.",
        f'{TUTORIAL}, "one-sided label smoothing"; Salimans et al. 2016',
        "mean |D - D*| where p + p_g > .001",
        one_sided,
        minutes=1,
        bounds=NOT_NEGATIVE,
        published={"value": "D* = .9 p / (p + p_g)"},
        criterion=AtMost(0.001),
        seeds=3,
        deviations=(
            EXPECTED,
            "The logit is bounded above, by log 9, and not below: of samples D may still be as sure as it likes. Hence data that are wider "
            "than the samples; for the two exchanged the largest |logit| is given beside, and smoothing does not lower it.",
        ),
    ),
    Claim(
        "smoothed-negatives",
        "Told more than 0 of samples, the best D is ((1 - alpha) p + beta p_g) / (p + p_g), which reinforces what the generator does.",
        f'{TUTORIAL}, "do not smooth negative labels"',
        "mean |D - D*| where p + p_g > .001, the worst of beta = 0, .1 and .3",
        negatives,
        minutes=2,
        bounds=NOT_NEGATIVE,
        published={"value": "D* = ((1 - alpha) p + beta p_g) / (p + p_g)"},
        criterion=AtMost(0.001),
        seeds=3,
        deviations=(
            EXPECTED,
            "The bump is in what beta adds to D. D* itself always rises with p / p_g as long as beta < 1 - alpha, so it stays lowest where "
            "p_g outweighs the data most; but it is nearly flat there, and little moves samples on.",
        ),
    ),
)
