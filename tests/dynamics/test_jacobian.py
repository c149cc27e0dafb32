"""The Jacobian of the engine's own field, at points where it is known."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from advnets.core import Game, Player, View, here, simultaneous
from advnets.core.field import field
from advnets.dynamics import extragradient, jacobian, spectrum
from advnets.games.gan import DataAndNoise, gan, value
from advnets.games.xy import Coordinate, nothing, xy


def coordinates(**starts):
    return {name: Coordinate(start).double() for name, start in starts.items()}


def matrix(rows):
    return torch.tensor(rows, dtype=torch.float64)


@pytest.mark.parametrize("turns", [{}, {"turns": simultaneous("x", "y")}], ids=["alternating", "simultaneous"])
def test_xy_rotates_everywhere_and_attracts_nowhere(turns):
    """xi = (y, -x): eigenvalues -i and +i, and a simultaneous step multiplies the radius by sqrt(1 + eta^2)."""
    found = jacobian(xy(**turns), coordinates(x=0.75, y=-0.625), None)
    assert found.tolist() == [[0, 1], [-1, 0]]
    turning = spectrum(found)
    assert turning.eigenvalues.tolist() == pytest.approx([-1j, 1j])
    assert (turning.rotation, turning.attraction) == pytest.approx((1, 0), abs=1e-15)
    assert [turning.radius(eta) for eta in (0.01, 0.3, 1.7)] == pytest.approx([math.sqrt(1 + eta**2) for eta in (0.01, 0.3, 1.7)])


numbers = st.floats(-3, 3)


def quadratic(a, b, c, d):
    """x pays a x^2 / 2 + b x y, y pays c y^2 / 2 + d x y."""
    players = {
        "x": Player(("x",), lambda n, _: a * n.x() ** 2 / 2 + b * n.x() * n.y()),
        "y": Player(("y",), lambda n, _: c * n.y() ** 2 / 2 + d * n.x() * n.y()),
    }
    return Game(players, simultaneous("x", "y"), nothing)


@given(a=numbers, b=numbers, c=numbers, d=numbers)
@settings(max_examples=50, deadline=None)
def test_quadratic_games_have_constant_jacobians(a, b, c, d):
    found = jacobian(quadratic(a, b, c, d), coordinates(x=1.5, y=-0.5), None)
    assert found.tolist() == [pytest.approx([a, b]), pytest.approx([d, c])]
    seen = spectrum(found).eigenvalues
    assert (seen.sum().real.item(), seen.prod().real.item()) == pytest.approx((a + c, a * c - b * d), abs=1e-9)


@given(a=st.floats(0.1, 2), b=st.floats(-2, 2), c=st.floats(0.1, 2), eta=st.floats(0.01, 1.5))
@settings(max_examples=30, deadline=None)
def test_the_radius_is_the_growth_of_simultaneous_steps(a, b, c, eta):
    found = jacobian(quadratic(a, b, c, -b), coordinates(x=1.0, y=1.0), None)
    step = torch.eye(2, dtype=torch.float64) - eta * found
    assert spectrum(found).radius(eta) == pytest.approx(torch.linalg.eigvals(step).abs().max().item(), rel=1e-9)


def test_a_minimisation_does_not_rotate():
    game = Game({"all": Player(("x", "y"), lambda n, _: (n.x() * n.y()).cosh() + n.x() ** 2)}, simultaneous("all"), nothing)
    found = jacobian(game, coordinates(x=0.3, y=-1.1), None)
    assert torch.allclose(found, found.T)
    assert spectrum(found).rotation == 0


def test_attraction_is_the_slowest_decay():
    seen = spectrum(matrix([[3.0, 0.0, 0.0], [0.0, 0.5, -2.0], [0.0, 2.0, 0.5]]))
    assert seen.eigenvalues.tolist() == pytest.approx([0.5 - 2j, 0.5 + 2j, 3])
    assert (seen.rotation, seen.attraction) == pytest.approx((2, 0.5))
    assert spectrum(-seen.eigenvalues.real.diag()).attraction == pytest.approx(-3)


class Slope(nn.Module):
    """A discriminator with logit psi x."""

    def __init__(self, psi: float) -> None:
        super().__init__()
        self.psi = nn.Parameter(torch.tensor(psi, dtype=torch.float64))

    def forward(self, x):
        return self.psi * x


class Place(nn.Module):
    """A generator that puts everything at theta."""

    def __init__(self, theta: float) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.tensor(theta, dtype=torch.float64))

    def forward(self, z):
        return self.theta + 0 * z


AT_ZERO = DataAndNoise(torch.zeros(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64))


def dirac(penalty=0.0, **choice):
    """One point of data at 0, one of samples at theta (Mescheder, Geiger and Nowozin 2018); D pays penalty / 2 psi^2 as well."""
    game = gan(**choice)

    def judges(n: View, b):
        return game.players["D"].cost(n, b) + penalty / 2 * (n.D(b.x + 1) - n.D(b.x)).square().mean()

    return Game({"D": Player(("D",), judges), "G": game.players["G"]}, game.turns, game.draw)


@pytest.mark.parametrize("choice", [{}, {"generator": value}], ids=["non-saturating", "zero-sum"])
def test_a_single_point_circles_its_equilibrium(choice):
    """At psi = theta = 0, xi = (theta, -psi) / 2 to first order."""
    found = jacobian(dirac(**choice), {"D": Slope(0.0), "G": Place(0.0)}, AT_ZERO)
    assert found.tolist() == [[0, 0.5], [-0.5, 0]]


@pytest.mark.parametrize("penalty", [0.2, 1.0, 3.0])
def test_a_penalty_on_the_slope_makes_it_attract(penalty):
    """The eigenvalues solve lambda^2 - penalty lambda + 1/4 = 0."""
    seen = spectrum(jacobian(dirac(penalty), {"D": Slope(0.0), "G": Place(0.0)}, AT_ZERO))
    root = complex(penalty**2 - 1) ** 0.5
    expected = sorted([(penalty - root) / 2, (penalty + root) / 2], key=lambda z: (z.real, z.imag))
    assert seen.eigenvalues.tolist() == pytest.approx(expected, abs=1e-7)
    assert seen.attraction > 0
    assert seen.radius(0.1) < 1


def test_away_from_the_equilibrium_in_closed_form():
    """V = -log 2 - softplus(psi theta): with s = sigmoid(psi theta), xi = (s theta, -s psi)."""
    psi, theta = 0.7, -1.3
    s = 1 / (1 + math.exp(-psi * theta))
    found = jacobian(dirac(generator=value), {"D": Slope(psi), "G": Place(theta)}, AT_ZERO)
    slope = s * (1 - s)
    expected = [[slope * theta**2, s + slope * psi * theta], [-s - slope * psi * theta, -slope * psi**2]]
    assert found.tolist() == [pytest.approx(row) for row in expected]


def small_networks():
    torch.manual_seed(3)
    D = nn.Sequential(nn.Linear(1, 3), nn.Tanh(), nn.Linear(3, 1), nn.Flatten(0))
    G = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    return {"D": D.double(), "G": G.double()}, DataAndNoise(torch.randn(5, 1).double(), torch.randn(5, 2).double())


def seen_field(game, nets, batch):
    moves = field(game, simultaneous(*game.players)[0], nets, batch)
    return torch.cat([gradient.flatten() for move in moves.values() for gradient in move.gradients.values()])


def test_the_jacobian_is_that_of_finite_differences():
    nets, batch = small_networks()
    game = gan()
    found = jacobian(game, nets, batch)
    columns = []
    for parameter in [p for name in ("D", "G") for p in nets[name].parameters()]:
        for number in range(parameter.numel()):
            sides = []
            for shift in (1e-6, -2e-6, 1e-6):  # ahead, behind, and back
                with torch.no_grad():
                    parameter.view(-1)[number] += shift
                sides.append(seen_field(game, nets, batch))
            columns.append((sides[0] - sides[1]) / 2e-6)
    assert found.shape == (len(columns), len(columns)) == (19, 19)
    assert torch.allclose(found, torch.stack(columns, 1), atol=1e-8)


def test_a_zero_sum_game_is_antisymmetric_between_its_players():
    nets, batch = small_networks()
    found = jacobian(gan(generator=value), nets, batch)
    d = sum(p.numel() for p in nets["D"].parameters())
    assert torch.allclose(found[:d, d:], -found[d:, :d].T)
    assert found[:d, d:].abs().max() > 1e-3


def test_from_another_point():
    nets, batch = small_networks()
    there = {name: {key: (p + 0.1).detach().requires_grad_() for key, p in own.items()} for name, own in here(nets).items()}
    found = jacobian(gan(), nets, batch, at=there)
    assert not torch.allclose(found, jacobian(gan(), nets, batch))
    with torch.no_grad():
        for net in nets.values():
            for parameter in net.parameters():
                parameter += 0.1
    assert torch.allclose(found, jacobian(gan(), nets, batch))


def test_looking_leaves_no_trace():
    nets, batch = small_networks()
    before = {name: {key: p.clone() for key, p in own.items()} for name, own in here(nets).items()}
    jacobian(gan(), nets, batch)
    for name, own in here(nets).items():
        for key, parameter in own.items():
            assert torch.equal(parameter, before[name][key])
            assert parameter.grad is None


def test_linear_costs_have_no_jacobian_to_speak_of():
    game = Game({"x": Player(("x",), lambda n, _: 3 * n.x()), "y": Player(("y",), lambda n, _: -n.y())}, simultaneous("x", "y"), nothing)
    assert jacobian(game, coordinates(x=1.0, y=2.0), None).tolist() == [[0, 0], [0, 0]]


def test_a_field_that_cannot_be_differentiated_says_so():
    with pytest.raises(ValueError, match="cannot be differentiated again"):
        jacobian(xy(), coordinates(x=1.0, y=2.0), None, field=extragradient(field, lambda player: 0.1))
