"""Pairs of networks: what each dataclass of `experiment.networks` builds, and what starts from another run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import singledispatch
from typing import Literal, TypeVar

from torch import Tensor, nn

from advnets import experiment as e
from advnets.errors import BadInput
from advnets.experiment.codec import kind
from advnets.experiment.networks import Networks
from advnets.nets import cifar, dcgan, faces, mlp, paper
from advnets.nets.spectral import spectral
from advnets.runs.layers import build_minibatch, build_norm

Net = TypeVar("Net", bound=nn.Module)


@singledispatch
def build_nets(nets: Networks, prior: e.Prior, shape: tuple[int, ...], mean: Tensor | None) -> dict[str, nn.Module]:
    """A freshly initialised pair by name: D of rows of data, G of noise.

    Args:
        nets: which.
        prior: the generator's noise.
        shape: of one row of data.
        mean: of the data in [0, 1], where it is pictures.

    Raises:
        BadInput: these networks do not fit the data.
    """
    return {"D": build_discriminator(nets, shape), "G": build_generator(nets, prior.dim, shape, mean)}


@singledispatch
def build_discriminator(nets: Networks, shape: tuple[int, ...]) -> nn.Module:
    """The discriminator of a pair: rows [n, *shape] -> logits [n].

    Raises:
        BadInput: it does not fit the data, or the pair cannot be taken apart.
    """
    raise indivisible(nets)


@singledispatch
def build_generator(nets: Networks, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    """The generator of a pair: [n, inputs] -> rows [n, *shape], pictures in (0, 1).

    Raises:
        BadInput: as for `build_discriminator`.
    """
    raise indivisible(nets)


@singledispatch
def build_encoder(nets: Networks, shape: tuple[int, ...], outputs: int) -> nn.Module:
    """An encoder in the style of a pair: rows [n, *shape] -> codes [n, outputs].

    Raises:
        BadInput: as for `build_discriminator`.
    """
    raise indivisible(nets)


def indivisible(nets: Networks) -> BadInput:
    """What to say of a pair that cannot be taken apart, to be given more than noise and rows."""
    return BadInput(f"nets: the pair {kind(type(nets))} is given noise and rows alone; paper, mlp and dcgan play every game")


@build_discriminator.register
def _(nets: e.Mlp, shape: tuple[int, ...]) -> nn.Module:
    return weighed(mlp.Discriminator(shape, nets.discriminator, nets.dropout, build_minibatch(nets.minibatch)), nets.discriminator_weights)


@build_generator.register
def _(nets: e.Mlp, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    return mlp.Generator(inputs, shape, nets.generator, build_norm(nets.norm, nn.BatchNorm1d))


def weighed(net: Net, weights: Literal["free", "spectral"]) -> Net:
    """A discriminator, or a part of one, with its weights free, or under spectral norm."""
    return spectral(net) if weights == "spectral" else net


@build_encoder.register
def _(nets: e.Mlp, shape: tuple[int, ...], outputs: int) -> nn.Module:
    return mlp.Encoder(shape, outputs, nets.discriminator)


@build_discriminator.register
def _(nets: e.Paper, shape: tuple[int, ...]) -> nn.Module:
    return paper.Discriminator(shape, nets.units, nets.pieces, nets.discriminator_half_range)


@build_generator.register
def _(nets: e.Paper, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    return paper.Generator(inputs, pictured(shape), nets.hidden, nets.half_range, mean)


@build_encoder.register
def _(nets: e.Paper, shape: tuple[int, ...], outputs: int) -> nn.Module:
    return mlp.Encoder(shape, outputs, (nets.hidden, nets.hidden))


@build_discriminator.register
def _(nets: e.Faces | e.CifarFull, shape: tuple[int, ...]) -> nn.Module:
    return paper.Discriminator(pictured(shape), nets.units, nets.pieces, nets.discriminator_half_range)


@build_generator.register
def _(nets: e.Faces, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    return faces.Generator(inputs, pictured(shape), nets.hidden, nets.half_range, nets.fan_in, mean)


@build_discriminator.register
def _(nets: e.FacesSecondStage, shape: tuple[int, ...]) -> nn.Module:
    return build_discriminator(nets.first, shape)


@build_generator.register
def _(nets: e.FacesSecondStage, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    return faces.SecondStage(inputs, build_generator(nets.first, nets.codes, shape, mean), nets.codes, nets.hidden, nets.half_range)


@build_generator.register
def _(nets: e.CifarFull, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    return cifar.FullGenerator(inputs, pictured(shape), nets.hidden, nets.half_range, nets.output_half_range)


@build_discriminator.register
def _(nets: e.CifarConv, shape: tuple[int, ...]) -> nn.Module:
    n, pictures = nets, pictured(shape)
    with fitting():
        return cifar.ConvolutionalDiscriminator(
            pictures, n.narrow, n.wide, n.convolution_pieces, n.units, n.pieces, n.discriminator_half_range
        )


@build_generator.register
def _(nets: e.CifarConv, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    pictures = pictured(shape)
    with fitting():
        return cifar.ConvolutionalGenerator(inputs, pictures, nets.hidden, nets.channels, nets.half_range)


@contextmanager
def fitting() -> Iterator[None]:
    """Tell in one line of pictures whose size networks refuse.

    Raises:
        BadInput: they do.
    """
    try:
        yield
    except ValueError as error:
        raise BadInput(f"nets: {error}; --data.size 32 --data.fit resize makes them fit") from None


def pictured(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The shape (c, h, w) of pictures.

    Raises:
        BadInput: it is one of points.
    """
    if len(shape) != 3:
        raise BadInput(f"nets: the paper's pairs are for pictures, not for points of {shape[0]} numbers; --nets mlp is for those")
    c, h, w = shape
    return c, h, w


@build_discriminator.register
def _(nets: e.Dcgan, shape: tuple[int, ...]) -> nn.Module:
    norm, minibatch = build_norm(nets.discriminator_norm, nn.BatchNorm2d), build_minibatch(nets.minibatch)
    return weighed(dcgan.Discriminator(square(shape), nets.discriminator_width, norm, nets.dropout, minibatch), nets.discriminator_weights)


@build_generator.register
def _(nets: e.Dcgan, inputs: int, shape: tuple[int, ...], mean: Tensor | None) -> nn.Module:
    return dcgan.Generator(inputs, square(shape), nets.width, build_norm(nets.norm, nn.BatchNorm2d))


@build_encoder.register
def _(nets: e.Dcgan, shape: tuple[int, ...], outputs: int) -> nn.Module:
    return dcgan.Encoder(square(shape), outputs, nets.discriminator_width)


def square(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The shape (c, h, w) of pictures that a DCGAN can draw.

    Raises:
        BadInput: it cannot.
    """
    if len(shape) != 3 or shape[1] != shape[2] or shape[1] not in (28, 32, 64):
        what = "x".join(map(str, shape[1:])) + " pixels" if len(shape) == 3 else f"points of {shape[0]} numbers"
        instead = "--data.size 32 --data.fit resize makes them fit" if len(shape) == 3 else "--nets mlp is for those"
        raise BadInput(f"nets: a DCGAN is for 28x28, 32x32 or 64x64 pixels, not {what}; {instead}")
    c, h, w = shape
    return c, h, w


UNBOUNDED = (e.CifarFull, e.CifarConv)
"""Pairs whose G may give any real numbers for pictures."""


def check_contrast(x: e.Experiment) -> None:
    """Refuse pictures that the generator can never make.

    Raises:
        BadInput: their contrast is normalised, and G ends in a sigmoid.
    """
    if x.data.contrast == "normalised" and not isinstance(x.nets, UNBOUNDED):
        fit = ", ".join(map(kind, UNBOUNDED))
        raise BadInput(f"data.contrast: normalised pictures have negative numbers, which {kind(type(x.nets))} cannot make; {fit} can")


@singledispatch
def inherited(nets: Networks, given: Networks, built: Mapping[str, nn.Module]) -> Mapping[str, nn.Module]:
    """What of freshly built networks starts from another run's, by the names that it has there: all of it.

    Args:
        nets, given: this run's networks and the other's, as stated.
        built: this run's, some or all.

    Raises:
        BadInput: these networks do not build on those.
    """
    return built


@inherited.register
def _(nets: e.FacesSecondStage, given: Networks, built: Mapping[str, nn.Module]) -> Mapping[str, nn.Module]:
    if isinstance(given, e.FacesSecondStage):
        return built
    if not isinstance(given, e.Faces):
        raise BadInput(f"--init: is a run of --nets {kind(type(given))}; the second stage starts from a run of --nets faces")
    if not isinstance(generator := built["G"], faces.SecondStage):
        raise indivisible(nets)
    return {"G": generator.above}
