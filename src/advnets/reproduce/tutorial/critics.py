"""The costs of D that came after the tutorial, on the ring of eight: least squares, hinge, Wasserstein, and a D whose slope is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from advnets.experiment import R1, Alternating, Experiment, Gan, GradientPenalty, Hinge, LeastSquares, Mlp, Wasserstein
from advnets.metrics.modes import summary
from advnets.reproduce.claims import Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, axes_grid, save
from advnets.reproduce.tutorial.modes import BATCH, GOOD, NETS, ROUNDS, last
from advnets.reproduce.tutorial.toys import COUNT, looked, mixture, panel, setup, toy


def spectral(x: Experiment) -> Experiment:
    """The same with spectral norm in D."""
    assert isinstance(x.nets, Mlp)
    return replace(x, nets=replace(x.nets, discriminator_weights="spectral"))


CRITICS: dict[str, Callable[[Experiment], Experiment]] = {
    "least squares": lambda x: replace(x, game=LeastSquares()),
    "hinge": lambda x: replace(x, game=Hinge()),
    "Wasserstein, gradient penalty": lambda x: replace(x, game=Wasserstein(GradientPenalty(weight=1.0)), dynamics=Alternating(k=5)),
    "non-saturating, R1": lambda x: replace(x, game=Gan(penalty=R1(weight=1.0))),
    "non-saturating, spectral norm": spectral,
}
"""What is changed in the toys' game, whose costs are the non-saturating ones."""


def on_the_ring(setting: Setting) -> Outcome:
    """The ring learned with each of the costs: modes covered and share of good samples of the averaged generator after the last round."""
    real, samples, found = mixture("ring"), dict[str, Tensor](), dict[str, dict[str, Any]]()
    plain = toy("ring", Alternating(), setting.sized(ROUNDS["ring"], 20), 1, setting.seed, BATCH)
    for name, changed in CRITICS.items():
        out = setting.work / "critics-on-the-ring" / f"{name.replace(', ', '-').replace(' ', '-')}-seed-{setting.seed}"
        samples[name] = last(looked(changed(plain), out, "averaged"))
        found[name] = {key: summary(samples[name], real)[key] for key in ("modes_covered", "good_share")}
        setting.say(f"critics-on-the-ring: {name}: {found[name]['modes_covered']} modes, {found[name]['good_share']:.1%} good")
    figure, panels = axes_grid(2, 3, width=3.2, height=3.3)
    for axes, (name, points) in zip(panels, samples.items(), strict=False):
        panel(axes, points, real, name)
    panel(panels[-1], real.sample(COUNT, torch.Generator().manual_seed(setting.seed)), real, "data", BLUE)
    save(figure, setting.figures / "critics-on-the-ring.png")
    kept = [name for name, value in found.items() if value["modes_covered"] == 8 and value["good_share"] >= GOOD]
    beside = {name.replace(",", "").replace(" ", "_"): value for name, value in found.items()}
    return Outcome(len(kept), {**beside, "setup": setup(plain, "averaged")}, samples=COUNT)


CLAIMS = (
    Claim(
        "critics-on-the-ring",
        "Least squares, hinge and Wasserstein costs, R1 and spectral norm learn the ring of eight as well.",
        "Mao et al. 2017; Lim and Ye 2017; Gulrajani et al. 2017; Mescheder et al. 2018; Miyato et al. 2018",
        "costs of five with which 8 of 8 modes are covered and at least 90% of the samples lie within three standard deviations of one",
        on_the_ring,
        minutes=3,
        bounds=(0, len(CRITICS)),
        seeds=5,
        deviations=(
            "Eight Gaussians on a ring, with one setup but for what follows; only shown, as no paper has published a number of it.",
            "The Wasserstein critic takes five steps for one of G, as in its paper. Penalties have weight 1, not 10: with a gradient "
            "penalty of weight 10 no mode was covered after five steps to one on seed 0, and 7 were after one to one.",
            "Spectral norm goes with the non-saturating cost and one step of D. With the hinge cost it takes five steps: on seed 0 these "
            "covered all eight modes, and one step none.",
            NETS,
        ),
    ),
)
