"""What samples must be for a metric to look at them."""

from __future__ import annotations

from torch import Tensor

from advnets.data.images import Images
from advnets.data.opening import Data
from advnets.errors import BadInput

SLACK = 1e-3
"""By which a network's output may leave [0, 1]."""


def comparable(samples: Tensor, reference: Data) -> None:
    """Refuse samples that cannot be compared with real data.

    Raises:
        BadInput: not floating point, another shape, NaN or infinity, or outside [0, 1] where the reference is pictures in [0, 1].
    """
    if not samples.is_floating_point():
        raise BadInput(f"samples: must be floating point, for pictures in [0, 1], not {str(samples.dtype).removeprefix('torch.')}")
    if tuple(samples.shape[1:]) != tuple(reference.shape):
        raise BadInput(f"samples: of shape {shown(samples.shape[1:])}, but {reference.name} is of shape {shown(reference.shape)}")
    if wrong := int((~samples.isfinite()).flatten(1).any(1).sum()):
        raise BadInput(f"samples: {wrong:,} of {len(samples):,} hold NaN or infinity")
    bounded = isinstance(reference, Images) and reference.bounded and len(samples) > 0
    if bounded and not -SLACK <= float(samples.min()) <= float(samples.max()) <= 1 + SLACK:
        raise BadInput(f"samples: pictures must lie in [0, 1], not [{float(samples.min()):.3g}, {float(samples.max()):.3g}]")


def same_shape(held_out: Data, reference: Data) -> None:
    """Refuse held-out data of another shape than the reference.

    Raises:
        BadInput: it is.
    """
    if held_out.shape != reference.shape:
        raise BadInput(f"{held_out.name}: of shape {shown(held_out.shape)}, but {reference.name} is of shape {shown(reference.shape)}")


def at_least(fewest: int, samples: Tensor, metric: str) -> None:
    """Refuse too few samples.

    Raises:
        BadInput: there are fewer.
    """
    if len(samples) < fewest:
        raise BadInput(f"samples: metric {metric} needs at least {fewest}, not {len(samples)}")


def shown(shape: tuple[int, ...]) -> str:
    """A shape in words.

    >>> shown((1, 28, 28))
    '1x28x28'
    """
    return "x".join(str(side) for side in shape)
