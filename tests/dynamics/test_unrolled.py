"""Looking through an opponent's steps: what moves, what is remembered, and what stays as it was."""

import pytest
import torch
from torch import nn

from advnets.core import Game, Player, Rng, Turn, View, alternating
from advnets.core.field import field
from advnets.dynamics import penalised, unrolled
from advnets.games import critics
from advnets.games.gan import DataAndNoise, draw, gan, value
from advnets.nets.minibatch import MinibatchDiscrimination
from advnets.nets.mlp import Discriminator, Generator
from advnets.nets.spectral import spectral

RATE = 0.05


def pair():
    torch.manual_seed(0)
    return {"D": Discriminator((2,), (8,)).double(), "G": Generator(3, (2,), (8,)).double()}


def batch(n=6):
    torch.manual_seed(1)
    return DataAndNoise(torch.randn(n, 2).double(), torch.randn(n, 3).double())


def gradients_of_G(game, nets, b):
    return field(game, Turn(("G",)), nets, b)["G"].gradients


def by_hand(nets, b, steps):
    """G's gradient through D's steps, with D written out as functions of its parameters."""
    D, G = nets["D"], nets["G"]
    at = dict(D.named_parameters())
    for _ in range(steps):
        says = [torch.func.functional_call(D, at, (x,)) for x in (b.x, G(b.z))]
        cost = nn.functional.softplus(-says[0]).mean() + nn.functional.softplus(says[1]).mean()
        moved = torch.autograd.grad(cost, list(at.values()), create_graph=True)
        at = {name: p - RATE * g for (name, p), g in zip(at.items(), moved, strict=True)}
    pays = nn.functional.softplus(-torch.func.functional_call(D, at, (G(b.z),))).mean()
    return dict(zip([("G", name) for name, _ in G.named_parameters()], torch.autograd.grad(pays, list(G.parameters())), strict=True))


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_gradients_are_those_of_the_steps_written_out(steps):
    nets, b = pair(), batch()
    found, expected = gradients_of_G(unrolled(gan(), "G", "D", steps, RATE), nets, b), by_hand(nets, b, steps)
    assert found.keys() == expected.keys()
    assert all(torch.allclose(found[key], expected[key], rtol=1e-9, atol=1e-12) for key in expected)


def test_no_step_is_the_plain_game_bit_for_bit_and_five_are_not():
    nets, b = pair(), batch()
    plain, none, five = (gradients_of_G(game, nets, b) for game in (gan(), *(unrolled(gan(), "G", "D", k, RATE) for k in (0, 5))))
    assert all(torch.equal(plain[key], none[key]) for key in plain)
    assert not any(torch.allclose(plain[key], five[key], rtol=1e-3) for key in plain)


def test_D_pays_and_sees_what_it_did():
    nets, b = pair(), batch()
    plain, ahead = (field(game, Turn(("D",)), nets, b)["D"] for game in (gan(), unrolled(gan(), "G", "D", 3, RATE)))
    assert torch.equal(plain.cost, ahead.cost)
    assert all(torch.equal(plain.gradients[key], ahead.gradients[key]) for key in plain.gradients)


class Counting(nn.Module):
    """A network that counts its calls."""

    def __init__(self, net):
        super().__init__()
        self.net, self.calls = net, 0

    def forward(self, *args):
        self.calls += 1
        return self.net(*args)


def test_the_generator_is_evaluated_once_however_many_steps_are_seen():
    nets = {name: Counting(net) for name, net in pair().items()}
    gradients_of_G(unrolled(gan(), "G", "D", 4, RATE), nets, batch())
    assert nets["G"].calls == 1
    assert nets["D"].calls == 2 * 4 + 1


def test_what_a_moved_network_said_is_not_remembered():
    nets, b = pair(), batch()
    view = View(nets, ("G",))
    before = view.D(b.x)
    after = view.moved(("D",), lambda n, b: -value(n, b), b, RATE)
    assert not torch.equal(after.D(b.x), before)
    assert torch.equal(view.D(b.x), before)


def test_networks_with_statistics_take_several_steps_and_keep_their_own():
    torch.manual_seed(0)
    nets = pair() | {"D": nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1), nn.Flatten(0)).double()}
    before = {key: t.clone() for key, t in nets["D"].state_dict().items()}
    found = gradients_of_G(unrolled(gan(), "G", "D", 3, RATE), nets, batch())
    assert all(gradient.isfinite().all() and gradient.any() for gradient in found.values())
    assert all(torch.equal(t, before[key]) for key, t in nets["D"].state_dict().items())


DISCRIMINATORS = {
    "spectral norm": lambda: spectral(Discriminator((2,), (8,))),
    "minibatch discrimination": lambda: Discriminator((2,), (8,), minibatch=lambda features: MinibatchDiscrimination(features, 3, 2)),
    "dropout": lambda: Discriminator((2,), (8,), dropout=0.3),
}


@pytest.mark.parametrize("kind", DISCRIMINATORS)
def test_other_discriminators_can_be_seen_through(kind):
    torch.manual_seed(0)
    nets = pair() | {"D": DISCRIMINATORS[kind]().double()}
    found = gradients_of_G(unrolled(gan(), "G", "D", 2, RATE), nets, batch())
    assert all(gradient.isfinite().all() and gradient.any() for gradient in found.values())


def test_a_penalised_opponent_is_foreseen_with_its_penalty():
    nets, rng = pair(), Rng(0, 0, 0)
    game = critics.hinge(alternating(D=1, G=1))
    b = critics.DataNoiseAndMix(*batch(), rng.uniform(6).double())
    heavy = penalised(game, "D", critics.r1, weight=10.0)
    free, held = (gradients_of_G(unrolled(played, "G", "D", 2, RATE), nets, b) for played in (game, heavy))
    assert not any(torch.allclose(free[key], held[key], rtol=1e-3) for key in free)


def test_a_player_of_several_networks_is_foreseen_with_all_of_them():
    torch.manual_seed(0)
    nets = pair() | {"T": nn.Linear(2, 2).double()}

    def judges(n, b):
        return -(n.D(n.T(b.x)).sigmoid().log().mean() + (-n.D(n.T(n.G(b.z)))).sigmoid().log().mean())

    def fools(n, b):
        return -n.D(n.T(n.G(b.z))).sigmoid().log().mean()

    game = Game({"D": Player(("T", "D"), judges), "G": Player(("G",), fools)}, alternating(D=1, G=1), draw)
    plain, ahead = gradients_of_G(game, nets, batch()), gradients_of_G(unrolled(game, "G", "D", 2, RATE), nets, batch())
    assert not any(torch.allclose(plain[key], ahead[key], rtol=1e-6) for key in plain)
