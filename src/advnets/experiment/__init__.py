"""Experiments: frozen dataclasses that state a whole run. Standard library only, so that `advnets --help` needs no torch."""

from advnets.experiment.codec import decode, encode
from advnets.experiment.games import Alternating, Conditional, Extragradient, Gan, Inpainting, NonSaturating, Simultaneous, ZeroSum
from advnets.experiment.networks import CifarConv, CifarFull, Dcgan, Faces, FacesSecondStage, Mlp, Paper, Prior
from advnets.experiment.optimisers import Adam, Constant, Geometric, Linear, Sgd
from advnets.experiment.statement import Average, Checkpoints, Data, Experiment, Log, Metrics, Samples

__all__ = [
    "Adam",
    "Alternating",
    "Average",
    "Checkpoints",
    "CifarConv",
    "CifarFull",
    "Conditional",
    "Constant",
    "Data",
    "Dcgan",
    "Experiment",
    "Extragradient",
    "Faces",
    "FacesSecondStage",
    "Gan",
    "Geometric",
    "Inpainting",
    "Linear",
    "Log",
    "Metrics",
    "Mlp",
    "NonSaturating",
    "Paper",
    "Prior",
    "Samples",
    "Sgd",
    "Simultaneous",
    "ZeroSum",
    "decode",
    "encode",
]
