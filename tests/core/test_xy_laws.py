"""V = xy, step eta: the engine follows the exact laws of each dynamics."""

from itertools import pairwise
from math import hypot, sqrt

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from advnets.core import Game, Player, Turn, alternating, here, play, simultaneous
from advnets.core.field import field
from advnets.dynamics import extragradient, unrolled
from advnets.games.xy import Coordinate, nothing, xy

START = (0.75, -0.625)  # exact in binary


def orbit(turns, eta, rounds, transform=lambda inner, eta: inner, game=xy):
    nets = {"x": Coordinate(START[0]).double(), "y": Coordinate(START[1]).double()}
    optimisers = {name: torch.optim.SGD(net.parameters(), lr=eta) for name, net in nets.items()}
    points = [START]
    for round in range(rounds):
        play(game(turns), nets, optimisers, None, round, field=transform(field, eta))
        points.append((nets["x"].value.item(), nets["y"].value.item()))
    return points


def growth(points):
    return [hypot(*after) / hypot(*before) for before, after in pairwise(points)]


@pytest.mark.parametrize("eta", [0.01, 0.3, 1.7])
def test_simultaneous_play_multiplies_the_radius(eta):
    assert growth(orbit(simultaneous("x", "y"), eta, 40)) == pytest.approx([sqrt(1 + eta**2)] * 40, rel=1e-9)


@pytest.mark.parametrize("eta", [0.05, 0.7, 1.9])
def test_alternating_play_stays_on_a_bounded_orbit_of_determinant_one(eta):
    points = orbit(alternating(x=1, y=1), eta, 400)
    invariant = [x * x - eta * x * y + y * y for x, y in points]  # of the map [[1, -eta], [eta, 1 - eta**2]], det = 1
    assert invariant == pytest.approx([invariant[0]] * len(points), rel=1e-6)
    assert max(hypot(*p) for p in points) < 1.01 * hypot(*START) * sqrt((2 + eta) / (2 - eta))


def test_alternating_play_diverges_beyond_two():
    assert hypot(*orbit(alternating(x=1, y=1), 2.1, 100)[-1]) > 1e6


@pytest.mark.parametrize("eta", [0.1, 0.5, 0.9])
def test_extragradient_contracts(eta):
    points = orbit(simultaneous("x", "y"), eta, 40, lambda inner, eta: extragradient(inner, lambda player: eta))
    assert growth(points) == pytest.approx([sqrt(1 - eta**2 + eta**4)] * 40, rel=1e-9)


@pytest.mark.parametrize("eta", [0.1, 0.7])
def test_one_unrolled_step_turns_the_gradient_of_x_into_y_plus_two_eta_x(eta):
    """y ascends to y + eta x; x pays x (y + eta x), and its gradient goes through y's step."""
    game = unrolled(xy(), "x", against="y", steps=1, rate=eta)
    nets = {"x": Coordinate(START[0]).double(), "y": Coordinate(START[1]).double()}
    gradient = field(game, Turn(("x",)), nets, None)["x"].gradients["x", "value"].item()
    assert gradient == pytest.approx(START[1] + 2 * eta * START[0], rel=1e-12)
    assert nets["y"].value.item() == START[1]


@pytest.mark.parametrize("steps", [2, 5])
def test_more_unrolled_steps_ascend_along_x(steps):
    eta = 0.1
    game = unrolled(xy(), "x", against="y", steps=steps, rate=eta)
    nets = {"x": Coordinate(START[0]).double(), "y": Coordinate(START[1]).double()}
    gradient = field(game, Turn(("x",)), nets, None)["x"].gradients["x", "value"].item()
    assert gradient == pytest.approx(START[1] + 2 * steps * eta * START[0], rel=1e-12)


numbers = st.floats(-3, 3)


@settings(max_examples=60, deadline=None)
@given(a=numbers, b=numbers, c=numbers, d=numbers, x=numbers, y=numbers)
def test_quadratic_games_have_their_field_and_jacobian(a, b, c, d, x, y):
    """x pays a x^2 / 2 + b x y, y pays c y^2 / 2 + d x y: the field is linear, its Jacobian constant."""
    players = {
        "x": Player(("x",), lambda n, _: a * n.x() ** 2 / 2 + b * n.x() * n.y()),
        "y": Player(("y",), lambda n, _: c * n.y() ** 2 / 2 + d * n.x() * n.y()),
    }
    game = Game(players, simultaneous("x", "y"), nothing)
    nets = {"x": Coordinate(x).double(), "y": Coordinate(y).double()}
    moves = field(game, game.turns[0], nets, None, create_graph=True)
    xi = [moves["x"].gradients["x", "value"], moves["y"].gradients["y", "value"]]
    theta = [here(nets)["x"]["value"], here(nets)["y"]["value"]]
    x, y = theta[0].item(), theta[1].item()  # rounded to the networks' precision
    assert [g.item() for g in xi] == pytest.approx([a * x + b * y, d * x + c * y], abs=1e-12)
    jacobian = [[g.item() for g in torch.autograd.grad(row, theta, retain_graph=True)] for row in xi]
    assert jacobian == [pytest.approx([a, b], abs=1e-12), pytest.approx([d, c], abs=1e-12)]


@settings(max_examples=30, deadline=None)
@given(a=st.floats(0.1, 2), b=st.floats(-2, 2), c=st.floats(0.1, 2), eta=st.floats(0.01, 0.2))
def test_a_convex_concave_quadratic_game_is_contracted_by_extragradient(a, b, c, eta):
    players = {
        "x": Player(("x",), lambda n, _: a * n.x() ** 2 / 2 + b * n.x() * n.y()),
        "y": Player(("y",), lambda n, _: c * n.y() ** 2 / 2 - b * n.x() * n.y()),
    }
    points = orbit(
        simultaneous("x", "y"),
        eta,
        30,
        lambda inner, eta: extragradient(inner, lambda player: eta),
        lambda turns: Game(players, turns, nothing),
    )
    assert all(rate < 1 for rate in growth(points))
