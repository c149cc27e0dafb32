"""The bedrooms of LSUN (Radford et al. 2015): the published configuration, played for a few rounds on rooms that are drawn on the spot."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from random import Random

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn

from advnets.experiment import Average, Data, Dcgan, Experiment, decode, encode
from advnets.recipes import recipe
from advnets.reproduce.claims import AtLeast, Claim, Outcome, Setting
from advnets.runs.building import Means
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks

ROUNDS = 20
ROOMS = 96
WIDTH, HEIGHT = 96, 72
"""Pixels of a room's picture, which the recipe crops."""


def room(random: Random) -> Image.Image:
    """A bed in a room: five walls that meet at one vanishing point, each of its colour."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    left, top = random.uniform(0.15, 0.35) * WIDTH, random.uniform(0.15, 0.3) * HEIGHT
    right, bottom = random.uniform(0.6, 0.85) * WIDTH, random.uniform(0.55, 0.7) * HEIGHT
    outer = ((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT))
    inner = ((left, top), (right, top), (right, bottom), (left, bottom))
    for side in range(4):
        corners = (outer[side], outer[(side + 1) % 4], inner[(side + 1) % 4], inner[side])
        draw.polygon(corners, colour(random))
    draw.polygon(inner, colour(random))
    start = random.uniform(left, (left + right) / 2)
    draw.polygon(((start, bottom - 6), (start + 26, bottom - 6), (start + 34, HEIGHT - 8), (start - 6, HEIGHT - 8)), colour(random))
    return image


def colour(random: Random) -> tuple[int, int, int]:
    """Any colour that is neither very dark nor very bright."""
    return random.randint(40, 220), random.randint(40, 220), random.randint(40, 220)


def rooms(folder: Path, seed: int) -> Data:
    """A folder of pictures of rooms, as the data of the recipe."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    for number in range(ROOMS):
        room(random).save(folder / f"{number:03d}.png")
    return replace(recipe("lsun").data, source=str(folder))


def configured(setting: Setting) -> Experiment:
    """The recipe on those pictures, with batches that a processor can play in a minute."""
    nets = setting.sized(recipe("lsun").nets, Dcgan(width=8, discriminator_width=8))
    data = rooms(setting.work / "lsun-bedrooms", setting.seed)
    return replace(recipe("lsun"), data=data, nets=nets, batch_size=8, average=Average(decay=0.0), seed=setting.seed)


def played(setting: Setting) -> Outcome:
    """Rounds of the recipe: all costs are finite, both networks move, and samples are RGB pictures of 64 x 64."""
    x = configured(setting)
    means = Means("cpu", "float32", compile=False, threads=torch.get_num_threads())
    live = assemble(x, means, Ranks())
    before = {name: flat(net) for name, net in live.nets.items()}
    costs = [move.cost.item() for _ in range(ROUNDS) for move in live.play_round().values()]
    after = {name: flat(net) for name, net in live.nets.items()}
    samples = live.model.sample(16, setting.seed)
    checks = {
        "the configuration comes back from its JSON": decode(Experiment, encode(x)) == x,
        "all costs are finite": all(map(math.isfinite, costs)),
        "D has moved": bool((before["D"] != after["D"]).any()),
        "G has moved": bool((before["G"] != after["G"]).any()),
        "samples are RGB pictures of 64 x 64": tuple(samples.shape) == (16, 3, 64, 64),
        "samples lie in [0, 1]": bool(((samples >= 0) & (samples <= 1)).all()),
    }
    parameters = {f"parameters_of_{name}": len(vector) for name, vector in after.items()}
    last = {"last_cost_of_D": costs[-2], "last_cost_of_G": costs[-1]}
    return Outcome(float(live.round), {**parameters, **last}, checks, substitute=f"{ROOMS} rooms drawn on the spot")


@torch.no_grad()
def flat(net: nn.Module) -> Tensor:
    """A copy of all parameters, in a row."""
    return nn.utils.parameters_to_vector(net.parameters())


CLAIMS = (
    Claim(
        "lsun-bedrooms",
        "Deep convolutional adversarial nets draw bedrooms of 64 x 64 pixels: the published configuration loads and plays.",
        "Goodfellow 2016, section 3.3, after Radford et al. 2015",
        "rounds played",
        played,
        minutes=1,
        criterion=AtLeast(ROUNDS),
        deviations=(
            "LSUN's bedrooms are not learned: that is work for a GPU. Twenty rounds on drawn rooms show that the configuration plays.",
            "Batches of 8 pictures, where the recipe has 128; no averaged generator.",
        ),
    ),
)
