"""A distribution without a density, learned by a game, and what a Markov chain makes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from advnets.experiment import R1, Adam, Alternating, Average, Data, Experiment, Gan, Linear, Mlp
from advnets.reproduce.claims import NOT_NEGATIVE, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, GREEN, ORANGE, axes_grid, save
from advnets.reproduce.tutorial.support import NETS, POINTS, learned, plane
from advnets.reproduce.tutorial.toys import COUNT, setup, toy

PAPER = "Goodfellow et al. 2014"


@dataclass(frozen=True)
class Degenerate:
    """A law in the plane that has no density: half on a segment, the rest on points, equally often.

    Args:
        ends: of the segment, float64 [2, 2].
        points: float64 [k, 2].
    """

    ends: Tensor
    points: Tensor

    @property
    def weights(self) -> Tensor:
        """Of the segment and of each point, float64 [1 + k]."""
        return torch.tensor([0.5] + [0.5 / len(self.points)] * len(self.points), dtype=torch.float64)

    @property
    def along(self) -> Tensor:
        """From one end to the other."""
        return self.ends[1] - self.ends[0]

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """n draws, float32 [n, 2]."""
        part = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        on_segment = self.ends[0] + torch.rand(n, 1, generator=generator, dtype=torch.float64) * self.along
        return torch.where((part == 0)[:, None], on_segment, self.points[(part - 1).clamp(min=0)]).float()

    def place(self, x: Tensor) -> Tensor:
        """Where along the segment the foot of x [n, 2] is, float64 [n]: 0 and 1 are the ends."""
        return (x.double() - self.ends[0]) @ self.along / self.along.square().sum()

    def distances(self, x: Tensor) -> Tensor:
        """Of points x [n, 2] from the segment and from each point, float64 [n, 1 + k]."""
        foot = self.ends[0] + self.place(x).clamp(0, 1)[:, None] * self.along
        return torch.cat([(x.double() - foot).norm(dim=1, keepdim=True), torch.cdist(x.double(), self.points)], 1)

    def blurred(self, x: Tensor, blur: float) -> Tensor:
        """The log density at x [n, 2], float64 [n], once round Gaussian noise of this standard deviation is added."""
        length = self.along.norm().item()
        s = self.place(x) * length
        s = torch.minimum(s, length - s)  # by symmetry: differences of lower tails lose no digits
        across = (x.double() - self.ends[0]) @ torch.stack([-self.along[1], self.along[0]]) / length
        inside = torch.special.ndtr((length - s) / blur) - torch.special.ndtr(-s / blur)
        bell = -math.log(blur * math.sqrt(2 * math.pi))
        segment = bell - (across / blur).square() / 2 + (inside / length).log()
        points = 2 * bell - (torch.cdist(x.double(), self.points) / blur).square() / 2
        return torch.logsumexp(torch.cat([segment[:, None], points], 1) + self.weights.log(), 1)


SHARP = Degenerate(
    torch.tensor([[-1.5, -0.75], [1.5, 0.75]], dtype=torch.float64), torch.tensor([[-1.0, 1.0], [1.0, -1.0]], dtype=torch.float64)
)
STRETCHES = 10
"""Equal parts of the segment that must all be reached."""
ON = 0.05
"""Distance from the support beyond which a sample is between its parts."""
BLURS = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Standard deviations of the noise that a Markov chain is given to move in."""
FOUND = 0.1
"""Total variation from the weights up to which chains count as having found all parts."""


def chains(law: Degenerate, blur: float, steps: int, generator: torch.Generator, count: int = 1000) -> Tensor:
    """Where Metropolis chains on the blurred law are after so many steps from its first point, float64 [count, 2].

    A step proposes a round Gaussian of 1.7 blurs, the best width for a round bell in the plane (Gelman et al. 1996: 2.4 / sqrt(2)).
    """
    x = law.points[:1].repeat(count, 1)
    here = law.blurred(x, blur)
    for _ in range(steps):
        proposed = x + 1.7 * blur * torch.randn(x.shape, generator=generator, dtype=torch.float64)
        there = law.blurred(proposed, blur)
        accepted = torch.rand(count, generator=generator, dtype=torch.float64).log() < there - here
        x, here = torch.where(accepted[:, None], proposed, x), torch.where(accepted, there, here)
    return x


def seen(law: Degenerate, samples: Tensor) -> dict[str, float]:
    """Samples [n, 2] beside the law: how far from its support they are, and in which shares on its parts."""
    distance, part = law.distances(samples).min(1)
    shares = part.bincount(minlength=len(law.weights)) / len(part)
    return {
        "median_distance": distance.median().item(),
        "share_off_the_support": (distance > ON).double().mean().item(),
        "total_variation": (shares - law.weights).abs().sum().item() / 2,
    }


def to_segment(law: Degenerate, samples: Tensor) -> float:
    """The median distance from the segment of those samples [n, 2] that are nearest to it; infinite if none is."""
    distance, part = law.distances(samples).min(1)
    return distance[part == 0].median().item() if (part == 0).any() else math.inf


def stretches(law: Degenerate, samples: Tensor) -> Tensor:
    """How many of samples [n, 2] lie on each tenth of the segment, as a share of those due: float64 [STRETCHES]."""
    distance, part = law.distances(samples).min(1)
    on = samples[(part == 0) & (distance <= ON)]
    tenth = (law.place(on) * STRETCHES).long().clamp(0, STRETCHES - 1)
    return tenth.bincount(minlength=STRETCHES) / (len(samples) * law.weights[0] / STRETCHES)


def sharp(setting: Setting) -> Outcome:
    """How near G's samples come to a segment and two points, and what chains get there that can move between these."""
    generator = torch.Generator().manual_seed(setting.seed)
    model = learned(setting, "sharp", SHARP.sample(POINTS, generator), game(setting))
    samples = model.sample(COUNT, setting.seed)
    of_G, reached, apart = seen(SHARP, samples), stretches(SHARP, samples), to_segment(SHARP, samples)
    steps = setting.sized(5000, 200)
    walked = {blur: chains(SHARP, blur, steps, generator) for blur in BLURS}
    of_chains = {blur: seen(SHARP, points) for blur, points in walked.items()}
    draw(setting, samples, walked, of_G, of_chains)
    return Outcome(
        of_G["median_distance"],
        {
            "median_distance_to_segment": apart,
            **{name: value for name, value in of_G.items() if name != "median_distance"},
            "fewest_on_a_tenth_of_the_segment_beside_those_due": reached.min().item(),
            **{
                f"chains_of_blur_{blur:g}_{name}": of[name]
                for blur, of in of_chains.items()
                for name in ("median_distance", "total_variation")
            },
            "steps_of_chains": steps,
            "setup": setup(replace(model.experiment, data=Data("a segment and two points")), "averaged"),
        },
        {
            "samples nearest to the segment have a median distance of at most .01 from it": apart <= 0.01,
            "every tenth of the segment, with both its ends, has at least half of the samples due to it": reached.min().item() >= 0.5,
            "the segment and the points have their shares, total variation at most .1": of_G["total_variation"] <= FOUND,
            "chains find all parts, total variation at most .1, only with a blur that puts them ten times as far from the support": min(
                (of_chains[blur]["median_distance"] for blur in mixed(of_chains)), default=0
            )
            >= 10 * of_G["median_distance"],
        },
        samples=COUNT,
    )


def mixed(of_chains: dict[float, dict[str, float]]) -> list[float]:
    """The blurs at which chains have found all parts."""
    return [blur for blur, of in of_chains.items() if of["total_variation"] <= FOUND]


def game(setting: Setting) -> Experiment:
    """The game on such data. D pays for its slope there, without which the parts had wrong shares."""
    adam = Adam(lr=2e-3, beta1=0.0, beta2=0.99, schedule=Linear(start=0.3))
    return replace(
        toy("grid", Alternating(), setting.sized(5000, 300), 1, setting.seed, 256),
        game=Gan(penalty=R1(0.05)),
        nets=Mlp((96, 96, 96), (96, 96, 96)),
        optimisers={"D": adam, "G": adam},
        average=Average(0.998),
    )


def draw(
    setting: Setting, samples: Tensor, walked: dict[float, Tensor], of_G: dict[str, float], of_chains: dict[float, dict[str, float]]
) -> None:
    """Data, samples, what chains draw at the least blur that lets them find all parts, and both kinds by what they miss."""
    blur = min(mixed(of_chains), default=BLURS[-1])
    real = SHARP.sample(COUNT, torch.Generator().manual_seed(setting.seed))
    figure, panels = axes_grid(1, 4, width=3.2, height=3.3)
    clouds = (
        (real, BLUE, "data"),
        (samples, ORANGE, f"G, distance {of_G['median_distance']:.4f}"),
        (walked[blur], GREEN, f"chains, blur {blur:g}, distance {of_chains[blur]['median_distance']:.2f}"),
    )
    for axes, (points, colour, title) in zip(panels, clouds, strict=False):
        axes.scatter(*points.T, s=6, color=colour, lw=0)
        plane(axes, title, reach=2.2)
    both = panels[-1]
    values = [(of["median_distance"], of["total_variation"]) for of in of_chains.values()]
    both.plot(*zip(*values, strict=True), "o-", color=GREEN, label="chains, by their blur")
    for number, (label, place) in enumerate(zip(of_chains, values, strict=True)):
        both.annotate(f"{label:g}", place, xytext=(0, (-15, 8)[number % 2]), textcoords="offset points", fontsize=8, ha="center")
    both.plot(of_G["median_distance"], of_G["total_variation"], "s", color=ORANGE, label="G")
    both.set_xscale("log")
    both.set_xlim(3e-4, 1)
    both.set_ylim(-0.1, 0.95)
    both.set_xlabel("median distance from the support")
    both.set_ylabel("total variation of the parts")
    both.legend(fontsize=8)
    save(figure, setting.figures / "sharp-distributions.png")


CLAIMS = (
    Claim(
        "sharp-distributions",
        "Adversarial nets can represent sharp, even degenerate distributions, where Markov chains need a blur to move between modes.",
        f"{PAPER}, section 6",
        "median distance of samples from the support, a segment of length 3.35 and two points",
        sharp,
        minutes=3,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(0.01),
        seeds=3,
        deviations=(
            "The paper names no data and no chain: here Metropolis chains, 5,000 steps of the size of the blur from one point.",
            "D pays for its slope at data (R1, weight .05).",
            NETS,
        ),
    ),
)
