"""Reference and virtual batch norm: their definitions by brute force, their independence of batch mates, their gradients."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.func import functional_call

from advnets.nets import dcgan, mlp
from advnets.nets.first_rows import first_rows
from advnets.nets.normalisation import NormByReference, ReferenceBatchNorm, Referenced, VirtualBatchNorm, referenced

REFERENCE, LIVE = 5, 4
SHAPES = [(3,), (3, 4, 2)]


def rows(shape, dtype=torch.float32, seed=0):
    """Rows of which each has its own mean and spread, the reference first."""
    generator = torch.Generator().manual_seed(seed)
    spread, centre = torch.rand(2, REFERENCE + LIVE, *[1] * len(shape), generator=generator, dtype=dtype)
    return torch.randn(REFERENCE + LIVE, *shape, generator=generator, dtype=dtype) * (0.5 + 3 * spread) + 4 * centre


def made(cls, dtype=torch.float32, reference=REFERENCE):
    """A layer for three channels whose scale and shift have moved."""
    torch.manual_seed(1)
    layer = cls(3, reference=reference).to(dtype)
    nn.init.normal_(layer.weight)
    nn.init.normal_(layer.bias)
    return layer


def by_batch_norm(layer, batch):
    """Batch norm of a whole batch by its own statistics, with the layer's scale and shift."""
    return nn.functional.batch_norm(batch, None, None, layer.weight, layer.bias, training=True, eps=layer.eps)


def by_definition(layer, x):
    """Virtual batch norm of the live rows: each in the last place of a batch of the reference and itself."""
    reference, live = x[:REFERENCE], x[REFERENCE:]
    return torch.stack([by_batch_norm(layer, torch.cat([reference, row[None]]))[-1] for row in live])


class OverTheWholeBatch(NormByReference):
    """The mistake of published code: the live batch's statistics in the place of the example's."""

    def statistics(self, means, squares, variance):
        w = 1 / (self.reference + 1)
        mean = w * means.mean(0, keepdim=True).expand_as(means)
        return mean, (1 - w) * variance + w * squares.mean(0, keepdim=True) - mean**2


@pytest.mark.parametrize("shape", SHAPES)
def test_virtual_batch_norm_is_batch_norm_of_the_reference_and_the_example_alone(shape):
    layer, x = made(VirtualBatchNorm), rows(shape)
    torch.testing.assert_close(layer(x)[REFERENCE:], by_definition(layer, x), rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_statistics_of_the_whole_live_batch_would_be_noticed(shape):
    layer, x = made(OverTheWholeBatch), rows(shape)
    assert (layer(x)[REFERENCE:] - by_definition(layer, x)).abs().max() > 0.01
    alone = layer(torch.cat([x[:REFERENCE], x[-1:]]))[-1]
    assert not torch.allclose(layer(x)[-1], alone, atol=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_weight_of_the_example_is_on_mean_and_mean_square(shape):
    layer, x = made(VirtualBatchNorm, torch.float64), rows(shape, torch.float64)
    w, pixels = 1 / (REFERENCE + 1), tuple(range(2, 1 + len(shape)))
    every, own = (0, *pixels), x[-1].reshape(3, -1)
    mean = w * own.mean(1) + (1 - w) * x[:REFERENCE].mean(every)
    square = w * own.square().mean(1) + (1 - w) * x[:REFERENCE].square().mean(every)
    centre, variance = (s.reshape(3, 1) for s in moments(x[:REFERENCE], every))
    told = own - centre
    found = layer.statistics(told.mean(1).reshape(1, 3, 1), told.square().mean(1).reshape(1, 3, 1), variance)
    torch.testing.assert_close((centre + found[0]).flatten(), mean)
    torch.testing.assert_close(found[1].flatten(), square - mean**2)


def moments(x, dims):
    return x.mean(dims), x.var(dims, correction=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_reference_batch_norm_knows_the_reference_alone(shape):
    layer, x = made(ReferenceBatchNorm), rows(shape)
    mean, variance = moments(x[:REFERENCE], (0, *range(2, x.dim())))
    expected = nn.functional.batch_norm(x, mean, variance, layer.weight, layer.bias, eps=layer.eps)
    torch.testing.assert_close(layer(x), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("cls", [ReferenceBatchNorm, VirtualBatchNorm])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_reference_rows_are_normalised_by_their_own_statistics(cls, shape):
    layer, x = made(cls), rows(shape)
    torch.testing.assert_close(layer(x)[:REFERENCE], by_batch_norm(layer, x[:REFERENCE]), rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_are_those_of_the_definition(shape):
    x, layer = rows(shape, torch.float64).requires_grad_(), made(VirtualBatchNorm, torch.float64)
    direction = torch.randn(LIVE, *shape, dtype=torch.float64)
    wanted, found = (
        torch.autograd.grad((y * direction).sum(), [x, layer.weight, layer.bias]) for y in (by_definition(layer, x), layer(x)[REFERENCE:])
    )
    assert wanted[0][:REFERENCE].abs().max() > 1e-3
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b)


def test_variances_do_not_suffer_from_a_large_mean():
    layer, x = made(VirtualBatchNorm), rows((3, 4, 2))
    expected = layer(x)
    torch.testing.assert_close(layer(x + 3000), expected, rtol=0, atol=0.005)


def test_a_row_far_from_the_reference_is_normalised_as_exactly():
    layer, x = made(VirtualBatchNorm), rows((3, 4, 2))
    x[-1] += 3000
    torch.testing.assert_close(layer(x)[-1], by_definition(layer.double(), x.double())[-1].float(), rtol=1e-5, atol=1e-3)


def test_lower_precision_comes_back_as_it_came():
    layer, x = made(VirtualBatchNorm), rows((3, 4, 2))
    found = layer(x.bfloat16())
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), layer(x.bfloat16().float()), rtol=0.01, atol=0.01)


NETS = {
    "dcgan": lambda norm: (dcgan.Generator(6, (1, 28, 28), 2, norm), 6),
    "mlp": lambda norm: (mlp.Generator(6, (2,), (8, 7), norm), 6),
}


@pytest.mark.parametrize("cls", [ReferenceBatchNorm, VirtualBatchNorm])
@pytest.mark.parametrize("name", NETS)
def test_a_sample_is_a_function_of_its_own_noise_while_training(cls, name):
    torch.manual_seed(0)
    net, dim = NETS[name](partial(cls, reference=REFERENCE))
    z = torch.randn(9, dim)
    alone = net(z[:1])
    for mates in (torch.zeros(3, dim), 100 + z[1:], z[1:] * 5):
        torch.testing.assert_close(net(torch.cat([mates[:2], z[:1], mates[2:]]))[2:3], alone, rtol=0, atol=1e-6)
    torch.testing.assert_close(net.eval()(z)[:1], alone, rtol=0, atol=1e-6)


def test_batch_norm_depends_on_batch_mates():
    torch.manual_seed(0)
    net, dim = NETS["dcgan"](nn.BatchNorm2d)
    z = torch.randn(4, dim)
    assert (net(z)[0] - net(torch.cat([z[:1], 3 * z[1:]]))[0]).abs().max() > 1e-4


def test_gradients_reach_the_weights_through_the_reference_batch():
    torch.manual_seed(0)
    net = mlp.Generator(3, (2,), (4,), partial(VirtualBatchNorm, reference=REFERENCE)).double()
    z, weights = torch.randn(LIVE, 3, dtype=torch.float64), dict(net.named_parameters())

    def samples(*values):
        return functional_call(net, dict(zip(weights, values, strict=True)), (z,))

    assert torch.autograd.gradcheck(samples, tuple(weights.values()))
    fixed = net.net[0].net[1]
    assert isinstance(fixed, VirtualBatchNorm)
    below = net.net[0].net[0].weight
    whole = torch.autograd.grad(net(z).sum(), below)[0]
    fixed.register_forward_pre_hook(lambda layer, x: torch.cat([x[0][:REFERENCE].detach(), x[0][REFERENCE:]]))
    assert not torch.allclose(torch.autograd.grad(net(z).sum(), below)[0], whole), "the reference batch's share is missing"


def test_second_derivatives_exist():
    layer, x = made(VirtualBatchNorm, torch.float64), rows((3,), torch.float64).requires_grad_()
    assert torch.autograd.gradgradcheck(layer, (x,))


def test_the_reference_batch_is_state_and_is_chosen_once():
    net, dim = NETS["dcgan"](partial(VirtualBatchNorm, reference=REFERENCE))
    key = "net.0.reference"
    assert net.state_dict()[key].shape == (REFERENCE, dim)
    assert key not in dict(net.named_parameters())
    first, second = torch.randn(2, 8, dim)
    with first_rows(layer for layer in net.modules() if isinstance(layer, Referenced)):
        net(first)
        net(second)
    net(second)
    assert torch.equal(net.state_dict()[key], first[:REFERENCE])
    again, _ = NETS["dcgan"](partial(VirtualBatchNorm, reference=REFERENCE))
    again.load_state_dict(net.state_dict())
    assert torch.equal(again(second), net(second))


def test_a_reference_batch_needs_as_many_rows():
    net = Referenced(nn.Linear(2, 2), torch.zeros(REFERENCE, 2))
    with pytest.raises(ValueError, match="3 rows are too few for a reference batch of 5"), first_rows([net]):
        net(torch.zeros(3, 2))
    with pytest.raises(ValueError, match="1 layers that begin with data saw none"), first_rows([net]):
        pass


def test_networks_without_such_layers_stay_as_they_are():
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    assert referenced(net, 2) is net


def test_a_discriminator_with_reference_batches_judges_every_picture_alone():
    torch.manual_seed(0)
    net = dcgan.Discriminator((1, 28, 28), 4, partial(VirtualBatchNorm, reference=REFERENCE))
    x = torch.rand(6, 1, 28, 28)
    with first_rows(layer for layer in net.modules() if isinstance(layer, Referenced)):
        net(x)
    torch.testing.assert_close(net(x)[4:5], net(x[4:5]), rtol=0, atol=1e-6)
    assert net(x).std() > 0


def test_gains_start_as_in_the_paper_of_dcgan():
    net, _ = NETS["dcgan"](partial(VirtualBatchNorm, reference=REFERENCE))
    gains = torch.cat([layer.weight for layer in net.modules() if isinstance(layer, VirtualBatchNorm)])
    assert 0.005 < gains.std() < 0.05
    assert abs(gains.mean() - 1) < 0.03
