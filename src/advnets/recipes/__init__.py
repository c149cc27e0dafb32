"""Recipes: functions that return an experiment, by the names that the command line knows. No torch here either."""

from __future__ import annotations

from collections.abc import Callable

from advnets.errors import BadInput
from advnets.experiment import Experiment
from advnets.experiment.codec import nearest
from advnets.recipes.dcgan import dcgan
from advnets.recipes.mnist_demo import mnist_demo
from advnets.recipes.mnist_paper import mnist_paper
from advnets.recipes.ring import ring

RECIPES: dict[str, Callable[[], Experiment]] = {
    "mnist-demo": mnist_demo,
    "mnist-paper": mnist_paper,
    "dcgan": dcgan,
    "ring": ring,
}


def recipe(name: str) -> Experiment:
    """The experiment that a recipe states.

    Raises:
        BadInput: no recipe has this name.
    """
    if name not in RECIPES:
        raise BadInput(f"unknown recipe {name!r}; {nearest(name, RECIPES)}")
    return RECIPES[name]()


__all__ = ["RECIPES", "recipe"]
