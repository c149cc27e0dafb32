"""Noise-contrastive and self-contrastive estimation: values and gradients in closed form, and who stands still."""

import math

import pytest
import torch

from advnets.core import Rng, View, play
from advnets.core.field import field
from advnets.games.contrastive import Contrast, misjudges, noise_contrastive, self_contrastive
from advnets.nets.gaussian import Density, Unnormalised


class Bell:
    """Data N(1, .7^2), and noise."""

    def __init__(self, n):
        self.n = n

    def data(self, rng):
        return 1 + 0.7 * rng.normal(self.n, 1)

    def noise(self, rng):
        return rng.normal(self.n, 1)


def gradients(game, nets, n, seed=0):
    """The batch, and the gradients of M by name."""
    batch = game.draw(Bell(n), nets, Rng(seed, 0, 0))
    return batch, {name: g for (_, name), g in field(game, game.turns[0], nets, batch)["M"].gradients.items()}


def test_against_itself_a_model_says_one_half():
    game, nets = self_contrastive(), {"M": Density(0.3, 2.0)}
    seen = game.watch(View(nets, ()), game.draw(Bell(50), nets, Rng(0, 0, 0)))
    assert seen["V"].item() == pytest.approx(-math.log(4), abs=1e-6)
    assert (seen["D(x)"].item(), seen["D(y)"].item()) == (0.5, 0.5)


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (1.5, 0.5)])
def test_the_gradient_against_itself_is_half_that_of_the_likelihood(mean, std):
    nets = {"M": Density(mean, std)}
    batch, found = gradients(self_contrastive(), nets, 400_000)
    likelihood = torch.autograd.grad(-nets["M"](batch.x).mean(), tuple(nets["M"].parameters()))
    torch.testing.assert_close(torch.stack(list(found.values())), torch.stack(likelihood) / 2, rtol=0.02, atol=0.005)


def test_against_itself_the_factor_of_an_unnormalised_model_gets_no_gradient():
    """Whence it is asked to be normalised."""
    M, bell = Unnormalised(0.0, 1.0, 0.4), Bell(100)
    x, y = bell.data(Rng(0, 0, 0)), bell.noise(Rng(0, 0, 1))
    cost = misjudges(View({"M": M}, ("M",)), Contrast(x, y, M(x).detach(), M(y).detach()))
    assert torch.autograd.grad(cost, M.log_partition)[0].item() == pytest.approx(0, abs=1e-7)


def test_against_fixed_noise_the_data_s_density_is_where_no_gradient_is_left():
    truth = math.log(0.7 * math.sqrt(2 * math.pi))
    _, at_the_truth = gradients(noise_contrastive(), {"M": Unnormalised(1.0, 0.7, truth), "N": Density(0.0, 2.0)}, 400_000)
    _, beside = gradients(noise_contrastive(), {"M": Unnormalised(1.0, 0.7, truth + 0.2), "N": Density(0.0, 2.0)}, 400_000)
    assert max(abs(g.item()) for g in at_the_truth.values()) < 0.005
    assert beside["log_partition"].item() > 0.01


def test_fixed_noise_stands_still_and_the_model_moves_towards_the_data():
    nets = {"M": Unnormalised(), "N": Density(0.0, 2.0)}
    optimisers = {"M": torch.optim.Adam(nets["M"].parameters(), 0.04)}
    for round in range(80):
        play(noise_contrastive(), nets, optimisers, Bell(300), round, rng=lambda r, t: Rng(0, r, t))
    assert (nets["N"].samples.mean.item(), nets["N"].samples.log_std.item()) == (0.0, pytest.approx(math.log(2)))
    assert nets["M"].samples.mean.item() == pytest.approx(1, abs=0.15)
    assert nets["M"].samples.log_std.exp().item() == pytest.approx(0.7, abs=0.1)
