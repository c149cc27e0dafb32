"""Penalties on D's slope: closed forms, and gradients through the gradient."""

import pytest
import torch
from torch import nn

from advnets.costs.penalties import gradient_penalty, r1, slope

RNG = torch.Generator().manual_seed(0)
X, Y = torch.randn(2, 5, 3, dtype=torch.float64, generator=RNG)
U = torch.rand(5, dtype=torch.float64, generator=RNG)


def quadratic(a):
    """D(x) = x' A x / 2 with the slope A x, for symmetric A."""
    return lambda x: (x @ a * x).sum(1) / 2


A = torch.tensor([[2.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 0.7]], dtype=torch.float64)


def test_slopes_and_penalties_of_a_quadratic_critic():
    torch.testing.assert_close(slope(quadratic(A), X), X @ A)
    torch.testing.assert_close(r1(quadratic(A), X), (X @ A).square().sum(1).mean() / 2)
    between = U[:, None] * X + (1 - U[:, None]) * Y
    expected = ((between @ A).norm(dim=1) - 1).square().mean()
    torch.testing.assert_close(gradient_penalty(quadratic(A), X, Y, U), expected)


@pytest.mark.parametrize("penalty", [lambda d: r1(d, X), lambda d: gradient_penalty(d, X, Y, U)], ids=["r1", "gradient penalty"])
def test_gradients_in_what_d_owns(penalty):
    assert torch.autograd.gradcheck(lambda b: penalty(quadratic(b + b.T)), (A / 2).clone().requires_grad_())


def test_the_gradient_of_r1_in_closed_form():
    """Of |2 B x|^2 / 2 in a symmetric B = A / 2: 4 B x x' on average."""
    a = A.clone().requires_grad_()
    (found,) = torch.autograd.grad(r1(lambda x: (x @ a * x).sum(1) / 2, X), a)
    outer = X.T @ X / len(X)
    torch.testing.assert_close((found + found.T) / 2, (A @ outer + outer @ A) / 2)


def test_pictures_have_one_slope_each():
    pictures, weights = torch.rand(4, 2, 3, 3, generator=RNG), torch.full((2, 3, 3), 0.5)
    critic = lambda x: (x * weights).sum((1, 2, 3))  # noqa: E731
    assert slope(critic, pictures).shape == (4, 18)
    assert gradient_penalty(critic, pictures, pictures, torch.rand(4, generator=RNG)).item() == pytest.approx((18**0.5 / 2 - 1) ** 2)


def test_a_flat_critic_has_finite_gradients():
    net = nn.Linear(3, 1).double()
    nn.init.zeros_(net.weight)
    cost = gradient_penalty(lambda x: net(x).squeeze(1), X, Y, U)
    assert cost.item() == 1
    assert torch.autograd.grad(cost, net.weight)[0].isfinite().all()


def test_the_data_stay_as_they_are_and_samples_pass_gradients_on():
    """A penalty that is looked through, as by unrolling, depends on G by its samples."""
    samples = Y.clone().requires_grad_()
    cost = gradient_penalty(quadratic(A), X, samples, U)
    assert not X.requires_grad
    assert torch.autograd.grad(cost, samples)[0].abs().min() > 0
    r1(quadratic(A), X)
    assert not X.requires_grad
