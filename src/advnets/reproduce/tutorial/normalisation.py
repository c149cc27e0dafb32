"""Batch norm in Goodfellow 2016: what the samples of a batch have in common, and the two kinds under which they have nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm

from advnets.experiment import Average, BatchNorm, Dcgan, ReferenceBatchNorm, VirtualBatchNorm
from advnets.experiment.layers import Norm
from advnets.metrics.batch_correlation import batch_correlation
from advnets.nets import dcgan, normalisation
from advnets.recipes import recipe
from advnets.reproduce.claims import NOT_NEGATIVE, AtLeast, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import axes_grid, save
from advnets.reproduce.trained import digits
from advnets.runs.building import Means
from advnets.runs.live import assemble
from advnets.runs.pictures import grid
from advnets.runs.ranks import Ranks

TUTORIAL = "Goodfellow 2016 (tutorial), section 4.3"


# ---- what the samples of a batch have in common


class Kind(NamedTuple):
    """What normalises G, and the rows of a batch, in training and afterwards."""

    name: str
    norm: Norm
    batch: int


KINDS = (
    Kind("batch norm", BatchNorm(), 8),
    Kind("batch norm", BatchNorm(), 64),
    Kind("reference batch norm", ReferenceBatchNorm(), 8),
    Kind("virtual batch norm", VirtualBatchNorm(), 8),
)


def correlation(setting: Setting) -> Outcome:
    """The intraclass correlation of the mean pixel for each kind, before training and after it."""
    found: dict[str, float] = {}
    shown: dict[str, Tensor] = {}
    apart: dict[str, dict[str, float]] = {"at the start": {}, "trained": {}}
    data, substitute = digits(setting, "train")
    for kind in KINDS:
        nets = Dcgan(width=16, discriminator_width=16, norm=kind.norm)
        x = replace(recipe("dcgan"), data=data, nets=nets, average=Average(0), batch_size=kind.batch, seed=setting.seed)
        live = assemble(x, Means("cpu", "float32", compile=False, threads=1), Ranks())
        label = f"{kind.name}, batches of {kind.batch}"
        for when, rounds in (("at the start", 0), ("trained", setting.sized(ROUNDS, 20))):
            while live.round < rounds:
                live.play_round()
            drawn = batches(live.nets["G"], kind.batch, setting.sized(8000, 400) // kind.batch, x.prior.dim)
            estimate = batch_correlation(drawn)
            found[f"{label}, {when}"] = estimate.value
            found[f"{label}, {when}, half width of its interval"] = (estimate.high - estimate.low) / 2
            apart[when][label] = abs(estimate.value)
            shown[label] = drawn[:2, :8]
    draw_batches(setting, shown)
    ratios = {when: r["batch norm, batches of 8"] / r["virtual batch norm, batches of 8"] for when, r in apart.items()}
    return Outcome(
        ratios["trained"],
        {**found, "ratio_at_the_start": ratios["at the start"]},
        {
            "at the start too: 5 times as far from 0 or more": ratios["at the start"] >= 5,
            "samples of a batch are alike, as in the published picture": found["batch norm, batches of 8, trained"] > 0,
        },
        samples=setting.sized(8000, 400),
        substitute=substitute,
    )


ROUNDS = 500
"""Of training, each with one batch."""


@torch.no_grad()
def batches(G: nn.Module, size: int, count: int, dim: int) -> Tensor:
    """Batches that G draws in training mode, float32 [count, size, c, h, w]; its running statistics stay as they are."""
    generator, kept = torch.Generator().manual_seed(1), {name: t.clone() for name, t in G.state_dict().items()}
    drawn = torch.stack([G(torch.randn(size, dim, generator=generator)) for _ in range(count)])
    G.load_state_dict(kept)
    return drawn


def draw_batches(setting: Setting, shown: dict[str, Tensor]) -> None:
    """Two batches of each kind beside each other, eight samples of each."""
    figure, panels = axes_grid(len(shown), 2, width=4.4, height=0.95)
    for row, (label, pair) in enumerate(shown.items()):
        for axes, samples, name in zip(panels[2 * row :], pair, ("first batch", "second batch"), strict=False):
            axes.imshow(grid(samples, 8, enlarge=False), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            axes.set_axis_off()
            axes.set_title(f"{label}: {name}", fontsize=8)
    save(figure, setting.figures / "batch-correlation.png")


# ---- the definitions


def generator(norm: normalisation.Norm, seed: int) -> dcgan.Generator:
    """A DCGAN generator whose gains and shifts are not the plain ones it starts with."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        G = dcgan.Generator(100, (1, 28, 28), 8, norm)
        with torch.no_grad():
            for p in G.parameters():
                p.add_(0.1 * torch.randn_like(p))
    return G.requires_grad_(False)


def company(setting: Setting, norm: normalisation.Norm) -> float:
    """How far a sample moves with its batch mates: alone, and among three different batches, max |difference| of its pixels."""
    G, noise = generator(norm, setting.seed), torch.Generator().manual_seed(setting.seed)
    z = torch.randn(1, 100, generator=noise)
    alone = G(torch.cat([z, z]))[:1]  # twice itself: batch norm refuses a batch of one
    among = [G(torch.cat([z, scale * torch.randn(n, 100, generator=noise)]))[:1] for n, scale in ((7, 1.0), (31, 1.0), (7, 5.0))]
    return max((row - alone).abs().max().item() for row in among)


def reference(setting: Setting) -> Outcome:
    """Samples under reference batch norm, alone and in three batches."""
    moved = company(setting, partial(normalisation.ReferenceBatchNorm, reference=64))
    under_batch_norm = company(setting, nn.BatchNorm2d)
    return Outcome(
        moved,
        {"under_batch_norm": under_batch_norm},
        {"under batch norm it moves by more than .01": under_batch_norm > 0.01},
    )


def virtual(setting: Setting) -> Outcome:
    """Samples under virtual batch norm against its definition, row by row and layer by layer."""
    norm = partial(normalisation.VirtualBatchNorm, reference=64)
    G, noise = generator(norm, setting.seed), torch.Generator().manual_seed(setting.seed)
    z = torch.randn(16, 100, generator=noise)
    (referenced,) = G.net
    assert isinstance(referenced, normalisation.Referenced)
    assert isinstance(referenced.net, nn.Sequential)
    brute = torch.cat([by_definition(referenced.net, referenced.reference, row) for row in z.split(1)])
    moved = company(setting, norm)
    return Outcome(
        (G(z) - brute).abs().max().item(),
        {"moved_by_batch_mates": moved},
        {"a sample moves with its batch mates by at most 1e-6": moved <= 1e-6},
        samples=len(z),
    )


def by_definition(layers: Iterable[nn.Module], rows: Tensor, row: Tensor) -> Tensor:
    """What a network says of a row [1, ...]: at every virtual batch norm it joins the reference rows, and both are normalised together."""
    for layer in layers:
        if isinstance(layer, normalisation.VirtualBatchNorm):
            row = normalised(torch.cat([rows, row]), layer)[-1:]
            rows = normalised(rows, layer)
        else:
            row, rows = layer(row), layer(rows)
    return row


def normalised(rows: Tensor, layer: normalisation.VirtualBatchNorm) -> Tensor:
    """A batch by torch's batch norm, with the layer's gain and shift."""
    return batch_norm(rows, None, None, layer.weight, layer.bias, training=True, eps=layer.eps)


CLAIMS = (
    Claim(
        "batch-correlation",
        "Batch norm in G can tie the samples of a batch to each other.",
        f'{TUTORIAL}, "batch norm in G can cause strong intra-batch correlation"',
        "|intraclass correlation of the mean pixel|, batch norm / virtual batch norm, batches of 8",
        correlation,
        minutes=3,
        bounds=NOT_NEGATIVE,
        published={"value": "a picture"},
        criterion=AtLeast(5.0),
        seeds=3,
        deviations=(
            "Absolute values are compared. The published picture shows samples of a small batch that are alike, a positive correlation; "
            "here samples may also make up for each other, a negative one, as batch norm keeps the mean over a batch fixed.",
            f"A small DCGAN on MNIST after {ROUNDS} rounds; the original's network and data are not named.",
        ),
    ),
    Claim(
        "reference-batch-norm",
        "Under reference batch norm every row is treated the same, whichever others are in the minibatch.",
        TUTORIAL,
        "largest change of a pixel, alone and in three batches",
        reference,
        minutes=0.1,
        published={"value": 0},
        criterion=AtMost(1e-6),
    ),
    Claim(
        "virtual-batch-norm",
        "Virtual batch norm normalises a row by the statistics of the reference batch and the row itself.",
        f"{TUTORIAL}; Salimans et al. 2016, section 3.5",
        "largest difference of a pixel from the definition, computed row by row",
        virtual,
        minutes=0.1,
        published={"value": 0},
        criterion=AtMost(1e-5),
    ),
)
