"""Recipes: what each states, and that they know nothing of torch."""

import subprocess
import sys

import pytest

from advnets.errors import BadInput
from advnets.experiment import Experiment, Gan, Geometric, Paper, Prior, Sgd, Simultaneous
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


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rign", "unknown recipe 'rign'; did you mean 'ring'?"),
        ("mnist", "unknown recipe 'mnist'; did you mean 'mnist-demo'?"),
        ("zzz", "unknown recipe 'zzz'; known: dcgan, mnist-demo, mnist-paper, ring"),
    ],
)
def test_an_unknown_recipe_is_named_with_the_nearest(name, message):
    with pytest.raises(BadInput) as caught:
        recipe(name)
    assert str(caught.value) == message


def test_recipes_and_experiments_import_no_torch():
    code = "import sys, advnets.recipes, advnets.experiment; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
