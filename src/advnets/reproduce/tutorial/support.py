"""The dimension of z, and where G can put its mass: on a curve if z is one number, on the plane if it is two or more."""

from __future__ import annotations

import copy
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from advnets.data import GaussianMixture
from advnets.experiment import Alternating, Data, Experiment, Prior
from advnets.metrics import prdc
from advnets.reproduce.claims import SHARE, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, ORANGE, axes_grid, save
from advnets.reproduce.trained import trained
from advnets.reproduce.tutorial.toys import COUNT, setup, toy
from advnets.runs.files import write
from advnets.runs.sampling import Model, load, prior_noise

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TUTORIAL = "Goodfellow 2016 (tutorial)"
POINTS = 100_000
"""Drawn of the data to train on."""


def learned(setting: Setting, name: str, points: Tensor, x: Experiment) -> Model:
    """The averaged generator of a game on points float32 [n, 2], which are written beside its run."""
    folder = setting.work / "support"
    folder.mkdir(parents=True, exist_ok=True)
    file, content = folder / f"{name}-seed-{setting.seed}.npy", BytesIO()
    np.save(content, points.numpy())
    write(file, content.getvalue())
    assert x.steps is not None
    run = trained(replace(x, data=Data(str(file))), x.steps, folder / f"{name}-seed-{setting.seed}")
    return load(run.path, at=x.steps)


DIMENSIONS = (1, 2, 8)
"""Of z."""
BROAD = GaussianMixture([[x, y] for x in (-2.0, 0.0, 2.0) for y in (-2.0, 0.0, 2.0)], [0.45] * 9, name="nine broad bumps")
"""Data whose support is the plane."""
NEGLIGIBLE = 1e-9
"""Singular values of G's Jacobian that count as 0, as a share of the largest at any z. Rounding leaves about 1e-16."""


def jacobians(G: nn.Module, z: Tensor) -> Tensor:
    """dG/dz at noise z [n, d], float64 [n, 2, d]. In evaluation mode no sample depends on another's z, so that sums may be derived."""
    z = z.double().requires_grad_()
    x = copy.deepcopy(G).double().eval()(z)
    return torch.stack([torch.autograd.grad(total, z, retain_graph=True)[0] for total in x.sum(0)], 1)


def ranks(jacobian: Tensor) -> Tensor:
    """The rank of each of the Jacobians [n, 2, d], int64 [n], by singular values."""
    values = torch.linalg.svdvals(jacobian)
    return (values > NEGLIGIBLE * values.max()).sum(1)


def dimension(points: Tensor) -> float:
    """The dimension of what points [n, d] lie on, as the two nearest neighbours of each see it: n / sum log(r_2 / r_1).

    References: Facco et al. 2017, Estimating the intrinsic dimension of datasets by a minimal neighborhood information.
    """
    near = torch.cdist(points.double(), points.double(), compute_mode="donot_use_mm_for_euclid_dist").topk(3, largest=False).values
    first, second = near[near[:, 1] > 0, 1:].unbind(1)  # the nearest of all is the point itself
    return len(first) / (second / first).log().sum().item()


def latent(setting: Setting) -> Outcome:
    """Games that differ in the dimension of z alone: the rank of G's Jacobian, and how much of the data the samples reach."""
    generator = torch.Generator().manual_seed(setting.seed)
    points, real = BROAD.sample(POINTS, generator), BROAD.sample(COUNT, generator)
    plain = toy("grid", Alternating(), setting.sized(4000, 300), 1, setting.seed, 256)
    models = {dim: learned(setting, f"z-of-{dim}", points, replace(plain, prior=Prior(dim))) for dim in DIMENSIONS}
    samples = {dim: model.sample(COUNT, setting.seed) for dim, model in models.items()}
    of = {dim: about(samples[dim], real) | ranked(model, setting.seed) for dim, model in models.items()}
    draw_latent(setting, samples, real, of)
    of_data = about(points[:COUNT], real)
    return Outcome(
        of[1]["recall"],
        {
            **{f"{name}_at_{dim}": value for dim, found in of.items() for name, value in found.items() if (name, dim) != ("recall", 1)},
            **{f"{name}_of_data": value for name, value in of_data.items()},
            "setup": [setup(replace(model.experiment, data=Data(BROAD.name)), "averaged") for model in models.values()],
        },
        {
            "the Jacobian's rank is at most dim z, for every dim z": all(found["largest_rank"] <= dim for dim, found in of.items()),
            "with dim z = 2 and 8 recall is greater than with 1, intervals apart": min(of[dim]["recall_interval"][0] for dim in (2, 8))
            > of[1]["recall_interval"][1],
            "by their two nearest neighbours samples have less than 1.2 dimensions at dim z = 1, and more than 1.6 at 2 and 8": of[1][
                "dimension"
            ]
            < 1.2
            < 1.6
            < min(of[dim]["dimension"] for dim in (2, 8)),
        },
        samples=COUNT,
    )


def about(points: Tensor, real: Tensor) -> dict[str, Any]:
    """Points [n, 2] beside real ones: recall, with its interval, and precision; and the dimension of what they lie on."""
    seen = prdc.compared(points, real)
    return {name: seen[name] for name in ("recall", "recall_interval", "precision")} | {"dimension": dimension(points)}


def ranked(model: Model, seed: int) -> dict[str, Any]:
    """The largest and the mean rank of the generator's Jacobian over so many z."""
    rank = ranks(jacobians(model.generator, prior_noise(model.experiment.prior, COUNT, seed)))
    return {"largest_rank": int(rank.max()), "mean_rank": rank.double().mean().item()}


def draw_latent(setting: Setting, samples: dict[int, Tensor], real: Tensor, of: dict[int, dict[str, Any]]) -> None:
    """Samples over the data, a panel for every dimension of z."""
    figure, panels = axes_grid(1, len(samples), width=3.4, height=3.7)
    for axes, (dim, points) in zip(panels, samples.items(), strict=True):
        plane(axes, f"dim z = {dim}: rank {of[dim]['largest_rank']}, recall {of[dim]['recall']:.2f}", reach=3.8)
        axes.scatter(*real.T, s=3, color=BLUE, alpha=0.25, lw=0, label="data")
        axes.scatter(*points.T, s=3, color=ORANGE, lw=0, label="samples")
    panels[0].legend(fontsize=8, loc="upper left", markerscale=3)
    save(figure, setting.figures / "latent-dimension.png")


def plane(axes: Axes, title: str, reach: float) -> None:
    """A panel of the plane, without ticks."""
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, fontsize=10)


NETS = "Networks, rates and length are ours, and printed in the record."

CLAIMS = (
    Claim(
        "latent-dimension",
        "G needs no invertibility and takes z of any size; a guarantee of full support wants dim z >= dim x.",
        f'{TUTORIAL}, slide "Generator network"',
        "recall at dim z = 1, data in two dimensions",
        latent,
        minutes=4,
        bounds=SHARE,
        criterion=AtMost(0.6),
        seeds=3,
        deviations=("The slide names no data: here nine broad Gaussians, whose support is the plane.", NETS),
    ),
)
