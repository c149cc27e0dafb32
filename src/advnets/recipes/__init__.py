"""Recipes: functions that return an experiment, by the names that the command line knows. No torch here either."""

from __future__ import annotations

from collections.abc import Callable

from advnets.errors import BadInput
from advnets.experiment import Experiment
from advnets.experiment.codec import nearest
from advnets.recipes.bell import bell
from advnets.recipes.cifar_conv import cifar_conv
from advnets.recipes.cifar_full import cifar_full
from advnets.recipes.dcgan import dcgan
from advnets.recipes.faces import faces
from advnets.recipes.faces_second_stage import faces_second_stage
from advnets.recipes.grid import grid
from advnets.recipes.lsun import lsun
from advnets.recipes.minibatch_cifar10 import minibatch_cifar10
from advnets.recipes.mnist_conditional import mnist_conditional
from advnets.recipes.mnist_demo import mnist_demo
from advnets.recipes.mnist_inpainting import mnist_inpainting
from advnets.recipes.mnist_paper import mnist_paper
from advnets.recipes.ring import ring

RECIPES: dict[str, Callable[[], Experiment]] = {
    "mnist-demo": mnist_demo,
    "mnist-paper": mnist_paper,
    "faces": faces,
    "faces-second-stage": faces_second_stage,
    "cifar-full": cifar_full,
    "cifar-conv": cifar_conv,
    "mnist-conditional": mnist_conditional,
    "mnist-inpainting": mnist_inpainting,
    "dcgan": dcgan,
    "lsun": lsun,
    "minibatch-cifar10": minibatch_cifar10,
    "ring": ring,
    "grid": grid,
    "bell": bell,
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
