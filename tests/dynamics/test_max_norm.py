"""Incoming weights stay within their norm, unit by unit, and nothing else is touched."""

import pytest
import torch
from torch import nn

from advnets.dynamics import keep_norms
from advnets.nets.cifar import ConvolutionalGenerator, MaxoutConvolution
from advnets.nets.paper import Maxout

MOST = 0.5


def stepped(net, most=None, lr=0.3):
    """The network after a step of gradient descent along a fixed random direction."""
    generator = torch.Generator().manual_seed(1)
    optimiser = torch.optim.SGD(net.parameters(), lr)
    if most is not None:
        keep_norms(optimiser, [net], most)
    for p in net.parameters():
        p.grad = torch.randn(p.shape, generator=generator)
    optimiser.step()
    return net


def made(make):
    torch.manual_seed(0)
    return make()


LAYERS = {
    "linear": (lambda: nn.Linear(6, 4), "weight", 0),
    "maxout": (lambda: Maxout(6, 4, 3, 0.1), "linear.weight", 0),
    "convolution": (lambda: MaxoutConvolution(3, 4, 2, 3, 1, 0.1), "convolution.weight", 0),
    "transposed convolution": (lambda: nn.ConvTranspose2d(3, 4, 5), "weight", 1),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_every_unit_is_scaled_back_and_keeps_its_direction(layer):
    make, name, axis = LAYERS[layer]
    free, kept = (dict(stepped(made(make), most).named_parameters())[name].detach().transpose(0, axis).flatten(1) for most in (None, MOST))
    norms = free.norm(dim=1)
    assert (norms > MOST).any()
    torch.testing.assert_close(kept, free * (MOST / norms).clamp(max=1)[:, None])


def test_a_unit_inside_the_ball_stays_bit_for_bit():
    free, kept = (stepped(made(lambda: nn.Linear(6, 4)), most, lr=1e-4).weight for most in (None, 100.0))
    assert torch.equal(free, kept)


def test_biases_are_free():
    free, kept = (stepped(made(lambda: ConvolutionalGenerator(3, (3, 11, 11), 4, 2)), most) for most in (None, 1e-3))
    assert torch.equal(free.bias, kept.bias)  # of every pixel, [3, 11, 11]: no weights, though of three dimensions
    assert torch.equal(free.net[0].bias, kept.net[0].bias)
    assert not torch.equal(free.net[5].weight, kept.net[5].weight)


def test_there_is_nothing_to_save():
    net = nn.Linear(3, 2)
    optimiser = torch.optim.SGD(net.parameters(), 0.1)
    before = optimiser.state_dict()
    keep_norms(optimiser, [net], MOST)
    assert optimiser.state_dict() == before
