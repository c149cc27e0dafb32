"""The layers that an experiment chooses: from its dataclasses to functions of a number of channels or features."""

from __future__ import annotations

from functools import partial, singledispatch

from advnets import experiment as e
from advnets.experiment import layers as stated
from advnets.nets.minibatch import Minibatch, MinibatchDeviation, MinibatchDiscrimination
from advnets.nets.normalisation import Norm, ReferenceBatchNorm, VirtualBatchNorm


@singledispatch
def build_norm(norm: stated.Norm, batch_norm: Norm) -> Norm | None:
    """What normalises activations, if anything does; batch norm's layer depends on the shape of its input."""
    return None


@build_norm.register
def _(norm: e.BatchNorm, batch_norm: Norm) -> Norm | None:
    return batch_norm


@build_norm.register
def _(norm: e.ReferenceBatchNorm, batch_norm: Norm) -> Norm | None:
    return partial(ReferenceBatchNorm, reference=norm.reference)


@build_norm.register
def _(norm: e.VirtualBatchNorm, batch_norm: Norm) -> Norm | None:
    return partial(VirtualBatchNorm, reference=norm.reference)


@singledispatch
def build_minibatch(minibatch: stated.Minibatch) -> Minibatch | None:
    """What D sees of a minibatch, if anything."""
    return None


@build_minibatch.register
def _(minibatch: e.MinibatchDiscrimination) -> Minibatch | None:
    return partial(MinibatchDiscrimination, kernels=minibatch.kernels, dims=minibatch.dims, scale=minibatch.scale)


@build_minibatch.register
def _(minibatch: e.MinibatchDeviation) -> Minibatch | None:
    return MinibatchDeviation
