"""The networks of each game: the pair that an experiment states, given what its game gives to the players."""

from __future__ import annotations

from functools import singledispatch
from math import prod

import torch
from torch import Tensor, nn

from advnets import experiment as e
from advnets.core.randomness import mixed
from advnets.errors import BadInput
from advnets.experiment.networks import Networks
from advnets.games.inpainting import halves
from advnets.nets import dcgan, mlp
from advnets.nets.apart import apart
from advnets.nets.given import Beside, Channels, Completing, Joined, Projection
from advnets.runs.building import Source
from advnets.runs.feed import class_names
from advnets.runs.pairs import build_discriminator, build_encoder, build_generator, build_nets, pictured, square, weighed

CODE = 128
"""Numbers that a convolutional generator keeps of the left half."""


def networks(
    x: e.Experiment, shape: tuple[int, ...], mean: Tensor | None, device: torch.device, classes: tuple[str, ...] = ()
) -> dict[str, nn.Module]:
    """The experiment's networks at their start, a function of its seed.

    Args:
        x: the experiment.
        shape: of one row of data.
        mean: of the data in [0, 1], where it is pictures.
        device: where they shall live.
        classes: that the players are given.

    Raises:
        BadInput: the networks do not fit the data or the game.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(mixed("networks", x.seed))
        return {name: net.to(device) for name, net in build_players(x.game, x.nets, x.prior, shape, mean, len(classes)).items()}


@singledispatch
def build_players(
    game: e.Gan | e.LeastSquares | e.Hinge | e.Wasserstein | e.FGan,
    nets: Networks,
    prior: e.Prior,
    shape: tuple[int, ...],
    mean: Tensor | None,
    classes: int,
) -> dict[str, nn.Module]:
    """The networks of a game by name."""
    return build_nets(nets, prior, shape, mean)


@build_players.register
def _(game: e.Gan, nets: Networks, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None, classes: int) -> dict[str, nn.Module]:
    built = build_nets(nets, prior, shape, mean)
    if isinstance(game.generator, e.FeatureMatching) and isinstance(D := built["D"], mlp.Discriminator | dcgan.Discriminator):
        built["F"], built["D"] = apart(D)
    return built


@build_players.register
def _(
    game: e.Conditional, nets: Networks, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None, classes: int
) -> dict[str, nn.Module]:
    conditioned = projecting if game.condition == "projection" else conditional_discriminator
    return {"D": conditioned(nets, shape, classes), "G": Beside(build_generator(nets, prior.dim + classes, shape, mean))}


@build_players.register
def _(
    game: e.Inpainting, nets: Networks, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None, classes: int
) -> dict[str, nn.Module]:
    if len(shape) != 3:
        raise BadInput(f"game: inpainting is for pictures, not for points of {shape[0]} numbers")
    return {"D": Joined(build_discriminator(nets, shape)), "G": inpainting_generator(nets, prior, shape, mean)}


@singledispatch
def conditional_discriminator(nets: Networks, shape: tuple[int, ...], classes: int) -> nn.Module:
    """A discriminator of rows [n, *shape] and classes as one-hot [n, classes]: the class beside the row."""
    return Beside(build_discriminator(nets, (prod(shape) + classes, 1, 1)))  # some pairs are for pictures only


@conditional_discriminator.register
def _(nets: e.Dcgan, shape: tuple[int, ...], classes: int) -> nn.Module:
    c, h, w = square(shape)
    return Channels(build_discriminator(nets, (c + classes, h, w)))


@conditional_discriminator.register
def _(nets: e.CifarConv, shape: tuple[int, ...], classes: int) -> nn.Module:
    c, h, w = pictured(shape)
    return Channels(build_discriminator(nets, (c + classes, h, w)))


def projecting(nets: Networks, shape: tuple[int, ...], classes: int) -> nn.Module:
    """A discriminator of rows [n, *shape] and classes as one-hot [n, classes], by projection.

    Raises:
        BadInput: the pair's discriminator is not known by its layers.
    """
    net = build_discriminator(nets, shape)
    if not isinstance(nets, e.Mlp | e.Dcgan) or not isinstance(net, mlp.Discriminator | dcgan.Discriminator):
        raise BadInput("game.condition: projection needs a D that comes apart below its last layer; --nets mlp and dcgan have one")
    projection = Projection(net, classes)
    projection.classes = weighed(projection.classes, nets.discriminator_weights)
    return projection


@singledispatch
def inpainting_generator(nets: Networks, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    """A generator of right halves from left ones and noise: the left half beside the noise."""
    left, right = halves(torch.empty(shape, device="meta"))
    return Beside(build_generator(nets, left.numel() + prior.dim, tuple(right.shape), None if mean is None else halves(mean)[1]))


@inpainting_generator.register
def _(nets: e.Dcgan, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    if isinstance(nets.norm, e.ReferenceBatchNorm | e.VirtualBatchNorm):
        raise BadInput("nets.norm: a completing G has no reference batch, for its codes of left halves change; batch-norm and no-norm fit")
    return Completing(build_encoder(nets, shape, CODE), build_generator(nets, CODE + prior.dim, shape, mean), shape[2])


@singledispatch
def classes_given(game: e.Gan | e.Inpainting, source: Source) -> tuple[str, ...]:
    """The names of the classes that the players of a game are given; none, unless the game is conditional.

    Raises:
        BadInput: the game needs labels, and the data have none.
    """
    return ()


@classes_given.register
def _(game: e.Conditional, source: Source) -> tuple[str, ...]:
    return class_names(source)
