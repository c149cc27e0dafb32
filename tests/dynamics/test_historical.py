"""Historical averaging: the mean of the past, the gradient of its distance, its state, and what it does to V = xy."""

import copy
import math

import pytest
import torch

from advnets.core import View, play, simultaneous
from advnets.core.field import field
from advnets.dynamics import History, compiled, historical
from advnets.games.xy import Coordinate, xy


def set_to(net, value):
    with torch.no_grad():
        net.value.fill_(value)


def test_the_mean_is_over_all_places_from_the_start():
    net = Coordinate(2.0)
    history = History({"x": net})
    for value in (5.0, -1.0, 4.0):
        set_to(net, value)
        history.update()
    assert history.means["x"]["value"].item() == pytest.approx(2.5)


def test_a_player_pays_for_its_distance_and_sees_its_gradient():
    nets = {"x": Coordinate(3.0), "y": Coordinate(4.0)}
    history = History({"x": nets["x"]})
    set_to(nets["x"], 5.0)
    game = historical(xy(simultaneous("x", "y")), "x", history, weight=0.5)
    moves = field(game, game.turns[0], nets, None)
    assert moves["x"].cost.item() == pytest.approx(5 * 4 + 0.5 * 2**2)
    assert moves["x"].gradients["x", "value"].item() == pytest.approx(4 + 0.5 * 2 * 2)
    assert moves["y"].cost.item() == pytest.approx(-20)
    assert moves["y"].gradients["y", "value"].item() == pytest.approx(-5)


def test_the_distance_is_measured_from_where_the_view_stands():
    nets = {"x": Coordinate(3.0), "y": Coordinate(4.0)}
    game = historical(xy(simultaneous("x", "y")), "x", History({"x": nets["x"]}), weight=1.0)
    ahead = {"x": {"value": torch.tensor(6.0, requires_grad=True)}, "y": {"value": torch.tensor(1.0, requires_grad=True)}}
    assert game.players["x"].cost(View(nets, ("x",), ahead), None).item() == pytest.approx(6 * 1 + 3**2)


def played(nets, histories, weight, rounds):
    game = xy(simultaneous("x", "y"))
    for player, history in histories.items():
        game = historical(game, player, history, weight)
    optimisers = {name: torch.optim.SGD(net.parameters(), lr=0.1) for name, net in nets.items()}
    for round in rounds:
        play(game, nets, optimisers, None, round)
        for history in histories.values():
            history.update()


def radius(weight):
    nets = {"x": Coordinate(1.0), "y": Coordinate(0.0)}
    played(nets, {name: History({name: net}) for name, net in nets.items()}, weight, range(200))
    return math.hypot(nets["x"].value.item(), nets["y"].value.item())


def test_the_orbit_that_spirals_outward_is_drawn_in():
    assert radius(0.0) == pytest.approx((1 + 0.1**2) ** 100, rel=1e-4)
    assert radius(0.5) < 0.5


def test_saved_and_resumed_it_goes_on_bit_for_bit():
    nets = {"x": Coordinate(1.0), "y": Coordinate(0.5)}
    histories = {"x": History({"x": nets["x"]})}
    played(nets, histories, 0.3, range(3))
    again = copy.deepcopy(nets)
    resumed = {"x": History({"x": again["x"]})}
    resumed["x"].load_state_dict(copy.deepcopy(histories["x"].state_dict()))
    played(nets, histories, 0.3, range(3, 6))
    played(again, resumed, 0.3, range(3, 6))
    assert torch.equal(nets["x"].value, again["x"].value)
    assert torch.equal(histories["x"].means["x"]["value"], resumed["x"].means["x"]["value"])
    assert resumed["x"].places == 7


def test_a_history_of_other_networks_is_refused():
    with pytest.raises(ValueError, match="player x owns x, but the history is of y"):
        historical(xy(), "x", History({"y": Coordinate(0.0)}), 1.0)


@pytest.mark.compiles
def test_a_compiled_field_sees_the_mean_move():
    torch._dynamo.reset()
    nets = {"x": Coordinate(3.0), "y": Coordinate(4.0)}
    history = History({"x": nets["x"]})
    game = historical(xy(simultaneous("x", "y")), "x", history, 1.0)
    fast = compiled(field)
    for value in (5.0, 7.0, 1.0):
        set_to(nets["x"], value)
        assert fast(game, game.turns[0], nets, None)["x"].cost.item() == pytest.approx(
            field(game, game.turns[0], nets, None)["x"].cost.item()
        )
        history.update()
