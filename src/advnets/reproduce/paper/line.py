"""Algorithm 1 on the line, and Figure 1 of Goodfellow et al. 2014 redrawn from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from PIL import Image
from torch import Tensor, nn

from advnets.core import Turn, play
from advnets.experiment import Alternating, Checkpoints, Experiment
from advnets.recipes import recipe
from advnets.reproduce.claims import NOT_NEGATIVE, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, GREEN, ORANGE, axes_grid, image, save
from advnets.reproduce.trained import trained
from advnets.runs import checkpoints
from advnets.runs.building import Means
from advnets.runs.live import Live, assemble
from advnets.runs.pictures import save_gif
from advnets.runs.ranks import Ranks
from advnets.theory import gaussian

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER = "Goodfellow et al. 2014"
ROUNDS = {1: 10_000, 5: 3_000}
"""Played at full size, by k."""
LOOK = {1: 100, 5: 20}
"""Rounds from one checkpoint to the next, by k."""
QUANTILES = 100_000
SPAN = 4.0
"""The line is drawn from -SPAN to SPAN standard deviations."""


def line(setting: Setting, k: int) -> tuple[Experiment, Path, int]:
    """The game on the line with k steps of D a round: the experiment, its run, and the rounds to look at."""
    rounds = setting.sized(ROUNDS[k], 200)
    x = replace(recipe("bell"), dynamics=Alternating(k), steps=rounds, seed=setting.seed, precision="float32", threads=1)
    x = replace(x, checkpoints=Checkpoints(every=LOOK[k], keep=1000))
    folder = trained(x, rounds, setting.work / "bell" / f"k-{k}-seed-{setting.seed}")
    return x, folder.path, rounds


def standing(x: Experiment, run: Path, step: int) -> Live:
    """The players as a checkpoint holds them."""
    live = assemble(x, Means("cpu", "float32", compile=False, threads=1), Ranks())
    live.restore(checkpoints.folder_of(run / "checkpoints", step))
    return live


@torch.no_grad()
def drawn(G: nn.Module, n: int = QUANTILES) -> Tensor:
    """G at n evenly spread quantiles of its uniform noise, float64 [n]: samples without chance."""
    z = ((torch.arange(n) + 0.5) / n * 2 - 1) * 3**0.5
    return G(z[:, None])[:, 0].double()


def distance(G: nn.Module) -> float:
    """The Wasserstein distance W1 of G's samples from the data, in standard deviations of these."""
    quantiles = (torch.arange(QUANTILES, dtype=torch.float64) + 0.5) / QUANTILES
    return (drawn(G).sort().values - torch.special.ndtri(quantiles)).abs().mean().item()


@torch.no_grad()
def says(D: nn.Module, x: Tensor) -> Tensor:
    """D as a probability at points x float64 [n]."""
    return D(x.float()[:, None]).double().sigmoid()


def algorithm(setting: Setting) -> Outcome:
    """The game for k = 1 and k = 5, and the count of steps in each."""
    found: dict[str, float] = {}
    ratios: dict[str, bool] = {}
    for k in ROUNDS:
        x, run, rounds = line(setting, k)
        live = standing(x, run, rounds)
        taken = {player: steps_of(optimiser) for player, optimiser in live.optimisers.items()}
        found |= {f"w1_of_k_{k}": distance(live.generator), f"w1_of_k_{k}_raw": distance(live.nets["G"])}
        ratios[f"k = {k}: D took {k} times as many steps as G"] = taken["D"] == k * taken["G"] == k * rounds
    return Outcome(max(found[f"w1_of_k_{k}"] for k in ROUNDS), found, ratios, samples=QUANTILES)


def steps_of(optimiser: torch.optim.Optimizer) -> int:
    """How many steps an Adam has taken, by its own count."""
    return int(next(iter(optimiser.state.values()))["step"])


def figure(setting: Setting) -> Outcome:
    """Four panels as in the paper's caption, an animation of the whole game, and how near its end is to the equilibrium."""
    x, run, rounds = line(setting, 5)
    early = standing(x, run, LOOK[5])
    drawing, panels = axes_grid(1, 4, width=3.4, height=3.6)
    panel(panels[0], early.nets["D"], early.nets["G"], f"(a) after {LOOK[5]} rounds")
    only(early, "D", 1000)
    panel(panels[1], early.nets["D"], early.nets["G"], "(b) D alone has gone on")
    only(early, "G", 10)
    panel(panels[2], early.nets["D"], early.nets["G"], "(c) G alone has gone on")
    end = standing(x, run, rounds)
    panel(panels[3], end.nets["D"], end.generator, "(d) the end")
    drawing.legend(*panels[0].get_legend_handles_labels(), fontsize=9, loc="outside lower center", ncols=4)
    save(drawing, setting.figures / "figure-1.png")
    animate(setting, x, run)
    near = torch.linspace(-2, 2, 401, dtype=torch.float64)
    off, w1 = (says(end.nets["D"], near) - 0.5).abs().max().item(), distance(end.generator)
    return Outcome(off, {"w1": w1}, {"W1 is at most .05 standard deviations": w1 <= 0.05}, samples=QUANTILES)


def only(live: Live, mover: str, rounds: int) -> None:
    """Let one player go on alone."""
    alone = replace(live.game, turns=(Turn((mover,)),))
    for _ in range(rounds):
        play(alone, live.nets, live.optimisers, live.feed, live.round, rng=live.rng, field=live.field)
        live.round += 1


def panel(axes: Axes, D: nn.Module, G: nn.Module, title: str) -> None:
    """Data, samples, D and D* over the line; below, where G takes points of z that are evenly spread."""
    x = torch.linspace(-SPAN, SPAN, 401, dtype=torch.float64)
    p = gaussian(0.0, 1.0)
    samples = drawn(G)
    density, edges = torch.histogram(samples, bins=100, range=(-SPAN, SPAN), density=True)
    centres = (edges[1:] + edges[:-1]) / 2
    axes.plot(centres, p(centres).exp() / (p(centres).exp() + density), color="grey", lw=0.8, label="D*")
    axes.plot(x, p(x).exp(), ":", color="black", lw=2.5, label="data")
    axes.plot(centres, density, color=GREEN, label="samples")
    axes.plot(x, says(D, x), "--", color=BLUE, label="D")
    z, reached = torch.linspace(-1, 1, 15), drawn(G, 15)
    if reached[0] > reached[-1]:  # the law of z is symmetric: a falling G is the same generator as a rising one
        reached = reached.flip(0)
    for start, stop in zip(z, reached.clamp(-SPAN, SPAN), strict=True):
        axes.annotate("", (stop.item(), -0.15), (2.5 * start.item(), -0.5), arrowprops={"arrowstyle": "->", "lw": 0.7, "color": ORANGE})
    for height, name in ((-0.15, "x"), (-0.5, "z")):
        axes.axhline(height, color="black", lw=0.8)
        axes.text(-SPAN, height + 0.02, name, fontsize=9)
    axes.set_ylim(-0.55, 1.05)
    axes.set_xlim(-SPAN, SPAN)
    axes.set_yticks([0, 0.5, 1])
    axes.set_xticks([])
    axes.set_title(title, fontsize=9)


def animate(setting: Setting, x: Experiment, run: Path) -> None:
    """The game over its rounds."""
    frames: list[Image.Image] = []
    for step in checkpoints.steps(run / "checkpoints")[::5]:
        live = standing(x, run, step)
        drawing, (axes,) = axes_grid(1, 1, width=4.2, height=4.0)
        panel(axes, live.nets["D"], live.generator, f"round {step:,}")
        axes.legend(fontsize=7, loc="upper left")
        frames.append(image(drawing))
    save_gif(setting.figures / "figure-1.gif", frames, 200)


CLAIMS = (
    Claim(
        "algorithm-1",
        "Minibatch training with k steps of D and one of G a round brings p_g to the data.",
        f"{PAPER}, Algorithm 1",
        "W1 from the data in standard deviations, the worse of k = 1 and k = 5",
        algorithm,
        minutes=2,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(0.05),
        seeds=3,
        deviations=(
            "Adam instead of momentum, with a rate that falls to 0; the paper leaves the choice open.",
            "Samples come from the exponentially averaged generator; the generator itself is given beside it.",
        ),
    ),
    Claim(
        "figure-1",
        "After several rounds p_g is the data's density and D cannot tell them apart: D(x) = 1/2.",
        f"{PAPER}, Figure 1",
        "max |D - 1/2| within two standard deviations",
        figure,
        minutes=2,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(0.05),
        seeds=3,
        deviations=("The paper's figure is a sketch; here it is a trained game.",),
    ),
)
