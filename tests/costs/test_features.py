"""Feature matching: values, and gradients in closed form."""

import pytest
import torch

from advnets.costs.features import match


def batches(n=5, m=7, d=3):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(n, d, generator=generator), torch.randn(m, d, generator=generator).requires_grad_()


def test_means_that_agree_cost_nothing():
    real, fake = batches()
    assert match(real, real.flip(0)).item() == pytest.approx(0, abs=1e-12)
    assert match(real, fake).item() > 0
    assert match(real, real * 2 - real.mean(0)).item() == pytest.approx(0, abs=1e-12)  # spread alone is not matched


def test_the_gradient_is_twice_the_difference_of_means():
    real, fake = batches()
    difference = fake.detach().mean(0) - real.mean(0)
    gradient = torch.autograd.grad(match(real, fake), fake)[0]
    torch.testing.assert_close(gradient, (2 * difference / (7 * 3)).expand(7, 3))


def test_absolute_differences_have_the_gradient_of_a_sign():
    real, fake = batches()
    difference = fake.detach().mean(0) - real.mean(0)
    assert match(real, fake, torch.abs).item() == pytest.approx(difference.abs().mean().item())
    gradient = torch.autograd.grad(match(real, fake, torch.abs), fake)[0]
    torch.testing.assert_close(gradient, (difference.sign() / (7 * 3)).expand(7, 3))


def test_maps_are_matched_pixel_by_pixel_and_in_full_precision():
    maps = torch.rand(4, 2, 3, 3)
    assert match(maps, maps + 1).item() == pytest.approx(1)
    assert match(maps.bfloat16(), maps.bfloat16()).dtype == torch.float32
