"""The bell as networks: densities against torch's, draws by their law."""

import math

import pytest
import torch
from torch.distributions import Normal

from advnets.nets.gaussian import Density, Generator, Unnormalised

X = torch.linspace(-3, 3, 7)[:, None]


def test_the_density_is_the_normal_one_and_has_its_gradients():
    M = Density(0.5, 1.5)
    at = torch.tensor([0.5, math.log(1.5)], requires_grad=True)
    expected = Normal(at[0], at[1].exp()).log_prob(X[:, 0])
    torch.testing.assert_close(M(X), expected)
    found = torch.autograd.grad(M(X).sum(), tuple(M.parameters()))
    torch.testing.assert_close(torch.stack(found), torch.autograd.grad(expected.sum(), at)[0])


def test_an_unnormalised_bell_is_the_density_where_its_factor_is_right():
    free = Unnormalised(0.5, 1.5, math.log(1.5 * math.sqrt(2 * math.pi)))
    torch.testing.assert_close(free(X), Density(0.5, 1.5)(X))
    assert torch.autograd.grad(free(X).sum(), free.log_partition)[0].item() == -len(X)


@pytest.mark.parametrize("draw", [Generator(0.5, 1.5), Density(0.5, 1.5).draw], ids=["generator", "density"])
def test_draws_are_mean_plus_std_z(draw):
    torch.testing.assert_close(draw(X), 0.5 + 1.5 * X)
