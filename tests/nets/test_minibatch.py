"""Features of a minibatch: against loops, permutations, gradients, memory, and the start from data."""

from functools import partial

import pytest
import torch

from advnets.nets import dcgan, minibatch, mlp
from advnets.nets.first_rows import first_rows
from advnets.nets.minibatch import MinibatchDeviation, MinibatchDiscrimination

LAYERS = {"discrimination": partial(MinibatchDiscrimination, kernels=3, dims=2), "deviation": MinibatchDeviation}


@pytest.fixture(params=LAYERS)
def layer(request):
    """A layer on four features, with parameters that have moved."""
    torch.manual_seed(0)
    made = LAYERS[request.param](4).double()
    for p in made.parameters():
        torch.nn.init.normal_(p, std=0.5)
    return made


def features(n=6, d=4):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def test_features_are_kept_and_added_to(layer):
    f = features()
    out = layer(f)
    assert out.shape == (6, 4 + layer.added)
    assert torch.equal(out[:, :4], f)


def test_permuted_rows_give_permuted_features(layer):
    f, order = features(), torch.tensor([3, 0, 5, 1, 2, 4])
    torch.testing.assert_close(layer(f[order]), layer(f)[order])


def test_gradients_are_right_twice(layer):
    f = features().requires_grad_()
    names = [name for name, _ in layer.named_parameters()]

    def out(f, *values):
        return torch.func.functional_call(layer, dict(zip(names, values, strict=True)), (f,))

    given = (f, *layer.parameters())
    assert torch.autograd.gradcheck(out, given)
    assert torch.autograd.gradgradcheck(out, given)


def test_mates_matter_and_a_row_s_gradient_reaches_them(layer):
    f = features().requires_grad_()
    gradient = torch.autograd.grad(layer(f)[0, 4:].sum(), f)[0]
    assert (gradient[1:].abs().max(1).values > 0).all()


def test_discrimination_is_what_loops_say():
    torch.manual_seed(0)
    layer, f = LAYERS["discrimination"](4).double(), features()
    torch.nn.init.normal_(layer.log_scale)
    torch.nn.init.normal_(layer.bias)
    expected = torch.zeros(6, 3, dtype=torch.float64)
    for i in range(6):
        for b in range(3):
            total = layer.bias[b].item()
            for j in range(6):
                if j == i:
                    continue
                distance = 0.0
                for c in range(2):
                    column = layer.direction[:, b, c]
                    column = column * torch.exp(layer.log_scale[b, c]) / column.square().sum().sqrt()
                    distance += abs((f[i] @ column - f[j] @ column).item())
                total += torch.exp(torch.tensor(-distance, dtype=torch.float64)).item()
            expected[i, b] = total
    torch.testing.assert_close(layer(f)[:, 4:], expected)


def test_deviation_is_the_mean_standard_deviation():
    f = features()
    expected = f.numpy().std(0).mean()
    torch.testing.assert_close(MinibatchDeviation(4)(f)[:, 4], torch.full((6,), expected, dtype=torch.float64), rtol=1e-5, atol=0)


def test_rows_that_are_all_alike_have_finite_gradients():
    for make in LAYERS.values():
        f = torch.ones(5, 4, requires_grad=True)
        assert torch.autograd.grad(make(4)(f).sum(), f)[0].isfinite().all()


def test_a_lack_of_variety_is_seen():
    torch.manual_seed(0)
    f = torch.randn(16, 4)
    for make, sign in zip(LAYERS.values(), (1, -1), strict=True):
        layer = make(4)
        assert sign * (layer(0.01 * f)[:, 4:].mean() - layer(f)[:, 4:].mean()) > 0


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_large_batches_go_block_by_block(rows, monkeypatch):
    torch.manual_seed(0)
    layer, f = LAYERS["discrimination"](4).double(), features().requires_grad_()
    whole = layer(f)
    gradient = torch.autograd.grad(whole.square().sum(), f, create_graph=True)[0]
    again = torch.autograd.grad(gradient.square().sum(), f)[0]
    most = []
    differences = minibatch.distances
    monkeypatch.setattr(minibatch, "distances", lambda some, *rest: most.append(len(some)) or differences(some, *rest))
    monkeypatch.setattr(minibatch, "NUMBERS_AT_ONCE", rows * 6 * 3 * 2)
    blocks = layer(f)
    assert max(most) == rows
    torch.testing.assert_close(blocks, whole)
    found = torch.autograd.grad(blocks.square().sum(), f, create_graph=True)[0]
    torch.testing.assert_close(found, gradient)
    torch.testing.assert_close(torch.autograd.grad(found.square().sum(), f)[0], again)


def test_with_first_rows_the_nearest_mate_lies_at_two_and_features_are_centred():
    torch.manual_seed(0)
    layer, f = MinibatchDiscrimination(20, kernels=7, dims=5), 30 * torch.randn(40, 20)
    with first_rows([layer]):
        began = layer(f)
    m = layer.projected(f)
    apart = (m[:, None] - m[None]).abs().sum(3) + torch.eye(40)[..., None] * 1e6
    torch.testing.assert_close(apart.amin(1).mean(0), torch.full((7,), 2.0))
    torch.testing.assert_close(began[:, 20:].mean(0), torch.zeros(7), rtol=0, atol=1e-5)
    assert began[:, 20:].std(0).min() > 0.01
    assert layer.direction.grad is None


def test_with_first_rows_columns_of_unit_length_keep_it_and_features_are_centred():
    torch.manual_seed(0)
    layer, f = MinibatchDiscrimination(20, kernels=7, dims=5, scale="unit"), torch.randn(40, 20)
    with first_rows([layer]):
        began = layer(f)
    unit = torch.nn.functional.normalize(layer.direction, dim=0)
    torch.testing.assert_close(layer.projected(f), torch.einsum("if,fkd->ikd", f, unit))
    torch.testing.assert_close(began[:, 20:].mean(0), torch.zeros(7), rtol=0, atol=1e-5)
    assert began[:, 20:].std(0).min() > 0.01


def test_one_row_is_no_start():
    layer = MinibatchDiscrimination(3, kernels=2)
    with pytest.raises(ValueError, match="two rows or more"), first_rows([layer]):
        layer(torch.zeros(1, 3))


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_discriminators_take_them_below_their_last_layer(make):
    torch.manual_seed(0)
    for net, shape in (
        (dcgan.Discriminator((1, 28, 28), 2, None, minibatch=make), (1, 28, 28)),
        (mlp.Discriminator((2,), minibatch=make), (2,)),
    ):
        x = torch.rand(5, *shape)
        logits = net(x)
        assert logits.shape == (5,)
        assert not torch.allclose(net(torch.cat([x[:1], x[:1], x[:1]]))[0], logits[0], atol=1e-7)
        logits.square().sum().backward()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())
