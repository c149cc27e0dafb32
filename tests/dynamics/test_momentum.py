"""Classical momentum: any precision of gradients, and the same compiled. (That it follows its formula is tested with the schedules.)"""

import copy

import pytest
import torch
from torch import nn

from advnets.core import Game, Player, play, simultaneous
from advnets.core.field import field
from advnets.dynamics import Momentum, compiled_function, descend, rounded


def moved(update, dtype, steps=3):
    generator = torch.Generator().manual_seed(0)
    thetas = [nn.Parameter(torch.randn(shape, generator=generator)) for shape in ((3, 4), (5,))]
    optimiser = Momentum(thetas, 0.1, 0.5, update)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 0.1 / (step + 1)
        for theta in thetas:
            theta.grad = torch.randn(theta.shape, generator=generator).to(dtype)
        optimiser.step()
    return thetas


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.compiles
def test_compiled_steps_are_those_of_eager_ones(dtype):
    with torch._dynamo.config.patch(error_on_recompile=True):  # rates change from step to step
        found = moved(compiled_function(descend), dtype)
    for one, other in zip(found, moved(descend, dtype), strict=True):
        torch.testing.assert_close(one, other)


def test_what_has_no_gradient_stays():
    still, moves = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimiser = Momentum([still, moves], 0.1, 0.5)
    moves.grad = torch.ones(2)
    optimiser.step()
    assert torch.equal(still, torch.ones(2))
    assert torch.equal(moves, torch.full((2,), 0.9))
    assert len(optimiser.state) == 1


def test_state_comes_back():
    theta = nn.Parameter(torch.ones(2))
    optimiser = Momentum([theta], 0.1, 0.5)
    theta.grad = torch.ones(2)
    optimiser.step()
    other = nn.Parameter(theta.detach().clone())
    again = Momentum([other], 0.1, 0.5)
    again.load_state_dict(copy.deepcopy(optimiser.state_dict()))
    other.grad = torch.ones(2)
    for one in (optimiser, again):
        one.step()
    assert torch.equal(theta, other)


@pytest.mark.parametrize("optimiser", [lambda p: Momentum(p, 0.5), lambda p: torch.optim.Adam(p, fused=True)])
def test_play_hands_every_optimiser_gradients_of_the_precision_that_it_takes(optimiser):
    torch.manual_seed(0)
    nets = {"D": nn.Linear(3, 1)}
    game = Game({"D": Player(("D",), lambda n, b: n.D(b).square().mean())}, simultaneous("D"), lambda data, nets, rng: data)
    before = nets["D"].weight.detach().clone()
    play(game, nets, {"D": optimiser(nets["D"].parameters())}, torch.ones(4, 3), 0, field=rounded(field_of_bfloat16))
    assert nets["D"].weight.dtype == torch.float32
    assert not torch.equal(before, nets["D"].weight)


def field_of_bfloat16(*args, **options):
    with torch.autocast("cpu", torch.bfloat16):
        return field(*args, **options)
