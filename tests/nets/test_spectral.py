"""Spectral norm: matrices of largest singular value 1, with a state that is saved, and the gradient of W / sigma(W)."""

import copy

import pytest
import torch
from torch import nn

from advnets.nets import dcgan, mlp
from advnets.nets.spectral import spectral


def weights(net):
    """The weights as the network uses them, as matrices."""
    return [m.weight.detach().flatten(1) for m in net.modules() if isinstance(m, nn.Linear | nn.Conv2d)]


NETS = {
    "mlp": (lambda: mlp.Discriminator((2,), (16, 16)), (4, 2)),
    "dcgan": (lambda: dcgan.Discriminator((1, 28, 28), 2, None), (4, 1, 28, 28)),
}


@pytest.mark.parametrize(("build", "shape"), NETS.values(), ids=NETS)
def test_every_matrix_has_the_norm_1(build, shape):
    torch.manual_seed(0)
    plain, net = build(), spectral(build())
    x = torch.rand(shape)
    for _ in range(60):
        net(x)
    assert all(torch.linalg.matrix_norm(w, 2).item() == pytest.approx(1, abs=1e-3) for w in weights(net))
    assert not all(torch.linalg.matrix_norm(w, 2).item() == pytest.approx(1, abs=0.05) for w in weights(plain))
    assert len([key for key in net.state_dict() if key.endswith("weight.0._u")]) == len(weights(net)) >= 3


def test_a_multilayer_perceptron_is_1_lipschitz():
    torch.manual_seed(0)
    net = spectral(mlp.Discriminator((2,), (16, 16)))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(10)  # what the optimiser does to W does not matter
    for _ in range(60):
        net(torch.zeros(1, 2))
    x, y = 3 * torch.randn(2, 500, 2)
    assert ((net(x) - net(y)).abs() <= 1.001 * (x - y).norm(dim=1)).all()


def test_the_gradient_is_that_of_w_over_sigma():
    """d/dW of <C, W / sigma> = (C - <C, W / sigma> u v') / sigma, with the leading singular vectors u and v."""
    torch.manual_seed(0)
    layer = spectral(nn.Linear(3, 4, bias=False).double())
    for _ in range(300):
        layer(torch.zeros(1, 3, dtype=torch.float64))
    c, original = torch.randn(4, 3, dtype=torch.float64), layer.parametrizations.weight.original
    (found,) = torch.autograd.grad((c * layer.weight).sum(), original)
    u, s, vh = torch.linalg.svd(original.detach())
    used = original.detach() / s[0]
    torch.testing.assert_close(found, (c - (c * used).sum() * torch.outer(u[:, 0], vh[0])) / s[0])


def test_singular_vectors_are_state_and_a_copy_goes_on_alike():
    torch.manual_seed(0)
    net = spectral(mlp.Discriminator((2,), (8,)))
    other = spectral(mlp.Discriminator((2,), (8,)))
    net(torch.zeros(1, 2))
    other.load_state_dict(copy.deepcopy(net.state_dict()))
    again, x = copy.deepcopy(net), torch.randn(5, 2)
    for _ in range(3):
        said = net(x)
        assert torch.equal(said, other(x))
        assert torch.equal(said, again(x))
    said = net.eval()(x)
    assert torch.equal(said, net(x))  # nothing moves in evaluation mode
