"""The paper's pairs for faces and CIFAR-10: shapes, sizes as published, how they start, and gradients that reach every parameter."""

from itertools import pairwise
from math import sqrt

import pytest
import torch
from torch import nn

from advnets.nets import cifar, faces, paper

CODES = 5
PAIRS = {
    "faces": (lambda: faces.Generator(7, (1, 9, 9), 20, fan_in=6), lambda: paper.Discriminator((1, 9, 9), 8, 3), True),
    "faces, second stage": (
        lambda: faces.SecondStage(7, faces.Generator(CODES, (1, 9, 9), 20, fan_in=6), CODES, 12),
        lambda: paper.Discriminator((1, 9, 9), 8, 3),
        True,
    ),
    "cifar, full": (lambda: cifar.FullGenerator(7, (3, 8, 8), 20), lambda: paper.Discriminator((3, 8, 8), 8, 3), False),
    "cifar, convolutional": (
        lambda: cifar.ConvolutionalGenerator(7, (3, 32, 32), 20, 4),
        lambda: cifar.ConvolutionalDiscriminator((3, 32, 32), 4, 6, 2, 8, 3),
        False,
    ),
    "cifar, convolutional, smallest": (
        lambda: cifar.ConvolutionalGenerator(7, (1, 11, 14), 20, 4),
        lambda: cifar.ConvolutionalDiscriminator((1, 11, 14), 4, 6, 2, 8, 3),
        False,
    ),
}


def made(make, device="cpu"):
    torch.manual_seed(0)
    with torch.device(device):
        return make()


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_fits_together_and_every_parameter_gets_a_gradient(name):
    generator, discriminator, bounded = made(PAIRS[name][0]), made(PAIRS[name][1]), PAIRS[name][2]
    for p in discriminator.parameters():
        p.data *= 30  # the published ranges are so small that a narrow pair's gradients would vanish
    samples = generator(torch.randn(16, 7))
    assert (samples.min() > 0 and samples.max() < 1) == bounded
    logits = discriminator(samples)
    assert logits.shape == (16,)
    nn.functional.softplus(-logits).mean().backward()
    for net in (generator, discriminator):
        for key, p in net.named_parameters():
            assert p.grad is not None, key
            assert p.grad.isfinite().all()
            assert p.grad.abs().max() > 0, key


def linear(*sizes):
    """Parameters of linear layers between so many units."""
    return sum(a * b + b for a, b in pairwise(sizes))


SIZES = {
    "G, faces": (lambda: faces.Generator(100, (1, 48, 48)), linear(100, 8000, 8000, 2304)),  # 83 million
    "G, second stage": (
        lambda: faces.SecondStage(100, faces.Generator(100, (1, 48, 48))),
        linear(100, 8000, 100) + linear(100, 8000, 8000, 2304),
    ),
    "D, faces": (lambda: paper.Discriminator((1, 48, 48), 1200), linear(2304, 6000) + linear(1200, 6000) + linear(1200, 1)),  # 21 million
    "G, cifar, full": (lambda: cifar.FullGenerator(100, (3, 32, 32)), linear(100, 8000, 8000, 3072)),  # 89 million
    "D, cifar, full": (lambda: paper.Discriminator((3, 32, 32), 1600), linear(3072, 8000) + linear(1600, 8000) + linear(1600, 1)),
    "G, cifar, convolutional": (
        lambda: cifar.ConvolutionalGenerator(100, (3, 32, 32)),
        linear(100, 8000, 8000) + 80 * 3 * 5 * 5 + 3 * 32 * 32,
    ),
    "D, cifar, convolutional": (
        lambda: cifar.ConvolutionalDiscriminator((3, 32, 32)),
        (3 * 64 * 64 + 64) + (32 * 64 * 64 + 64) + (32 * 25 * 384 + 384) + linear(192 * 5 * 5, 2500) + linear(500, 1),
    ),
}


@pytest.mark.parametrize("name", SIZES)
def test_the_networks_have_the_published_sizes(name):
    make, size = SIZES[name]
    assert sum(p.numel() for p in made(make, "meta").parameters()) == size


@pytest.mark.parametrize("side", [11, 12, 17, 28, 32, 48])
def test_the_discriminator_s_maps_have_the_sides_that_are_computed(side):
    net = cifar.ConvolutionalDiscriminator((1, side, side), 2, 2, 2, 2, 2)
    features = net.net[0](torch.rand(2, 1, side, side))
    assert features.shape == (2, 2 * cifar.top_side(side) ** 2)


def test_the_generator_for_faces_starts_sparse_nearly_off_and_at_the_mean():
    mean = torch.rand(1, 9, 9) * 0.9 + 0.05
    net = made(lambda: faces.Generator(100, (1, 9, 9), 300, mean=mean)).net
    assert net[0].weight.abs().max() <= 0.05
    assert net[2].weight.std().item() == pytest.approx(0.05 / sqrt(3), rel=0.02)
    assert (net[2].bias == -2).all()
    assert not net[0].bias.any()
    assert ((net[4].weight != 0).sum(1) == 100).all()
    assert net[4].weight[net[4].weight != 0].std().item() == pytest.approx(1, rel=0.05)
    torch.testing.assert_close(net[4].bias.sigmoid(), mean.flatten())


def test_a_narrow_layer_is_not_sparse():
    assert (faces.sparse_linear(4, 3, 100).weight != 0).all()


def test_the_second_stage_feeds_the_first_one_s_generator():
    first = made(lambda: faces.Generator(CODES, (1, 9, 9), 20))
    net = faces.SecondStage(7, first, CODES, 12)
    z = torch.randn(3, 7)
    assert torch.equal(net(z), first(net.below(z)))
    assert (net.below[2].bias == -2).all()


def test_the_generators_for_cifar_start_in_their_ranges():
    net = made(lambda: cifar.FullGenerator(10, (3, 8, 8), 200)).net
    assert [round(layer.weight.abs().max().item(), 2) for layer in net if isinstance(layer, nn.Linear)] == [0.05, 0.05, 0.5]
    net = made(lambda: cifar.ConvolutionalGenerator(10, (3, 32, 32), 100, 8))
    assert net.net[5].weight.std().item() == pytest.approx(0.05 / sqrt(3), rel=0.05)
    assert net.bias.shape == (3, 32, 32)
    assert not net.bias.any()


def test_maxout_convolution_is_the_maximum_over_its_pieces():
    layer, x = cifar.MaxoutConvolution(3, 4, 2, 3, 1, 0.5), torch.randn(2, 3, 6, 6)
    pieces = layer.convolution(x)
    expected = torch.stack([torch.maximum(pieces[:, 2 * k], pieces[:, 2 * k + 1]) for k in range(4)], 1)
    assert torch.equal(layer(x), expected)


def test_dropout_keeps_eight_tenths_of_the_pixels_and_half_of_everything_else():
    net = cifar.ConvolutionalDiscriminator((3, 32, 32), 2, 2, 2, 2, 2)
    assert [module.p for module in net.modules() if isinstance(module, nn.Dropout)] == [0.2, 0.5, 0.5, 0.5, 0.5]
    assert all(p.abs().max() <= 0.005 for p in net.parameters())


@pytest.mark.parametrize("side", [8, 28, 33])
def test_other_sides_are_refused(side):
    with pytest.raises(ValueError, match=f"sides of {side} pixels"):
        cifar.ConvolutionalGenerator(5, (3, side, side), 4, 2)


def test_a_convolutional_discriminator_needs_sides_of_11_pixels():
    with pytest.raises(ValueError, match="sides of 10 pixels"):
        cifar.ConvolutionalDiscriminator((3, 12, 10))
