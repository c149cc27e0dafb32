"""The paper's experiment on faces, second stage."""

from dataclasses import replace

from advnets.experiment import Experiment, FacesSecondStage
from advnets.recipes.faces import faces


def faces_second_stage() -> Experiment:
    """The paper's faces, second stage (train.yaml): two new layers below the generator of a run of faces, which --init names."""
    return replace(faces(), recipe="faces-second-stage", nets=FacesSecondStage(), epochs=22)
