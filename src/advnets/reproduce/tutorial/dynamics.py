"""V(x, y) = x y, exercise 2 of the tutorial: how players who follow their gradients go round the equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

import torch
from torch import Tensor

from advnets.core import Field, Game, Point, alternating, field, play, simultaneous
from advnets.dynamics import History, extragradient, unrolled
from advnets.games.xy import Coordinate, xy
from advnets.reproduce.claims import AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, ORANGE, axes_grid, save

STEP = 0.1
"""eta, the step of both players in discrete time."""
START = (1.0, 0.0)
AHEAD = 1
"""Steps of y that x looks ahead in the unrolled game."""
EXACT = 1e-9

Orbit = Tensor
"""Points (x, y) by round, float64 [rounds + 1, 2]."""


@dataclass(frozen=True)
class Law:
    """One way of playing, and what it must do.

    Args:
        game: with its turns.
        followed: how its field is followed.
        step: the exact map of a round on (x, y).
    """

    game: Game[object, None]
    followed: Field
    step: tuple[tuple[float, float], tuple[float, float]]


LAWS: Mapping[str, Law] = {
    "simultaneous": Law(xy(simultaneous("x", "y")), field, ((1, -STEP), (STEP, 1))),
    "alternating": Law(xy(alternating(x=1, y=1)), field, ((1, -STEP), (STEP, 1 - STEP**2))),
    "extragradient": Law(
        xy(simultaneous("x", "y")), extragradient(field, lambda player: STEP), ((1 - STEP**2, -STEP), (STEP, 1 - STEP**2))
    ),
    "unrolled": Law(
        unrolled(xy(simultaneous("x", "y")), "x", against="y", steps=AHEAD, rate=STEP),
        field,
        ((1 - 2 * AHEAD * STEP**2, -STEP), (STEP, 1)),
    ),
}


def coordinates() -> dict[str, torch.nn.Module]:
    """x and y at the start, in double precision."""
    return {name: Coordinate(start).double() for name, start in zip("xy", START, strict=True)}


def played(law: Law, rounds: int) -> tuple[Orbit, Orbit]:
    """Where the players are after every round, and where they have been on average."""
    nets = coordinates()
    optimisers = {player: torch.optim.SGD(net.parameters(), STEP) for player, net in nets.items()}
    history, points, means = History(nets), [START], [START]
    for round in range(rounds):
        play(law.game, nets, optimisers, None, round, field=law.followed)
        history.update()
        points.append((nets["x"]().item(), nets["y"]().item()))
        means.append((history.means["x"]["value"].item(), history.means["y"]["value"].item()))
    return torch.tensor(points, dtype=torch.float64), torch.tensor(means, dtype=torch.float64)


def expected(law: Law, rounds: int) -> Orbit:
    """The same points by powers of the exact map."""
    step, point = torch.tensor(law.step, dtype=torch.float64), torch.tensor(START, dtype=torch.float64)
    points = [point]
    for _ in range(rounds):
        points.append(step @ points[-1])
    return torch.stack(points)


def flow(steps: int) -> Orbit:
    """One time round in continuous time, d(x, y)/dt = -xi, by the classical Runge-Kutta method on the engine's own field."""
    game, nets, h = xy(simultaneous("x", "y")), coordinates(), 2 * pi / steps

    def descent(point: Tensor) -> Tensor:
        at: Point = {name: {"value": p.detach().clone().requires_grad_()} for name, p in zip("xy", point, strict=True)}
        moves = field(game, game.turns[0], nets, None, at)
        return -torch.stack([moves[name].gradients[name, "value"] for name in "xy"])

    points = [torch.tensor(START, dtype=torch.float64)]
    for _ in range(steps):
        p = points[-1]
        k1 = descent(p)
        k2 = descent(p + h / 2 * k1)
        k3 = descent(p + h / 2 * k2)
        k4 = descent(p + h * k3)
        points.append(p + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return torch.stack(points)


def circle(times: Tensor) -> Orbit:
    """The tutorial's solution at times [n]: (x0 cos t - y0 sin t, x0 sin t + y0 cos t)."""
    x, y = START
    return torch.tensor([(x * cos(t) - y * sin(t), x * sin(t) + y * cos(t)) for t in times.tolist()], dtype=torch.float64)


def radii(orbit: Orbit) -> Tensor:
    """Distances from the equilibrium, float64 [n]."""
    return orbit.norm(dim=1)


def orbits(setting: Setting) -> Outcome:
    """All orbits against their exact laws, and one figure of them."""
    rounds, steps = setting.sized(1000, 200), setting.sized(1000, 300)
    found = {name: played(law, rounds) for name, law in LAWS.items()}
    spiral, bounded = radii(found["simultaneous"][0]), radii(found["alternating"][0])
    growth = spiral[1:] / spiral[:-1] / sqrt(1 + STEP**2) - 1
    continuous = flow(steps)
    off_circle = (continuous - circle(torch.arange(steps + 1, dtype=torch.float64) * 2 * pi / steps)).abs().max().item()
    errors = {
        name: ((found[name][0] - expected(law, rounds)).norm(dim=1) / radii(expected(law, rounds))).max().item()
        for name, law in LAWS.items()
    }
    mean = radii(found["alternating"][1])
    contraction = {name: (radii(found[name][0])[-1] / hypot(*START)).item() ** (1 / rounds) for name in ("extragradient", "unrolled")}
    draw(setting, found, continuous)
    return Outcome(
        growth.abs().max().item(),
        {
            "step": STEP,
            "rounds": rounds,
            "runge_kutta_off_the_circle": off_circle,
            "alternating_least_and_greatest_radius": [bounded.min().item(), bounded.max().item()],
            "radius_of_the_mean_of_alternating_iterates": mean[-1].item(),
            "factor_a_round": contraction,
            "relative_error_of_orbits": errors,
        },
        {
            "in continuous time the orbit is the tutorial's circle to 1e-9": off_circle < EXACT,
            "every orbit is that of its exact map to 1e-9": max(errors.values()) < EXACT,
            "alternating play stays between .9 and 1.1 times the first radius": bool(((bounded > 0.9) & (bounded < 1.1)).all()),
            "extragradient goes inwards by sqrt(1 - eta^2 + eta^4) a round": abs(
                contraction["extragradient"] / sqrt(1 - STEP**2 + STEP**4) - 1
            )
            < EXACT,
            "one unrolled step goes inwards": contraction["unrolled"] < 1,
            "the mean of alternating iterates comes within 3 / (eta rounds) of the equilibrium": mean[-1].item() < 3 / (STEP * rounds),
        },
    )


def draw(setting: Setting, found: Mapping[str, tuple[Orbit, Orbit]], continuous: Orbit) -> None:
    """A panel an orbit: the start as a dot, the equilibrium as a cross."""
    shown = {
        "continuous time: a circle": continuous,
        "simultaneous: outwards": found["simultaneous"][0],
        "alternating: bounded": found["alternating"][0],
        "mean of alternating iterates: inwards": found["alternating"][1],
        "extragradient: inwards": found["extragradient"][0],
        "unrolled by one step: inwards": found["unrolled"][0],
    }
    figure, panels = axes_grid(2, 3, width=3.2, height=3.2)
    for axes, (title, orbit) in zip(panels, shown.items(), strict=True):
        x, y = orbit[: len(continuous) if orbit is continuous else ROUNDS_SHOWN].T
        axes.plot(x, y, color=ORANGE, lw=1.2)
        axes.plot(*START, "o", color=BLUE, ms=6)
        axes.plot(0, 0, "+", color="black", ms=9)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("x", fontsize=9)
        axes.set_ylabel("y", fontsize=9)
        axes.set_aspect("equal")
        axes.set_xlim(-2.1, 2.1)
        axes.set_ylim(-2.1, 2.1)
    save(figure, setting.figures / "xy-orbits.png")


ROUNDS_SHOWN = 141
"""A good two times round, after which simultaneous play is twice as far out."""

CLAIMS = (
    Claim(
        "xy-orbits",
        "On V(x, y) = xy simultaneous gradient play follows a circle in continuous time and spirals outwards in discrete steps.",
        "Goodfellow 2016 (tutorial), section 7.2, exercise 2 and its solution",
        "max relative error of the radius's factor a simultaneous step, sqrt(1 + eta^2)",
        orbits,
        minutes=0.1,
        criterion=AtMost(EXACT),
    ),
)
