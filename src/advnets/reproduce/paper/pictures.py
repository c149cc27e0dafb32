"""Faces and CIFAR-10 in Goodfellow et al. 2014: Table 1's second column and Figure 2 b to d, at widths that a processor can train."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from advnets.data import Images
from advnets.data.named import on_this_machine
from advnets.experiment import Checkpoints, CifarConv, CifarFull, Data, Experiment, Faces, FacesSecondStage, Samples
from advnets.metrics import measure, nearest
from advnets.recipes import recipe
from advnets.reproduce.claims import Claim, Outcome, Setting
from advnets.reproduce.drawing import shelves
from advnets.reproduce.trained import seconds, trained
from advnets.runs.building import build_data
from advnets.runs.grids import save_grid
from advnets.runs.pictures import visible
from advnets.runs.sampling import Model, load

PAPER = "Goodfellow et al. 2014"
FACES = "lfw_faces48/lfw_faces48.npz"
"""Faces of LFW at 48x48 grey in the folder of local copies; the Toronto Face Database is not public."""
LOSSY_CIFAR = "cifar10-jpeg75/cifar-10-batches-bin"
"""A copy of CIFAR-10, in its official layout, whose pictures went through JPEG at quality 75."""


def stored(data: Data) -> Images:
    """Pictures that stay in memory."""
    source = build_data(data, torch.device("cpu"))
    assert isinstance(source, Images)
    return source


# ---- faces


def faces_of(setting: Setting) -> tuple[Data, str]:
    """Faces to train on, and what they are; digits of the faces' size where there are none."""
    if setting.root is not None and (setting.root / FACES).exists():
        return Data(str(setting.root / FACES), split="fit"), "Labeled Faces in the Wild, 48x48 grey"
    return Data("mnist-5k", split="fit", size=48, fit="resize"), "mnist-5k (digits) enlarged to 48x48, for want of faces"


def faces(setting: Setting) -> Outcome:
    """Both stages, one after the other, and the Parzen-window log-likelihood of held-out faces."""
    data, substitute = faces_of(setting)
    pair = setting.sized(Faces(hidden=800, units=160), Faces(hidden=64, units=16))
    written = (Samples(every=2000), Checkpoints(every=1000))
    first, second = (
        replace(recipe(name), nets=nets, data=data, seed=setting.seed, samples=written[0], checkpoints=written[1])
        for name, nets in (("faces", pair), ("faces-second-stage", FacesSecondStage(hidden=pair.hidden, first=pair)))
    )
    source = stored(data)
    epoch = len(source) // first.batch_size
    below = trained(first, setting.sized(50 * epoch, 600), setting.work / "faces" / f"seed-{setting.seed}")
    steps = setting.sized(22 * epoch, 600)
    above = trained(second, steps, setting.work / "faces-second-stage" / f"seed-{setting.seed}", init=below.path)
    model = load(above.path, at=steps)
    samples = model.sample(setting.sized(10_000, 500), setting.seed)
    held_out = stored(replace(data, split="held-out"))
    found = measure("parzen", samples, source, held_out=held_out)
    if setting.size == "full":
        save_grid(setting.figures / "table-1-faces.png", model, 50, setting.seed, columns=10)
    return Outcome(
        found["log_likelihood"],
        {
            "standard_error": found["standard_error"],
            "sigma": found["sigma"],
            "training_pictures": found["controls"]["training_pictures"]["log_likelihood"],
            "k_means": found["controls"]["k_means"]["log_likelihood"],
            "hidden_units_of_G": pair.hidden,
            "training_seconds": round(seconds(below, 10**9) + seconds(above, 10**9)),
        },
        samples=len(samples),
        interval=tuple(found["log_likelihood_interval"]),
        substitute=substitute,
    )


# ---- CIFAR-10


def cifar_of(setting: Setting) -> tuple[Data, str | None]:
    """CIFAR-10 with normalised contrast, and what stands for it."""
    root = setting.root
    if root is not None and (root / LOSSY_CIFAR).exists():
        return Data(str(root / LOSSY_CIFAR), split="train[:40000]", contrast="normalised"), "CIFAR-10 after JPEG at quality 75"
    if setting.size == "quick" and not on_this_machine("cifar10", root):
        return Data("mnist-5k", size=32, fit="resize", colour="rgb", contrast="normalised"), "mnist-5k (digits) as colour pictures"
    return Data("cifar10", root=None if root is None else str(root), split="train[:40000]", contrast="normalised"), None


def cifar(setting: Setting, x: Experiment, epochs: int, name: str) -> Outcome:
    """Some epochs, rows of samples, and the training picture nearest to each row's last."""
    data, substitute = cifar_of(setting)
    source = stored(data)
    x = replace(x, data=data, seed=setting.seed, samples=Samples(every=1000), checkpoints=Checkpoints(every=500))
    steps = setting.sized(epochs * (len(source) // x.batch_size), 600)
    folder = trained(x, steps, setting.work / x.recipe / f"seed-{setting.seed}")
    model = load(folder.path, at=steps)
    samples = model.sample(20, setting.seed)
    distance, index = nearest(samples[4::5], source)
    spread = apart(samples) / apart(source.rows(torch.arange(len(samples))))
    shown = beside(samples, source.rows(index), model)
    shelves(setting.figures / f"{name}.png", shown, 6, headings=[("samples", 5), ("nearest", 1)])
    return Outcome(
        distance.mean().item(),
        {"epochs": epochs, "spread": spread, "training_seconds": round(seconds(folder, steps))},
        {"all samples are finite": bool(samples.isfinite().all()), "samples lie a tenth as far apart as real pictures": spread >= 0.1},
        samples=len(samples),
        substitute=substitute,
    )


def apart(pictures: Tensor) -> float:
    """The mean distance between two pictures of [n, c, h, w]."""
    return torch.pdist(pictures.flatten(1)).mean().item()


def beside(samples: Tensor, neighbours: Tensor, model: Model) -> Tensor:
    """Four rows of five samples, and a column of the training pictures nearest to the fifth."""
    contrast = model.experiment.data.contrast
    shown, real = visible(samples, contrast), visible(neighbours, contrast)
    return torch.stack([image for row in range(4) for image in (*shown[5 * row : 5 * row + 5], real[row])])


def full(setting: Setting) -> Outcome:
    """The fully connected pair at an eighth of its width."""
    nets = setting.sized(CifarFull(hidden=1000, units=200), CifarFull(hidden=64, units=16))
    return cifar(setting, replace(recipe("cifar-full"), nets=nets), 10, "figure-2-cifar-full")


def conv(setting: Setting) -> Outcome:
    """The convolutional pair, its generator at an eighth of its width, its discriminator at a quarter."""
    nets = setting.sized(
        CifarConv(hidden=1000, narrow=8, wide=48, units=125, discriminator_half_range=0.03),
        CifarConv(hidden=64, narrow=8, wide=32, units=50),
    )
    return cifar(setting, replace(recipe("cifar-conv"), nets=nets), 12, "figure-2-cifar-conv")


CLAIMS = (
    Claim(
        "table-1-faces",
        "On the Toronto Face Database, adversarial nets reach a Parzen-window log-likelihood of 2057 ± 26.",
        f"{PAPER}, Table 1",
        "nats, held-out pictures of the set named below",
        faces,
        minutes=25,
        published={"value": 2057, "standard_error": 26, "unit": "nats, TFD"},
        deviations=(
            "The Toronto Face Database is not public; a number on other faces cannot be compared with the published one.",
            "The generator has 800 hidden units a layer, not 8,000, and the discriminator 160 units, not 1,200.",
            "One split instead of five folds, and a fifth of the pictures held out.",
            "The generator is an exponential average, which the original did not keep.",
        ),
    ),
    Claim(
        "figure-2-cifar-full",
        "Samples of the fully connected model on CIFAR-10, with the nearest training examples.",
        f"{PAPER}, Figure 2 c",
        "mean distance to the nearest training picture, contrast-normalised",
        full,
        minutes=15,
        deviations=("An eighth of the published width, and 10 epochs: the full configuration is the recipe cifar-full.",),
    ),
    Claim(
        "figure-2-cifar-conv",
        "Samples of the convolutional discriminator with the deconvolutional generator on CIFAR-10, with the nearest training examples.",
        f"{PAPER}, Figure 2 d",
        "mean distance to the nearest training picture, contrast-normalised",
        conv,
        minutes=25,
        deviations=(
            "An eighth of the published width of G, a quarter of D's maps, and 12 epochs: the full configuration is the recipe cifar-conv.",
            "D's weights start in U(-.03, .03): at this width and the published .005 D still said 1/2 everywhere after 4 epochs.",
        ),
    ),
)
