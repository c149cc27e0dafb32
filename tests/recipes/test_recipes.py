"""Recipes: what each states, and that they know nothing of torch."""

import subprocess
import sys

import pytest

from advnets.errors import BadInput
from advnets.experiment import (
    Adam,
    CifarConv,
    CifarFull,
    Dcgan,
    Experiment,
    Faces,
    FacesSecondStage,
    Gan,
    Geometric,
    Paper,
    Prior,
    Sgd,
    Simultaneous,
)
from advnets.recipes import RECIPES, recipe


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_states_an_experiment_of_its_name(name):
    x = recipe(name)
    assert isinstance(x, Experiment)
    assert x.recipe == name
    assert (x.steps is None) != (x.epochs is None)
    assert RECIPES[name].__doc__
    assert recipe(name) == x


def test_the_paper_s_recipe_is_the_authors_to_the_letter():
    x = recipe("mnist-paper")
    sgd = Sgd(lr=0.1, momentum=0.5, final_momentum=0.7, ramp_epochs=250, schedule=Geometric(1.000004, 1e-6))
    assert x.optimisers == {"D": sgd, "G": sgd}
    assert x.nets == Paper(hidden=1200, half_range=0.05, units=240, pieces=5, discriminator_half_range=0.005)
    assert (x.prior, x.batch_size, x.dynamics) == (Prior(100, "uniform"), 100, Simultaneous())
    assert x.game == Gan(weight=0.5)
    assert x.data.split == "train[:50000]"


def sgd(lr, max_column_norm=None):
    return Sgd(lr, momentum=0.5, final_momentum=0.7, ramp_epochs=250, max_column_norm=max_column_norm, schedule=Geometric(1.000004, 1e-6))


@pytest.mark.parametrize(
    ("name", "optimiser", "nets", "batch_size", "epochs"),
    [
        ("faces", sgd(0.05, 1.9365), Faces(8000, 0.05, 100, 1200, 5, 0.005), 100, 50),
        ("faces-second-stage", sgd(0.05, 1.9365), FacesSecondStage(8000, 0.05, 100, Faces(8000, 0.05, 100, 1200, 5, 0.005)), 100, 22),
        ("cifar-full", sgd(0.025), CifarFull(8000, 0.05, 0.5, 1600, 5, 0.005), 100, 250),
        ("cifar-conv", sgd(0.004), CifarConv(8000, 80, 0.05, 32, 192, 2, 500, 5, 0.005), 128, 250),
    ],
)
def test_the_recipes_for_faces_and_cifar_are_the_authors_to_the_letter(name, optimiser, nets, batch_size, epochs):
    x = recipe(name)
    assert x.optimisers == {"D": optimiser, "G": optimiser}
    assert x.nets == nets
    assert (x.batch_size, x.epochs) == (batch_size, epochs)
    assert (x.prior, x.dynamics, x.game) == (Prior(100, "normal"), Simultaneous(), Gan(weight=0.5))
    on_cifar = ("cifar10", "train[:40000]", "normalised")
    assert (x.data.source, x.data.split, x.data.contrast) == (on_cifar if "cifar" in name else ("TFD_48x48.mat", "train", "as-stored"))


def test_the_recipe_for_bedrooms_is_the_authors_by_its_numbers():
    x = recipe("lsun")
    assert x.nets == Dcgan(width=128, discriminator_width=128)
    assert x.optimisers == {player: Adam(lr=2e-4, beta1=0.5) for player in "DG"}
    assert (x.prior, x.batch_size, x.game) == (Prior(100, "uniform"), 128, Gan())
    assert (x.data.size, x.data.colour) == (64, "rgb")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rign", "unknown recipe 'rign'; did you mean 'ring'?"),
        ("mnist", "unknown recipe 'mnist'; did you mean 'mnist-demo'?"),
        ("zzz", f"unknown recipe 'zzz'; known: {', '.join(sorted(RECIPES))}"),
    ],
)
def test_an_unknown_recipe_is_named_with_the_nearest(name, message):
    with pytest.raises(BadInput) as caught:
        recipe(name)
    assert str(caught.value) == message


def test_recipes_and_experiments_import_no_torch():
    code = "import sys, advnets.recipes, advnets.experiment; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
