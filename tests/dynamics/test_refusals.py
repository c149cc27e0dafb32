"""What the engine refuses, and the corners that no law of dynamics visits."""

import pytest
import torch
from torch import nn

from advnets.core import Game, Player, Rng, Turn, View, alternating, here, play, simultaneous
from advnets.core.field import field
from advnets.core.randomness import mixed
from advnets.games.xy import Coordinate, nothing, xy


def points(**starts):
    return {name: Coordinate(start) for name, start in starts.items()}


def test_a_view_knows_only_its_networks():
    view = View(points(x=1.0), live=("x",))
    with pytest.raises(AttributeError, match="this game has no network 'D'"):
        view.D()
    with pytest.raises(AttributeError, match="no network"):
        view.__wrapped__  # noqa: B018  asked for by tools that look at objects


def test_a_turn_needs_players_that_exist():
    with pytest.raises(ValueError, match=r"turns name players \['z'\] that the game does not have"):
        xy(alternating(x=1, z=1))


def test_a_game_needs_a_turn():
    with pytest.raises(ValueError, match="a game needs a turn"):
        xy(())


def test_a_network_has_one_owner():
    both = {"x": Player(("x", "D"), nothing), "y": Player(("y", "D"), nothing)}
    with pytest.raises(ValueError, match=r"two players own the same network: \['D'\]"):
        Game(both, simultaneous("x", "y"), nothing)


def test_a_mover_s_cost_depends_on_all_that_it_owns():
    game = Game({"x": Player(("x", "y"), lambda n, b: n.x() ** 2)}, simultaneous("x"), nothing)
    with pytest.raises(ValueError, match=r"player x owns y.value, but its cost does not depend on it"):
        field(game, game.turns[0], points(x=1.0, y=2.0), None)


def test_by_default_there_is_nothing_to_watch():
    game = Game({"x": Player(("x",), lambda n, b: n.x() ** 2)}, simultaneous("x"), nothing)
    assert game.watch(View(points(x=1.0), ()), None) == {}


def test_turns_are_due_in_rounds_divisible_by_their_number():
    game = Game({"x": Player(("x",), lambda n, b: n.x())}, (Turn(("x",), every=3),), nothing)
    nets = points(x=0.0)
    optimisers = {"x": torch.optim.SGD(nets["x"].parameters(), lr=1.0)}
    moved = [round for round in range(7) if play(game, nets, optimisers, None, round)]
    assert moved == [0, 3, 6]
    assert nets["x"].value.item() == -3.0


def test_calls_are_remembered_by_their_very_arguments():
    class Counter(nn.Module):
        def __init__(self):
            super().__init__()
            self.count = 0

        def forward(self, *x):
            self.count += 1
            return x[0] * self.count

    nets = {"D": Counter()}
    view, x = View(nets, ()), torch.ones(2)
    assert view.D(x) is view.D(x)
    assert view.D(x.clone()) is not view.D(x)
    assert view.D(x, x) is not view.D(x)
    assert nets["D"].count == 3


@pytest.mark.parametrize("rowwise", [True, False])
def test_each_asks_a_rowwise_network_once_and_any_other_of_each_input(rowwise):
    net = nn.BatchNorm1d(1)
    if rowwise:
        net.rowwise = True  # which it is not: so one can see how it was asked
    a, b = torch.tensor([[1.0], [2.0]]), torch.tensor([[6.0], [9.0], [9.0]])
    view = View({"D": net}, ())
    first, second = view.each("D", a, b)
    fresh = nn.BatchNorm1d(1)
    expected = fresh(torch.cat([a, b])).split([2, 3]) if rowwise else (fresh(a), fresh(b))
    assert torch.equal(first, expected[0])
    assert torch.equal(second, expected[1])
    assert view.D(b) is second
    assert view.each("D", a, b)[0] is first


def test_a_step_that_is_only_looked_at_leaves_no_trace():
    net = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1))
    nets, batch = {"D": net}, torch.tensor([[1.0], [3.0]])
    before = {key: t.clone() for key, t in net.state_dict().items()}
    ahead = View(nets, ()).moved(("D",), lambda n, b: (n.D(b) ** 2).mean() + n.D(b)[0, 0], batch, 0.1)
    assert not torch.equal(ahead.at["D"]["0.bias"], net[0].bias) or not torch.equal(ahead.at["D"]["1.bias"], net[1].bias)
    assert all(torch.equal(t, before[key]) for key, t in net.state_dict().items())


def test_nobody_but_the_movers_is_live():
    view = View(points(x=1.0, y=2.0), live=("x",))
    assert set(view.leaves(("x", "y"))) == {("x", "value")}
    assert here(view.nets)["y"]["value"].requires_grad


def test_randomness_is_a_function_of_seed_round_and_turn():
    draws = {key: tuple(Rng(*key).normal(4).tolist()) for key in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]}
    assert len(set(draws.values())) == len(draws)
    assert tuple(Rng(0, 1, 0).normal(4).tolist()) == draws[0, 1, 0]
    assert mixed(1, 23) != mixed(12, 3)


@pytest.mark.parametrize("draw", [lambda r: r.normal(8, 2), lambda r: r.uniform(8), lambda r: r.integers(5, 8)])
def test_the_shares_of_ranks_make_the_draw_of_one_process(draw):
    whole = draw(Rng(3, 1, 2))
    shares = [draw(Rng(3, 1, 2, rank=rank, world=4)) for rank in range(4)]
    assert torch.equal(torch.cat(shares), whole)


def test_the_rank_enters_only_into_a_network_s_own_noise():
    def noise(rank):
        Rng(0, 5, 0, rank=rank, world=2).seed_networks()
        return torch.rand(3)

    assert torch.equal(noise(0), noise(0))
    assert not torch.equal(noise(0), noise(1))


def test_xy_watches_its_radius():
    seen = xy().watch(View(points(x=3.0, y=-4.0), ()), None)
    assert {name: value.item() for name, value in seen.items()} == {"x": 3.0, "y": -4.0, "radius": 5.0}
