"""Networks: shapes, ranges, initialisations, and gradients that reach every parameter."""

from math import sqrt

import pytest
import torch
from torch import nn

from advnets.nets import dcgan, mlp, paper

PAIRS = {
    "paper": (lambda: paper.Generator(10, (1, 28, 28)), lambda: paper.Discriminator((1, 28, 28)), 10),
    "mlp, pictures": (lambda: mlp.Generator(5, (3, 8, 8)), lambda: mlp.Discriminator((3, 8, 8), dropout=0.1), 5),
    "mlp, points": (lambda: mlp.Generator(5, (2,)), lambda: mlp.Discriminator((2,)), 5),
    **{
        f"dcgan {c}x{size}": (
            lambda c=c, size=size: dcgan.Generator(7, (c, size, size), 4),
            lambda c=c, size=size: dcgan.Discriminator((c, size, size), 4, norm=nn.BatchNorm2d if c == 3 else None, dropout=0.1 * (c == 1)),
            7,
        )
        for size in (28, 32, 64)
        for c in (1, 3)
    },
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_fits_together_and_every_parameter_gets_a_gradient(name):
    torch.manual_seed(0)
    generator, discriminator, dim = (make() if callable(make) else make for make in PAIRS[name])
    samples = generator(torch.randn(8, dim))
    if samples.dim() == 4:
        assert samples.min() > 0
        assert samples.max() < 1
    logits = discriminator(samples)
    assert logits.shape == (8,)
    nn.functional.softplus(-logits).mean().backward()
    for net in (generator, discriminator):
        for key, p in net.named_parameters():
            assert p.grad is not None, key
            assert p.grad.isfinite().all()
            assert p.grad.abs().max() > 0, key


def test_the_papers_generator_starts_at_the_mean_of_the_data():
    mean = torch.rand(1, 28, 28) * 0.9 + 0.05
    mean[0, 0, 0] = 0  # clipped at 1e-7
    generator = paper.Generator(100, (1, 28, 28), mean=mean)
    torch.testing.assert_close(torch.sigmoid(generator.net[4].bias), mean.flatten().clamp(1e-7), rtol=1e-3, atol=0)
    assert generator.net[0].weight.abs().max() <= 0.05
    assert generator.net[0].weight.std().item() == pytest.approx(0.05 / sqrt(3), rel=0.02)
    assert not generator.net[0].bias.any()


def test_the_papers_networks_have_the_published_sizes():
    def size(net):
        return sum(p.numel() for p in net.parameters())

    assert size(paper.Generator(100, (1, 28, 28))) == 100 * 1200 + 1200 + 1200 * 1200 + 1200 + 1200 * 784 + 784
    assert size(paper.Discriminator((1, 28, 28))) == 784 * 1200 + 1200 + 240 * 1200 + 1200 + 240 + 1


def test_maxout_is_the_maximum_over_its_pieces():
    layer = paper.Maxout(6, 4, 3, 0.5)
    x = torch.randn(5, 6)
    linear = layer.linear(x)
    expected = torch.stack([linear[:, 3 * unit : 3 * unit + 3].max(1).values for unit in range(4)], 1)
    assert torch.equal(layer(x), expected)


def test_the_papers_dropout_keeps_eight_tenths_of_the_pixels_and_half_of_the_units():
    net = paper.Discriminator((1, 28, 28))
    rates = [module.p for module in net.modules() if isinstance(module, nn.Dropout)]
    assert rates == [0.2, 0.5, 0.5]


def test_dcgan_starts_as_in_its_paper():
    net = dcgan.Generator(100, (3, 64, 64), 16)
    layers = [m for m in net.modules() if isinstance(m, nn.ConvTranspose2d)]
    assert [layer.out_channels for layer in layers] == [64, 32, 16, 3]
    assert layers[0].weight.std().item() == pytest.approx(0.02, rel=0.03)
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    assert norms[0].weight.mean().item() == pytest.approx(1, abs=0.02)


def test_dcgan_refuses_other_sizes():
    with pytest.raises(ValueError, match="48 x 48"):
        dcgan.Generator(5, (1, 48, 48))


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_the_papers_dropout_keeps_its_share_and_the_mean(p):
    torch.manual_seed(0)
    layer, x = paper.Dropout(p), torch.ones(501, 333)
    dropped = layer(x)
    values = dropped.unique()
    assert len(values) == 2
    assert values[0] == 0
    assert values[1].item() == pytest.approx(1 / (1 - p), rel=1e-4)
    deviation = sqrt(p * (1 - p) / x.numel())
    assert (dropped > 0).float().mean().item() == pytest.approx(1 - p, abs=5 * deviation)
    assert not torch.equal(dropped, layer(x))
    for one, other in ((dropped[:, :-1], dropped[:, 1:]), (dropped[:250], dropped[251:])):  # neighbours, and halves, are cut from one draw
        together = ((one > 0) & (other > 0)).float().mean().item()
        assert together == pytest.approx((1 - p) ** 2, abs=5 * sqrt(p * (1 - p) / one.numel()))
    assert torch.equal(layer.eval()(x), x)
