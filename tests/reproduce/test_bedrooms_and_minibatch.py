"""The claims of the bedrooms and of the minibatch game, very small."""

from random import Random

import numpy as np
import pytest
import torch
from PIL import Image

from advnets.experiment import Dcgan, MinibatchDiscrimination, VirtualBatchNorm
from advnets.recipes import recipe
from advnets.reproduce.claims import Setting
from advnets.reproduce.tutorial import bedrooms, minibatch
from advnets.runs.building import build_data


@pytest.fixture
def setting(tmp_path):
    """The quick size."""
    return Setting(0, "quick", None, tmp_path / "work", tmp_path)


def test_rooms_differ_and_are_cropped_to_the_recipe_s_pictures(tmp_path):
    assert bedrooms.room(Random(0)).tobytes() == bedrooms.room(Random(0)).tobytes() != bedrooms.room(Random(1)).tobytes()
    assert len({tuple(pixel) for pixel in np.asarray(bedrooms.room(Random(0))).reshape(-1, 3).tolist()}) == 6
    data = bedrooms.rooms(tmp_path, 0)
    source = build_data(data, torch.device("cpu"))
    assert (len(source), source.shape) == (bedrooms.ROOMS, (3, 64, 64))
    with Image.open(tmp_path / "000.png") as image:
        assert image.size == (bedrooms.WIDTH, bedrooms.HEIGHT)


def test_the_published_configuration_plays(setting, monkeypatch):
    monkeypatch.setattr(bedrooms, "ROUNDS", 2)
    monkeypatch.setattr(bedrooms, "ROOMS", 8)
    outcome = bedrooms.played(setting)
    assert outcome.value == 2
    assert all(outcome.checks.values())
    assert outcome.substitute == "8 rooms drawn on the spot"


def test_at_full_size_the_networks_are_those_of_the_recipe(tmp_path):
    x = bedrooms.configured(Setting(0, "full", None, tmp_path, tmp_path))
    assert x.nets == recipe("lsun").nets == Dcgan(width=128, discriminator_width=128)


def test_at_full_size_the_minibatch_game_is_the_recipe_s_at_half_its_width(tmp_path, monkeypatch):
    monkeypatch.setattr(minibatch, "drawn", lambda setting, name, x, substitute: x)
    x = minibatch.minibatch(Setting(2, "full", None, tmp_path, tmp_path))
    stated = recipe("minibatch-cifar10")
    assert (x.game, x.optimisers, x.batch_size) == (stated.game, stated.optimisers, stated.batch_size)
    assert x.nets == Dcgan(width=32, discriminator_width=32, norm=VirtualBatchNorm(), minibatch=MinibatchDiscrimination())
    assert stated.nets == Dcgan(norm=VirtualBatchNorm(), minibatch=MinibatchDiscrimination())
    assert stated.game.smooth == 0.9
