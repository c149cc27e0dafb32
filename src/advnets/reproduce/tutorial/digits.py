"""The costs on digits: which of them learn, which stall, and what becomes of G in the inner loop (the Helvetica scenario)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from advnets.data import Images
from advnets.experiment import (
    R1,
    Adam,
    Alternating,
    Average,
    BatchNorm,
    Checkpoints,
    Experiment,
    FGan,
    Gan,
    Linear,
    Log,
    Mlp,
    NonSaturating,
    Prior,
    Samples,
    ZeroSum,
)
from advnets.experiment.games import Game
from advnets.metrics import measure
from advnets.reproduce.claims import NOT_NEGATIVE, SHARE, AtLeast, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import shelves
from advnets.reproduce.trained import digits, trained, unseen
from advnets.runs import checkpoints
from advnets.runs.building import Means, Source, build_data
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks
from advnets.runs.sampling import Model, load

TUTORIAL = "Goodfellow 2016"
PLAIN = Experiment(
    recipe="mnist-demo",
    nets=Mlp(generator=(256, 512), discriminator=(256,), dropout=0.5, norm=BatchNorm()),
    prior=Prior(dim=64),
    optimisers={"D": Adam(lr=1e-3, beta1=0.5), "G": Adam(lr=1e-3, beta1=0.5)},
    average=Average(decay=0.99),
    batch_size=64,
    log=Log(every=50),
    samples=Samples(every=10_000),
    checkpoints=Checkpoints(every=1000),
    precision="float32",
)
"""A fully connected pair that learns all ten digits in two epochs; each claim says what it changes."""


BARE = Mlp(generator=(256, 512), discriminator=(512, 256), dropout=0.3)
"""A pair without batch norm, in which D can win for good."""


FADING = Adam(lr=1e-3, beta1=0.5, schedule=Linear(start=0.5))
STEADY = replace(
    PLAIN,
    nets=Mlp(generator=(256, 512), discriminator=(512, 256), norm=BatchNorm()),
    optimisers={"D": FADING, "G": FADING},
    average=Average(decay=0.998),
)
"""A pair that settles, in games where D pays for its slope."""
SLOPE = R1(weight=2.0)


@dataclass(frozen=True)
class Played:
    """A run on digits, and the real digits beside it."""

    folder: RunFolder
    model: Model
    source: Images
    held_out: Source | None
    substitute: str | None

    def classes(self, count: int) -> dict[str, Any]:
        """The classes that the classifier of real digits sees in samples."""
        return measure("classes", self.model.sample(count, self.model.experiment.seed), self.source, held_out=self.held_out)

    def frechet(self, count: int) -> float:
        """The squared Frechet distance of samples on that classifier's features."""
        samples = self.model.sample(count, self.model.experiment.seed)
        return measure("frechet", samples, self.source, held_out=self.held_out)["distance"]


def played(setting: Setting, x: Experiment, steps: tuple[int, int], name: str) -> Played:
    """The run of an experiment on digits, of so many rounds at the full and at the quick size."""
    data, substitute = digits(setting, "train")
    rounds = setting.sized(*steps)
    folder = trained(replace(x, data=data, seed=setting.seed), rounds, setting.work / "digits" / f"{name}-seed-{setting.seed}")
    source = build_data(data, torch.device("cpu"))
    assert isinstance(source, Images)
    held_out = unseen(data, substitute)
    return Played(folder, load(folder.path, at=rounds), source, held_out, substitute)


def pictured(setting: Setting, runs: dict[str, Played], name: str) -> None:
    """Rows of samples, two for each run by its name, never chosen."""
    samples = torch.cat([run.model.sample(20, setting.seed) for run in runs.values()])
    shelves(setting.figures / f"{name}.png", samples, 10, rows=[(run.replace("_", " "), 2) for run in runs])


def non_saturating(setting: Setting) -> Outcome:
    """How many of the ten digits have a share between 8 and 12 per cent of the samples."""
    run = played(setting, replace(STEADY, game=Gan(penalty=SLOPE)), (20_000, 200), "non-saturating-steady")
    found = run.classes(setting.sized(10_000, 1000))
    pictured(setting, {"non-saturating": run}, "non-saturating-digits")
    shares, of_data = found["shares"].values(), found["real_shares"].values()
    return Outcome(
        sum(0.08 <= share <= 0.12 for share in shares),
        {
            "smallest_share": min(shares),
            "largest_share": max(shares),
            "smallest_share_of_data": min(of_data),
            "largest_share_of_data": max(of_data),
            "accuracy_of_classifier": found["classifier"]["test_accuracy"],
        },
        samples=found["samples"],
        substitute=run.substitute,
    )


def stalled(setting: Setting) -> Outcome:
    """An epoch with a D that learns five times as fast, for both costs of G: what D says, and what G still learns from it."""
    fast = {"D": Adam(lr=1e-3, beta1=0.5), "G": Adam(lr=2e-4, beta1=0.5)}
    costs: dict[str, ZeroSum | NonSaturating] = {"zero_sum": ZeroSum(), "non_saturating": NonSaturating()}
    runs = {
        name: played(setting, replace(PLAIN, nets=BARE, game=Gan(cost), optimisers=fast), (937, 150), f"stalled-{name}")
        for name, cost in costs.items()
    }
    last = {name: read_lines(run.folder.log)[-5:] for name, run in runs.items()}
    pictured(setting, runs, "saturation-on-digits")
    beside: dict[str, float] = {}
    for name, lines in last.items():
        for key, called in {"watch/D(x)": "D_of_data", "watch/D(G(z))": "D_of_samples", "gradient/G": "gradient"}.items():
            beside[f"{called}_{name}"] = sum(line[key] for line in lines) / len(lines)
        found = runs[name].classes(setting.sized(5000, 500))
        beside[f"confident_{name}"] = found["confident_share"]
    return Outcome(
        beside["gradient_zero_sum"] / beside["gradient_non_saturating"],
        beside,
        {
            "D knows the zero-sum cost's samples: D(x) > .9 and D(G(z)) < .1": beside["D_of_data_zero_sum"]
            > 0.9
            > 0.1
            > beside["D_of_samples_zero_sum"]
        },
        samples=setting.sized(5000, 500),
        substitute=runs["zero_sum"].substitute,
    )


def smoothed(setting: Setting) -> Outcome:
    """The largest logit of D in absolute value, on real digits that nobody saw and on samples, with and without smoothing."""
    games = {"plain": Gan(), "smoothed": Gan(smooth=0.9)}
    runs = {name: played(setting, replace(PLAIN, game=game), (2000, 150), f"smoothing-{name}") for name, game in games.items()}
    pictured(setting, runs, "smoothing-on-digits")
    count = setting.sized(5000, 500)
    largest = {name: largest_logit(run, count) for name, run in runs.items()}
    classes = {f"classes_{name}": run.classes(count)["classes_present"] for name, run in runs.items()}
    beside = {f"largest_logit_{name}": value for name, value in largest.items()} | classes
    return Outcome(largest["smoothed"] / largest["plain"], beside, samples=2 * count, substitute=runs["plain"].substitute)


@torch.no_grad()
def largest_logit(run: Played, count: int) -> float:
    """max |logit of D| on so many digits that were held out, and on as many samples."""
    live = assemble(run.folder.experiment(), Means("cpu", "float32", compile=False, threads=1), Ranks())
    live.restore(checkpoints.folder_of(run.folder.checkpoints, run.model.step))
    D = live.nets["D"].eval()
    assert isinstance(run.held_out, Images)
    real = run.held_out.rows(torch.arange(min(count, len(run.held_out))))
    return max(D(x).abs().max().item() for x in (real, run.model.sample(count, run.model.experiment.seed)))


def helvetica(setting: Setting) -> Outcome:
    """The share of the samples that the three most frequent digits have, with G in the inner loop and with D in it."""
    inner: dict[str, Alternating] = {"G_inner": Alternating(k=1, generator_steps=50), "D_inner": Alternating(k=1)}
    rounds = {"G_inner": (150, 20), "D_inner": (2000, 200)}
    runs = {name: played(setting, replace(PLAIN, dynamics=order), rounds[name], f"helvetica-{name}") for name, order in inner.items()}
    pictured(setting, runs, "helvetica")
    held = {name: sum(sorted(run.classes(setting.sized(5000, 500))["shares"].values())[-3:]) for name, run in runs.items()}
    return Outcome(
        held["G_inner"],
        {f"three_digits_{name}": share for name, share in held.items()},
        samples=setting.sized(5000, 500),
        substitute=runs["G_inner"].substitute,
    )


def divergences(setting: Setting) -> Outcome:
    """How far the variants that descend KL(p || p_g) and KL(p_g || p) differ, in Frechet distance and in classes."""
    games: dict[str, Game] = {"kl": FGan("kl", NonSaturating(), R1()), "reverse_kl": FGan("reverse-kl", ZeroSum(), R1())}
    runs = {name: played(setting, replace(STEADY, game=game), (6000, 200), f"f-steady-{name}") for name, game in games.items()}
    pictured(setting, runs, "kl-on-digits")
    count = setting.sized(10_000, 1000)
    distance = {name: run.frechet(count) for name, run in runs.items()}
    classes = {name: run.classes(count) for name, run in runs.items()}
    beside: dict[str, Any] = {f"frechet_{name}": value for name, value in distance.items()}
    beside |= {f"entropy_of_classes_{name}": found["entropy_nats"] for name, found in classes.items()}
    beside |= {f"classes_{name}": found["classes_present"] for name, found in classes.items()}
    first, second = distance.values()
    beside["classes_apart"] = apart = total_variation(*(found["shares"] for found in classes.values()))
    return Outcome(
        abs(first - second) / max(first, second),
        beside,
        {"the shares of their classes are within .15 of each other, in total variation": apart <= 0.15},
        samples=count,
        substitute=runs["kl"].substitute,
    )


def total_variation(shares: Mapping[str, float], others: Mapping[str, float]) -> float:
    """Half the sum of absolute differences of the shares of the same classes, in [0, 1].

    >>> total_variation({"a": 0.5, "b": 0.5}, {"a": 0.75, "b": 0.25})
    0.25
    """
    return sum(abs(share - others[name]) for name, share in shares.items()) / 2


NETS = "No networks were named: here fully connected, G of 256 and 512 units with batch norm, D of 256 with dropout, Adam at 1e-3."

SETTLED = (
    "No networks were named: here fully connected, G of 256 and 512 units with batch norm, D of 512 and 256, Adam at 1e-3 that falls to 0 "
    "over the second half, and a D that also pays for its slope (R1)."
)

CLAIMS = (
    Claim(
        "non-saturating-digits",
        "With the non-saturating cost G learns all digits, each about as often as it should.",
        f"{TUTORIAL}, section 3.2.3; Goodfellow et al. 2014, section 3",
        "digits of ten whose share of the samples is between 8 and 12 per cent",
        non_saturating,
        seeds=2,
        minutes=8,
        bounds=NOT_NEGATIVE,
        criterion=AtLeast(9),
        deviations=(
            f"{SETTLED} R1 has the weight 2. 20,000 rounds of 64, about 21 epochs.",
            "The recipe mnist-demo, a DCGAN, had 6 digits of ten there after its 5,600 rounds of 32 (seed 0: 7.4 to 14.3 per cent).",
        ),
    ),
    Claim(
        "saturation-on-digits",
        "Where D wins, the zero-sum cost leaves G without a gradient; the non-saturating cost does not.",
        f"{TUTORIAL}, section 3.2.3; Goodfellow et al. 2014, section 3",
        "norm of G's gradient, zero-sum / non-saturating, at the end of an epoch in which D learns five times as fast",
        stalled,
        seeds=3,
        minutes=1,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(0.1),
        deviations=(
            "No networks were named: here fully connected, G of 256 and 512 units, D of 512 and 256 with dropout, Adam at 2e-4 for G.",
            "With batch norm in G, and a D of 256 units, the ratio was .195 on seed 0: there D does not win for good.",
        ),
    ),
    Claim(
        "smoothing-on-digits",
        "One-sided label smoothing keeps D from being too sure of itself.",
        f"{TUTORIAL}, section 4.2; Salimans et al. 2016, section 3.4",
        "largest |logit| of D, told .9 of data / told 1",
        smoothed,
        seeds=3,
        minutes=2,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(1.0),
        deviations=(NETS, "2,000 rounds, about two epochs."),
    ),
    Claim(
        "helvetica",
        "The Helvetica scenario: trained too much without a new D, G maps too many z to the same x.",
        "Goodfellow et al. 2014, section 6; Goodfellow 2016, section 5.1",
        "share of the samples that the three most frequent digits have, after 50 steps of G to one of D",
        helvetica,
        seeds=3,
        minutes=3,
        bounds=SHARE,
        criterion=AtLeast(0.9),
        deviations=(NETS,),
    ),
    Claim(
        "kl-on-digits",
        "What divergence a game descends explains neither how sharp its samples are nor which modes it loses.",
        f"{TUTORIAL}, section 3.2.5",
        "difference of the Frechet distances of the KL and reverse KL variants, as a share of the larger",
        divergences,
        seeds=3,
        minutes=12,
        bounds=SHARE,
        criterion=AtMost(0.15),
        deviations=(
            f"{SETTLED} R1 has its default weight, 10. 6,000 rounds of 64.",
            "Squared Frechet distances on features of a digit classifier, not FID.",
            "G pays -E[v], v what D says of samples, in both: the non-saturating cost of KL, and the reverse KL's share in the bound.",
            "Without R1, with the nets of smoothing-on-digits for 3,000 rounds and the non-saturating cost in both, the difference was "
            ".66 (.58 to .75) on seeds 0 to 2: one variant kept 6 classes or fewer on each of them, reverse KL on two and KL on one.",
            "On one other seed, R1 of weight 2 left 4.4 for KL and 3.6 for reverse KL after 8,000 rounds; with the non-saturating cost of "
            "reverse KL, -E[g(v)], it was at 22 after 2,400. With spectral norm in place of R1 the two were at 15.1 and 10.9.",
        ),
    ),
)
