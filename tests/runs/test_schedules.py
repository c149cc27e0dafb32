"""Learning rates and momentum are functions of the round, and follow their formulas."""

import dataclasses

import pytest
import torch
from tiny import RING

from advnets.experiment import Adam, Constant, Geometric, Linear, Sgd
from advnets.runs.optimisers import build_optimiser, learning_rate, momentum, set_rates


def literal(sgd, start, curvature, rounds, rounds_per_epoch, rate):
    """v <- mu v - lr g, theta <- theta + v on the cost curvature theta^2 / 2."""
    theta, v = start.clone(), torch.zeros_like(start)
    for round in range(rounds):
        v = momentum(sgd, round // rounds_per_epoch) * v - rate(round) * curvature * theta
        theta = theta + v
    return theta


def ours(sgd, start, curvature, rounds, rounds_per_epoch):
    theta = torch.nn.Parameter(start.clone())
    optimisers = {"D": build_optimiser(sgd, [theta])}
    x = dataclasses.replace(RING, optimisers={"D": sgd})
    for round in range(rounds):
        set_rates(optimisers, x, round, rounds, rounds_per_epoch)
        theta.grad = curvature * theta.detach()
        optimisers["D"].step()
    return theta.detach()


PAPER = Sgd(lr=0.1, momentum=0.5, final_momentum=0.7, ramp_epochs=250, schedule=Geometric(1.000004, 1e-6))
START, CURVATURE = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64), torch.tensor([0.01, 0.3, 1.2], dtype=torch.float64)


@pytest.mark.parametrize(
    "sgd",
    [
        PAPER,
        dataclasses.replace(PAPER, ramp_epochs=6, schedule=Geometric(1.05, 0.01)),
        dataclasses.replace(PAPER, ramp_epochs=6, schedule=Linear(0.2)),
        dataclasses.replace(PAPER, momentum=0.0, ramp_epochs=6),
        Sgd(0.1, momentum=0.9),
        Sgd(0.1),
    ],
    ids=["paper", "fast geometric", "linear", "momentum from 0", "constant", "plain"],
)
def test_momentum_is_that_of_a_literal_loop(sgd):
    rounds, per_epoch = 60, 5
    expected = literal(sgd, START, CURVATURE, rounds, per_epoch, lambda round: learning_rate(sgd.schedule, sgd.lr, round, rounds))
    torch.testing.assert_close(ours(sgd, START, CURVATURE, rounds, per_epoch), expected, rtol=1e-6, atol=1e-9)


def test_the_paper_s_momentum_goes_from_first_to_final_by_epochs():
    assert [momentum(PAPER, epoch) for epoch in (0, 1, 250, 1000)] == pytest.approx([0.5, 0.5, 0.7, 0.7])
    assert momentum(PAPER, 125) == pytest.approx(0.5 + 0.2 * 124 / 249)
    assert momentum(Sgd(momentum=0.3), 100) == 0.3
    assert momentum(dataclasses.replace(PAPER, ramp_epochs=1), 1) in (0.5, 0.7)


def test_the_paper_s_learning_rate_is_that_of_the_facts():
    """500 batches an epoch: .0905 after 50 epochs, .0607 after 250, .0135 after 1000, the floor after about 5,757."""
    found = [learning_rate(PAPER.schedule, 0.1, 500 * epoch, 10**9) for epoch in (0, 50, 250, 1000, 5700, 6000)]
    assert found == pytest.approx([0.1, 0.0905, 0.0607, 0.0135, 1.12e-6, 1e-6], rel=0.01)


def test_a_straight_line_reaches_zero_at_the_last_round():
    assert [learning_rate(Linear(), 1.0, round, 4) for round in range(5)] == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert [learning_rate(Linear(0.5), 1.0, round, 4) for round in range(5)] == [1.0, 1.0, 1.0, 0.5, 0.0]


def test_a_constant_rate_stays():
    assert [learning_rate(Constant(), 0.3, round, 4) for round in range(4)] == [0.3] * 4


def test_a_steep_divisor_ends_at_the_floor():
    assert learning_rate(Geometric(2.0, 1e-3), 1.0, 5000, 5000) == 1e-3


def test_adam_has_its_rates():
    adam = Adam(1e-3, 0.4, 0.9, 1e-6, Linear())
    theta = torch.nn.Parameter(torch.ones(2))
    optimiser = build_optimiser(adam, [theta])
    set_rates({"D": optimiser}, dataclasses.replace(RING, optimisers={"D": adam}), 5, 20, None)
    group = optimiser.param_groups[0]
    assert (group["lr"], group["betas"], group["eps"]) == (1e-3 * 0.75, (0.4, 0.9), 1e-6)
