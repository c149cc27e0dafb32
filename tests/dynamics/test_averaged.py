"""Gradients averaged over ranks: two halves of a batch on two ranks make the move of the whole batch."""

import pytest
import torch
import torch.distributed as dist

from advnets.core import Rng, simultaneous
from advnets.core.field import field
from advnets.dynamics import averaged
from advnets.games.gan import DataAndNoise, gan
from advnets.nets import mlp

GAME = gan(turns=simultaneous("D", "G"))
TURN = GAME.turns[0]


def nets():
    torch.manual_seed(0)
    return {"D": mlp.Discriminator((2,), (5,)).double(), "G": mlp.Generator(3, (2,), (5,)).double()}


def test_two_halves_make_the_move_of_the_whole(monkeypatch):
    rng = Rng(0, 0, 0)
    x, z = rng.normal(8, 2).double(), rng.normal(8, 3).double()
    whole = field(GAME, TURN, nets(), DataAndNoise(x, z))
    other = field(GAME, TURN, nets(), DataAndNoise(x[4:], z[4:]))
    sent = torch.cat([t.reshape(-1) for move in other.values() for t in (move.cost, *move.gradients.values())])
    monkeypatch.setattr(dist, "all_reduce", lambda flat: flat.add_(sent))
    monkeypatch.setattr(dist, "get_world_size", lambda: 2)
    found = averaged(field)(GAME, TURN, nets(), DataAndNoise(x[:4], z[:4]))
    for mover, move in whole.items():
        torch.testing.assert_close(found[mover].cost, move.cost, rtol=1e-12, atol=1e-12)
        assert found[mover].gradients.keys() == move.gradients.keys()
        for key, gradient in move.gradients.items():
            torch.testing.assert_close(found[mover].gradients[key], gradient, rtol=1e-12, atol=1e-12)


def test_it_cannot_be_differentiated_again():
    with pytest.raises(ValueError, match="averaged over ranks cannot be differentiated again"):
        averaged(field)(GAME, TURN, nets(), None, create_graph=True)
