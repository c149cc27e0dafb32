"""Costs of critics: gradients in closed form and by differences, and what the best critic is."""

import pytest
import torch

from advnets.costs.critics import hinge, least_squares, lift, off_target, wasserstein

OUTPUTS = torch.tensor([-3.0, -0.7, 0.0, 0.4, 2.5], dtype=torch.float64)
NOUGHT = torch.zeros(5, dtype=torch.float64)


def gradient(cost):
    """The gradient of a cost of [n] outputs, times n."""
    outputs = OUTPUTS.clone().requires_grad_()
    return len(outputs) * torch.autograd.grad(cost(outputs), outputs)[0]


CLOSED = {
    "least squares, of data": (lambda d: least_squares(d, NOUGHT), OUTPUTS - 1),
    "least squares, of samples": (lambda d: least_squares(NOUGHT, d), OUTPUTS),
    "least squares, other targets": (lambda d: least_squares(NOUGHT, d, 1.0, -1.0), OUTPUTS + 1),
    "least squares, G": (off_target, OUTPUTS - 1),
    "hinge, of data": (lambda d: hinge(d, NOUGHT), -(OUTPUTS < 1).double()),
    "hinge, of samples": (lambda d: hinge(NOUGHT, d), (OUTPUTS > -1).double()),
    "Wasserstein, of data": (lambda d: wasserstein(d, NOUGHT), NOUGHT - 1),
    "Wasserstein, of samples": (lambda d: wasserstein(NOUGHT, d), NOUGHT + 1),
    "hinge and Wasserstein, G": (lift, NOUGHT - 1),
}


@pytest.mark.parametrize(("cost", "expected"), CLOSED.values(), ids=CLOSED)
def test_gradients_in_an_output(cost, expected):
    torch.testing.assert_close(gradient(cost), expected)
    assert torch.autograd.gradcheck(cost, OUTPUTS.clone().requires_grad_())


def test_values():
    real, fake = torch.tensor([2.0, -1.0]), torch.tensor([0.5, -4.0])
    assert least_squares(real, fake).item() == pytest.approx((1 + 4) / 4 + (0.25 + 16) / 4)
    assert hinge(real, fake).item() == pytest.approx((0 + 2) / 2 + (1.5 + 0) / 2)
    assert wasserstein(real, fake).item() == pytest.approx(-1.75 - 0.5)
    assert lift(fake).item() == pytest.approx(1.75)


@pytest.mark.parametrize("targets", [(1.0, 0.0), (1.0, -1.0)])
def test_the_best_critic_by_least_squares(targets):
    """At one point with densities p and q the cost p (D - b)^2 / 2 + q (D - a)^2 / 2 is least at (b p + a q) / (p + q)."""
    p, q = 0.3, 0.8
    best = torch.tensor([(targets[0] * p + targets[1] * q) / (p + q)], dtype=torch.float64, requires_grad=True)
    cost = p * off_target(best, targets[0]) + q * off_target(best, targets[1])
    assert torch.autograd.grad(cost, best)[0].item() == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("cost", [least_squares, hinge, wasserstein])
def test_half_precision_outputs_are_summed_in_float32(cost):
    outputs = torch.full((3,), 2.0, dtype=torch.bfloat16)
    assert cost(outputs, outputs).dtype == torch.float32
