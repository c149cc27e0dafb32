"""Modes on the ring and on the grid: dropped when the order of the players is turned round, visited in turn, and kept by unrolling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from advnets.experiment import Alarm, Alternating, Log
from advnets.metrics.modes import summary
from advnets.reproduce.claims import NOT_NEGATIVE, SHARE, AtLeast, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, ORANGE, axes_grid, save
from advnets.reproduce.tutorial.toys import COUNT, RATE, Name, looked, mixture, nearest, panel, setup, toy
from advnets.runs.alarm.findings import spells
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder

TUTORIAL = "Goodfellow 2016 (tutorial)"
HELD = 0.05
"""The share of samples from which a generator holds a mode: whose nearest mode it is, near or far."""
INNER = {"G": Alternating(generator_steps=50), "D": Alternating(k=5)}
"""Who moves when, by the player in the inner loop."""
CHASED = 20
"""Steps of G for each of D where modes are visited in turn."""
UNROLLED: dict[Name, tuple[int, ...]] = {"ring": (0, 1, 5, 10), "grid": (0, 5)}
ROUNDS: dict[Name, int] = {"ring": 5000, "grid": 5000}
BATCH = 256
"""Points a step in the unrolled games, whose imagined steps are all taken on one batch."""
COLUMNS = 5
GOOD = 0.9


def order(setting: Setting) -> Outcome:
    """G in the inner loop, then D in it, for as many steps of the inner player."""
    real, looks = mixture("ring"), setting.sized(20, 5)
    found: dict[str, dict[int, Tensor]] = {}
    alarms: dict[str, list[str]] = {}
    for name, dynamics in INNER.items():
        rounds = setting.sized(10_000, 1000) // (dynamics.k * dynamics.generator_steps)
        every = max(1, rounds // 50)
        x = replace(toy("ring", dynamics, rounds, looks, setting.seed), log=Log(every=every), alarm=Alarm(every=every))
        out = setting.work / "min-max" / f"{name}-inside-seed-{setting.seed}"
        found[name] = looked(x, out, "raw")
        alarms[name] = sorted({spell.name for spell in spells(read_lines(RunFolder(out).log))})
    late = list(found["G"].values())[looks // 2 :]
    held = [int((nearest(samples, real) >= HELD).sum()) for samples in late]
    converse = int((nearest(last(found["D"]), real) >= HELD).sum())
    figure, panels = axes_grid(2, COLUMNS, width=2.3, height=2.5)
    for row, (name, samples) in enumerate(found.items()):
        for axes, round in zip(panels[row * COLUMNS :], spread(list(samples), COLUMNS), strict=False):
            panel(axes, samples[round], real, f"{name} inside, round {round}")
    save(figure, setting.figures / "min-max-max-min.png")
    return Outcome(
        sum(held) / len(held),
        {
            "modes_held_by_look": held,
            "modes_held_with_D_inside": converse,
            "alarms": ", ".join(alarms["G"]) or "none",
            "alarms_with_D_inside": ", ".join(alarms["D"]) or "none",
            "setup": setup(x, "raw"),
        },
        {
            "with D in the inner loop at least twice as many modes are held": converse >= 2 * max(held),
            "with G in the inner loop the alarm names a collapse": "collapse" in alarms["G"],
        },
        samples=COUNT,
    )


def last(samples: dict[int, Tensor]) -> Tensor:
    """The last look."""
    return samples[max(samples)]


def spread(rounds: list[int], count: int) -> list[int]:
    """So many of the rounds, evenly over all of them, the last among them."""
    return [rounds[(number + 1) * len(rounds) // count - 1] for number in range(count)]


def oscillation(setting: Setting) -> Outcome:
    """Which modes hold the samples over a long run, and how alike that is to itself some rounds later."""
    rounds, looks = setting.sized(400, 40), setting.sized(200, 20)
    real = mixture("ring")
    x = toy("ring", Alternating(generator_steps=CHASED), rounds, looks, setting.seed)
    samples = looked(x, setting.work / "oscillation" / f"seed-{setting.seed}", "raw")
    occupied = torch.stack([nearest(look, real) for look in samples.values()])  # [looks, 8]
    alike = autocorrelation(occupied)
    turns = int((occupied.argmax(1).diff() != 0).sum())
    figure, (over_time, by_lag) = axes_grid(1, 2, width=5.2, height=3.2)
    shown = over_time.imshow(occupied.T, aspect="auto", origin="lower", cmap="Oranges", vmin=0, vmax=1, extent=(0, rounds, -0.5, 7.5))
    figure.colorbar(shown, ax=over_time, label="share of samples")
    over_time.set_xlabel("round")
    over_time.set_ylabel("nearest mode, by angle")
    by_lag.plot([lag * x.checkpoints.every for lag in range(len(alike))], alike, color=ORANGE)
    by_lag.axhline(0, color="black", lw=0.8)
    by_lag.set_xlabel("lag in rounds")
    by_lag.set_ylabel("autocorrelation of occupancy")
    save(figure, setting.figures / "oscillation.png")
    return Outcome(
        alike.min().item(),
        {
            "lag_of_the_least_in_rounds": int(alike.argmin()) * x.checkpoints.every,
            "first_lag_below_0_in_rounds": int((alike < 0).int().argmax()) * x.checkpoints.every,
            "changes_of_the_fullest_mode": turns,
            "modes_that_were_fullest": int(occupied.argmax(1).unique().numel()),
            "rounds": rounds,
            "looks": looks,
            "setup": setup(x, "raw"),
        },
        samples=COUNT,
    )


def autocorrelation(occupied: Tensor) -> Tensor:
    """How alike shares by time [t, k] are to themselves later, by lag: float64 [t // 2], 1 at lag 0; 0 all over if nothing changes.

    >>> there_and_back = torch.tensor([[1.0, 0.0], [0.0, 1.0]] * 4)
    >>> autocorrelation(there_and_back)
    tensor([ 1.0000, -0.8750,  0.7500, -0.6250], dtype=torch.float64)
    """
    off = occupied.double() - occupied.double().mean(0)
    lags = torch.stack([(off[: len(off) - lag] * off[lag:]).sum() for lag in range(len(off) // 2)])
    return lags / lags[0] if lags[0] > 0 else lags


def unrolled(setting: Setting, name: Name) -> tuple[dict[int, dict[str, Any]], dict[int, dict[int, Tensor]], str]:
    """A mixture learned with every number of imagined steps.

    Returns:
        By number of steps: what is known of the last samples, with the share of good ones of the generator without averaging; the looks
        on the way; and the setup in words.
    """
    rounds, real = setting.sized(ROUNDS[name], 20), mixture(name)
    values: dict[int, dict[str, Any]] = {}
    looks: dict[int, dict[int, Tensor]] = {}
    for steps in UNROLLED[name]:
        x = toy(name, Alternating(unrolled=steps, unrolled_rate=RATE), rounds, COLUMNS, setting.seed, BATCH)
        out = setting.work / f"unrolled-{name}" / f"{steps}-steps-seed-{setting.seed}"
        looks[steps] = looked(x, out, "averaged")
        values[steps] = summary(last(looks[steps]), real)
        values[steps]["good_share_raw"] = summary(last(looked(x, out, "raw")), real)["good_share"]
        setting.say(f"unrolled-{name}: K = {steps}: {values[steps]['modes_covered']} modes, {values[steps]['good_share']:.1%} good")
    words = setup(x, "averaged")
    setting.say(f"unrolled-{name}: {words}")
    return values, looks, words


def rows(setting: Setting, name: Name, looks: dict[int, dict[int, Tensor]]) -> None:
    """A row for every number of imagined steps, a column for every look, and the data beside each."""
    real = mixture(name)
    data = real.sample(COUNT, torch.Generator().manual_seed(setting.seed))
    figure, panels = axes_grid(len(looks), COLUMNS + 1, width=2.1, height=2.3)
    for row, (steps, samples) in enumerate(looks.items()):
        own = panels[row * (COLUMNS + 1) : (row + 1) * (COLUMNS + 1)]
        for axes, (round, points) in zip(own, samples.items(), strict=False):
            panel(axes, points, real, f"round {round}")
        own[0].set_ylabel(f"K = {steps}", fontsize=11)
        panel(own[-1], data, real, "data", BLUE)
    save(figure, setting.figures / f"unrolled-{name}.png")


def on_the_ring(setting: Setting) -> Outcome:
    """Whether five and ten steps ahead both keep all eight modes, with nine samples of ten good."""
    values, looks, words = unrolled(setting, "ring")
    rows(setting, "ring", looks)
    kept = all(values[steps]["modes_covered"] == 8 and values[steps]["good_share"] >= GOOD for steps in (5, 10))
    return Outcome(float(kept), {"by_steps": by_name(values), "setup": words}, samples=COUNT)


def on_the_grid(setting: Setting) -> Outcome:
    """How many of the 25 modes five steps ahead keep, beside none."""
    values, looks, words = unrolled(setting, "grid")
    rows(setting, "grid", looks)
    return Outcome(values[5]["modes_covered"], {"by_steps": by_name(values), "setup": words}, samples=COUNT)


def by_name(values: dict[int, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same with names that JSON can hold."""
    return {f"K = {steps}": found for steps, found in values.items()}


NETS = (
    "Networks, noise, rates and length are ours, and printed in the record: published baselines of these mixtures differ by their setups."
)

CLAIMS = (
    Claim(
        "min-max-max-min",
        "With G in the inner loop all mass goes to the point that D finds most likely; with D in it p_g goes to the data.",
        f"{TUTORIAL}, slide on mode collapse",
        "modes that hold 5% of the samples or more, G in the inner loop (50 steps to one of D), mean over the second half of the run",
        order,
        minutes=1.5,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(2.0),
        seeds=3,
        deviations=("The slide states it of V; here both players take turns on the ring of eight Gaussians.", NETS),
    ),
    Claim(
        "oscillation",
        "Training can go on for very long, from one kind of samples to another, without better ones.",
        f"{TUTORIAL}, slide on non-convergence in GANs",
        "least autocorrelation of the modes' occupancy over lags up to half the run",
        oscillation,
        minutes=1,
        seeds=3,
        deviations=(f"G takes {CHASED} steps to one of D, which makes it hop from mode to mode.", NETS),
    ),
    Claim(
        "unrolled-ring",
        "A generator that looks through several steps of D spreads out over all modes of the ring and converges to the data.",
        f"{TUTORIAL}, slides on unrolled GANs; Metz et al. 2017, figure 1",
        "share of seeds in which 5 and 10 steps both cover 8 of 8 modes with at least 90% of the samples within three standard deviations",
        on_the_ring,
        minutes=11,
        bounds=SHARE,
        criterion=AtLeast(0.8),
        seeds=5,
        deviations=(
            "The imagined steps are plain gradient steps. Their size and the batch were chosen on seed 0.",
            "That K = 0 collapses is not asked for, and here it does not: looking ahead does no harm, but it has nothing to cure.",
            NETS,
        ),
    ),
    Claim(
        "unrolled-grid",
        "Looking through five steps of D on the grid of 25 Gaussians, beside the plain game.",
        f"after {TUTORIAL}, slides on unrolled GANs; Metz et al. 2017",
        "modes of 25 covered with five steps, of 2,500 samples",
        on_the_grid,
        minutes=3,
        bounds=NOT_NEGATIVE,
        seeds=5,
        deviations=("A mode is covered by a tenth of the samples due to it, and touched by one.", NETS),
    ),
)
