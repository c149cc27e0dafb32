"""MNIST in Goodfellow et al. 2014: Table 1, and Figures 2 and 3, all from runs of the recipe mnist-paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import torch
from torch import Tensor

from advnets.data import Images
from advnets.experiment import Average, Checkpoints, Data, Paper
from advnets.metrics import measure, nearest
from advnets.metrics.kept import classifier
from advnets.metrics.parts import parts
from advnets.metrics.parzen import SIGMAS, scored
from advnets.metrics.parzen_controls import controls
from advnets.metrics.roles import Roles, roles
from advnets.metrics.window import log_densities
from advnets.recipes import recipe
from advnets.reproduce.claims import NOT_NEGATIVE, AtLeast, AtMost, Claim, Outcome, Setting, Within
from advnets.reproduce.drawing import BLUE, ORANGE, axes_grid, save, shelves
from advnets.reproduce.trained import digits, seconds, trained, unseen
from advnets.runs import checkpoints
from advnets.runs.building import Source, build_data, build_validation
from advnets.runs.folder import RunFolder
from advnets.runs.grids import save_grid
from advnets.runs.sampling import Model, Weights, load, prior_noise

PAPER = "Goodfellow et al. 2014"
EPOCHS: Mapping[Weights, int] = {"averaged": 400, "raw": 400}
"""To which the runs of the full size are played."""
PRECISION: Mapping[Weights, Literal["bfloat16", "float32"]] = {"averaged": "bfloat16", "raw": "float32"}
"""Of their matrix products: the raw generator is trained by the letter."""
EPOCHS_A_LOOK = 10
"""From one checkpoint to the next; the best of them by validation is reported."""


# ---- the runs


@dataclass(frozen=True)
class Trained:
    """A run of mnist-paper with the data it belongs to.

    Args:
        weights: of the generator that it is for.
        folder: the run.
        data: what it was trained on, as stated and as opened.
        substitute: what that is, if it is not MNIST.
        rounds: of an epoch.
    """

    weights: Weights
    folder: RunFolder
    data: Data
    source: Images
    substitute: str | None
    rounds: int

    @property
    def held_out(self) -> Source | None:
        """The official test part; of a substitute the fifth that was held out."""
        return unseen(self.data, self.substitute)

    @property
    def validation(self) -> Source | None:
        """The 1,000 pictures after those trained on."""
        return build_validation(self.data)

    @property
    def roles(self) -> Roles:
        """Who is who for the Parzen-window estimate."""
        return roles(self.source, self.held_out, self.validation, seed=0)


def run(setting: Setting, weights: Weights) -> Trained:
    """The run of a seed for one kind of generator: begun, gone on with, or found."""
    data, substitute = digits(setting, "train[:50000]")
    source = build_data(data, torch.device("cpu"))
    assert isinstance(source, Images)
    x = replace(recipe("mnist-paper"), data=data, seed=setting.seed, precision=PRECISION[weights], compile=setting.size == "full")
    if weights == "raw":
        x = replace(x, average=Average(decay=0.0))
    rounds = len(source) // x.batch_size
    look, steps = setting.sized(EPOCHS_A_LOOK * rounds, 1000), setting.sized(EPOCHS[weights] * rounds, 3000)
    x = replace(x, checkpoints=Checkpoints(every=look, keep=10_000), nets=setting.sized(x.nets, Paper(hidden=256, units=48)))
    folder = trained(x, steps, setting.work / "mnist-paper" / f"{weights}-seed-{setting.seed}")
    return Trained(weights, folder, data, source, substitute, rounds)


@dataclass(frozen=True)
class Looked:
    """The checkpoints of a run by their validation scores.

    Args:
        curve: mean log-likelihood of the validation pictures in nats, with the best sigma, by step.
        best: the step of the highest.
    """

    curve: Mapping[int, float]
    best: int


def looked(setting: Setting, known: Trained) -> Looked:
    """Every checkpoint scored on the validation pictures: the stopping rule."""
    last = setting.sized(EPOCHS[known.weights] * known.rounds, 3000)
    steps = [step for step in checkpoints.steps(known.folder.checkpoints) if step <= last]
    curve = {step: validated(known, step, samples_of(setting)) for step in steps}
    return Looked(curve, max(curve, key=lambda step: curve[step]))


def validated(known: Trained, step: int, count: int) -> float:
    """The validation score of a checkpoint, in nats."""
    samples = load(known.folder.path, known.weights, step).sample(count)
    return log_densities(samples, known.roles.validation, SIGMAS).mean(0).max().item()


def samples_of(setting: Setting) -> int:
    """Samples for an estimate."""
    return setting.sized(10_000, 1_000)


# ---- Table 1


def table(setting: Setting, weights: Weights) -> Outcome:
    """The Parzen-window log-likelihood of the test pictures at the best checkpoint, and what else can be said of it."""
    known = run(setting, weights)
    found = looked(setting, known)
    model = load(known.folder.path, weights, found.best)
    samples = model.sample(samples_of(setting))
    real: dict[str, Any] = {"held_out": known.held_out, "validation": known.validation}
    values = {name: measure(name, samples[:some], known.source, **real) for name, some in
              (("parzen", len(samples)), ("classes", len(samples)), ("frechet", len(samples)), ("neighbours", 2000))}  # fmt: skip
    draw_curve(setting, known, found)
    score = values["parzen"]
    name = "" if weights == "averaged" else "-raw"
    save_grid(setting.figures / f"table-1-mnist{name}_samples.png", model, 100, seed=0, columns=10)
    return Outcome(
        score["log_likelihood"],
        {
            "standard_error": score["standard_error"],
            "sigma": score["sigma"],
            "epochs": found.best / known.rounds,
            "classes_present": values["classes"]["classes_present"],
            "total_variation_of_classes": values["classes"]["total_variation"],
            "frechet": values["frechet"]["distance"],
            "frechet_of_real": values["frechet"]["control"]["distance"],
            "nearest_neighbour": values["neighbours"]["mean_distance"],
            "nearest_neighbour_of_real": values["neighbours"]["control"]["mean_distance"],
            "two_sample_accuracy": values["neighbours"]["two_sample"]["accuracy"],
            "training_seconds": round(seconds(known.folder, found.best)),
            "training_began_at": str(known.folder.record().get("commit"))[:12],
            "validation_by_epoch": {str(round(step / known.rounds, 1)): round(value, 2) for step, value in found.curve.items()},
        },
        samples=len(samples),
        interval=tuple(score["log_likelihood_interval"]),
        substitute=known.substitute,
        deviations=(
            f"Stopped at {found.best / known.rounds:g} epochs, the best of those up to {max(found.curve) / known.rounds:g} by validation.",
        ),
    )


def draw_curve(setting: Setting, known: Trained, found: Looked) -> None:
    """The validation score over epochs."""
    figure, (axes,) = axes_grid(1, 1)
    axes.plot(
        [step / known.rounds for step in found.curve],
        list(found.curve.values()),
        "o-",
        color=ORANGE,
        ms=3,
        label=f"{known.weights} generator",
    )
    axes.axhline(225, color=BLUE, ls="--", lw=1, label="published, on test pictures")
    axes.set_ylim(top=235)
    axes.set_xlabel("epochs")
    axes.set_ylabel("Parzen log-likelihood\nof validation pictures [nats]")
    axes.legend(fontsize=8)
    name = "" if known.weights == "averaged" else "-raw"
    save(figure, setting.figures / f"table-1-mnist{name}_curve.png")


def averaged(setting: Setting) -> Outcome:
    """Table 1 by the averaged generator."""
    return table(setting, "averaged")


def raw(setting: Setting) -> Outcome:
    """Table 1 by the generator itself."""
    return table(setting, "raw")


def estimator(setting: Setting) -> Outcome:
    """Training pictures and k-means centres in the place of samples."""
    data, substitute = digits(setting, "train[:50000]")
    source = build_data(data, torch.device("cpu"))
    held_out = unseen(data, substitute)
    known = roles(source, held_out, build_validation(data), seed=0)
    found = controls(known, samples_of(setting), setting.seed, scored)
    training, k_means = found["training_pictures"], found["k_means"]
    return Outcome(
        k_means["log_likelihood"] - training["log_likelihood"],
        {
            "training_pictures": training["log_likelihood"],
            "training_pictures_standard_error": training["standard_error"],
            "training_pictures_sigma": training["sigma"],
            "k_means": k_means["log_likelihood"],
            "k_means_standard_error": k_means["standard_error"],
            "k_means_sigma": k_means["sigma"],
            "centres": k_means["count"],
        },
        samples=training["count"],
        substitute=substitute,
    )


# ---- Figures 2 and 3


@cache
def chosen(setting: Setting) -> tuple[Trained, Model]:
    """The averaged generator at the best checkpoint."""
    known = run(setting, "averaged")
    return known, load(known.folder.path, "averaged", looked(setting, known).best)


def neighbours(setting: Setting) -> Outcome:
    """Rows of samples from fixed noise, and at their right the training picture nearest to the last one."""
    known, model = chosen(setting)
    samples = model.sample(20, setting.seed)
    ends = samples[4::5]
    distance, index = nearest(ends, known.source)
    everything = known.source.rows(torch.arange(len(known.source))).flatten(1).double()
    brute = torch.stack([(everything - row.double()).square().sum(1) for row in ends.flatten(1)]).min(1)
    rows = [
        image for number in range(4) for image in (*samples[5 * number : 5 * number + 5], known.source.rows(index[number : number + 1])[0])
    ]
    shelves(setting.figures / "figure-2-mnist.png", torch.stack(rows), 6, headings=[("samples", 5), ("nearest", 1)])
    return Outcome(
        float((index != brute.indices).sum()),
        {"mean_distance": distance.mean().item()},
        samples=len(samples),
        substitute=known.substitute,
    )


def walks(setting: Setting) -> Outcome:
    """Straight lines between two draws of z in ten frames, as the classifier of real digits reads them."""
    known, model = chosen(setting)
    count, frames = setting.sized(500, 50), 10
    ends = prior_noise(model.experiment.prior, 2 * count, setting.seed)
    between = torch.linspace(0, 1, frames)[:, None, None]
    z = (1 - between) * ends[:count] + between * ends[count:]  # [frames, count, d]
    pictures = model.at(z.flatten(0, 1)).unflatten(0, (frames, count))
    labels = classified(known, pictures.flatten(0, 1)).unflatten(0, (frames, count))
    changes = (labels[1:] != labels[:-1]).sum(0).double()
    strides = (pictures[1:] - pictures[:-1]).flatten(2).norm(dim=2)  # [frames - 1, count]
    whole = (pictures[-1] - pictures[0]).flatten(1).norm(dim=1)
    shown = pictures[:, :6].transpose(0, 1).flatten(0, 1)
    shelves(setting.figures / "figure-3.png", shown, frames, headings=[("from one z to another, in a straight line", frames)])
    half = 1.96 * changes.std().item() / len(changes) ** 0.5
    return Outcome(
        changes.mean().item(),
        {
            "at_most_two_changes": (changes <= 2).double().mean().item(),
            "mean_step": strides.mean().item(),
            "mean_largest_step": strides.max(0).values.mean().item(),
            "mean_distance_of_the_ends": whole.mean().item(),
        },
        {
            "on average the largest step is shorter than half the way between the ends": bool(
                strides.max(0).values.mean() < whole.mean() / 2
            )
        },
        samples=count,
        interval=(changes.mean().item() - half, changes.mean().item() + half),
        substitute=known.substitute,
    )


def classified(known: Trained, pictures: Tensor) -> Tensor:
    """The classes of pictures [n, 1, h, w] as the classifier of the real ones sees them, int64 [n]."""
    net = classifier(parts("figure 3", known.source, known.held_out)).net
    return torch.cat([net(part).argmax(1) for part in pictures.split(500)])


PAIR = (
    "The generator is an exponential average with decay .9999 a step, which the original did not keep.",
    "Matrix products are in bfloat16; the original's were in float32.",
)
STOP = "How long the original trained is not known; the stopping rule here is the validation score."

CLAIMS = (
    Claim(
        "parzen-estimator",
        "The Parzen-window estimate ranks k-means centres above real pictures, so it is no measure of a model by itself.",
        "Theis et al. 2016 (arXiv:1511.01844), of the protocol of Goodfellow et al. 2014, section 5",
        "log-likelihood of k-means centres less that of training pictures [nats]",
        estimator,
        minutes=2,
        published={"value": "greater than 0"},
        criterion=AtLeast(0.0),
        deviations=("Their number of centres and of samples is not used: here 10,000 each, the samples of Table 1.",),
    ),
    Claim(
        "table-1-mnist",
        "On MNIST, adversarial nets reach a Parzen-window log-likelihood of 225 ± 2.",
        f"{PAPER}, Table 1",
        "nats, test pictures",
        averaged,
        minutes=45,
        published={"value": 225, "standard_error": 2, "unit": "nats"},
        criterion=Within(225, 6, partly_from=150),
        seeds=3,
        deviations=(*PAIR, STOP),
    ),
    Claim(
        "table-1-mnist-raw",
        "The same by the letter of the authors' recipe: no average, float32.",
        f"{PAPER}, Table 1",
        "nats, test pictures",
        raw,
        minutes=90,
        published={"value": 225, "standard_error": 2, "unit": "nats"},
        criterion=Within(225, 6, partly_from=150),
        deviations=(STOP,),
    ),
    Claim(
        "figure-2-mnist",
        "Samples are random draws, and the nearest training example shows that they are not memorised.",
        f"{PAPER}, Figure 2 a",
        "neighbours that differ from brute force in float64",
        neighbours,
        minutes=45,
        deviations=(*PAIR, STOP),
    ),
    Claim(
        "figure-3",
        "Digits on a straight line between two points of z space change smoothly into each other.",
        f"{PAPER}, Figure 3",
        "changes of class on a walk of ten frames, mean",
        walks,
        minutes=45,
        bounds=NOT_NEGATIVE,
        criterion=AtMost(2.0),
        deviations=(*PAIR, STOP),
    ),
)
