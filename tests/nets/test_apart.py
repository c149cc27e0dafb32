"""A discriminator in two parts says what it says as a whole, with the same parameters."""

from functools import partial

import pytest
import torch

from advnets.nets import dcgan, mlp
from advnets.nets.apart import apart
from advnets.nets.minibatch import MinibatchDeviation
from advnets.nets.normalisation import VirtualBatchNorm
from advnets.nets.spectral import spectral

DISCRIMINATORS = {
    "points": (lambda: mlp.Discriminator((2,), (5, 4)), (2,), 4),
    "points, no hidden layer": (lambda: mlp.Discriminator((2,), ()), (2,), 2),
    "points, minibatch deviation": (lambda: mlp.Discriminator((2,), (5, 4), minibatch=MinibatchDeviation), (2,), 4),
    "pictures": (lambda: dcgan.Discriminator((1, 28, 28), 2, norm=None), (1, 28, 28), 4 * 7 * 7),
    "pictures, virtual batch norm, minibatch deviation": (
        lambda: dcgan.Discriminator((1, 28, 28), 2, partial(VirtualBatchNorm, reference=3), minibatch=MinibatchDeviation),
        (1, 28, 28),
        4 * 7 * 7,
    ),
    "points, spectral norm": (lambda: spectral(mlp.Discriminator((2,), (5,))).eval(), (2,), 5),
}


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_parts_together_are_the_whole(name):
    made, shape, features = DISCRIMINATORS[name]
    torch.manual_seed(0)
    D = made()
    below, above = apart(D)
    x = torch.rand(6, *shape)
    assert below(x).shape == (6, features)
    assert torch.equal(above(below(x)), D(x))
    assert {id(p) for part in (below, above) for p in part.parameters()} == {id(p) for p in D.parameters()}
