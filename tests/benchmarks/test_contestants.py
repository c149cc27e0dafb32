"""Both sides of a comparison do what they say: equal networks, equal steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

import ours
import tutorial
from advnets.core import Rng, play
from advnets.experiment import Data, Experiment, Paper
from advnets.games.gan import DataAndNoise
from advnets.recipes import recipe
from advnets.runs.live import Live
from engine_overhead import paper_by_hand, ring_by_hand
from handwritten import alternating, simultaneous


def small_paper() -> Experiment:
    """The paper's game on 8 x 8 digits with narrow layers."""
    return replace(ours.paper(), data=Data("digits"), nets=Paper(hidden=16, units=8, pieces=2))


def drawn(live: Live, round: int, turn: int = 0) -> DataAndNoise:
    """The batch that the engine draws, and its seeding of the networks' own noise."""
    rng = live.rng(round, turn)
    rng.seed_networks()
    return live.game.draw(live.feed, live.nets, rng)


def assert_equal(one: Live, other: Live) -> None:
    """Both runs' parameters are the same bit for bit."""
    for name, net in one.nets.items():
        for mine, theirs in zip(net.parameters(), other.nets[name].parameters(), strict=True):
            assert torch.equal(mine, theirs)


def test_simultaneous_steps_by_hand_are_the_engines() -> None:
    engine, hand = ours.living(small_paper()), ours.living(small_paper())
    before = [p.clone() for p in engine.nets["D"].parameters()]
    step, played = simultaneous(hand.nets["D"], hand.nets["G"], hand.optimisers, bfloat16=False, compiled=False), ours.playing(engine)
    for round in range(3):
        played()
        step(*drawn(hand, round))
    assert_equal(engine, hand)
    assert not any(torch.equal(b, p) for b, p in zip(before, engine.nets["D"].parameters(), strict=True))


def test_alternating_steps_by_hand_are_the_engines() -> None:
    engine, hand = ours.living(recipe("ring")), ours.living(recipe("ring"))
    played = ours.playing(engine)
    step_D, step_G = alternating(hand.nets["D"], hand.nets["G"], hand.optimisers)
    for round in range(3):
        played()
        step_D(*drawn(hand, round, 0))
        step_G(drawn(hand, round, 1).z)
    assert_equal(engine, hand)


def test_whole_rounds_by_hand_move_every_parameter() -> None:
    for live, rounds in (
        (hand := ours.living(replace(ours.paper(), nets=Paper(hidden=16, units=8, pieces=2))), paper_by_hand(hand, ours.Setting())),
        (ring := ours.living(recipe("ring")), ring_by_hand(ring)),
    ):
        before = [p.clone() for net in live.nets.values() for p in net.parameters()]
        rounds()
        after = [p for net in live.nets.values() for p in net.parameters()]
        assert not any(torch.equal(b, a) for b, a in zip(before, after, strict=True))


@pytest.mark.parametrize(("pair", "experiment"), [(tutorial.paper_pair(), ours.paper()), (tutorial.dcgan_pair(64), ours.dcgan())])
def test_tutorial_and_recipe_have_equal_networks(pair: tuple[nn.Module, nn.Module], experiment: Experiment) -> None:
    nets = ours.living(experiment).nets
    for theirs, mine in zip(pair, (nets["D"], nets["G"]), strict=True):
        assert [p.shape for p in theirs.parameters()] == [p.shape for p in mine.parameters()]
        mine.load_state_dict(dict(zip(mine.state_dict(), theirs.state_dict().values(), strict=True)))
        mine.eval(), theirs.eval()
    x, z = torch.rand(2, *ours.living(experiment).source.shape), torch.randn(2, 100)
    assert torch.allclose(pair[1](z), nets["G"](z), atol=1e-6)
    scaled = x if experiment.recipe == "mnist-paper" else 2 * x - 1  # the package's DCGAN rescales inside D
    assert torch.allclose(pair[0](scaled), nets["D"](x), atol=1e-5)


def test_the_tutorials_loop_learns_as_the_engine_does() -> None:
    """One step of D by cross entropy is one engine turn of D: the same gradient of -V."""
    torch.manual_seed(0)
    x, z = torch.rand(100, 1, 28, 28), torch.randn(100, 100)
    loop = tutorial.paper_loop(x)
    for net in (loop.D, loop.G):
        net.eval()  # without dropout
    live = ours.living(replace(ours.paper(), dynamics=recipe("ring").dynamics, game=recipe("ring").game))
    for theirs, mine in ((loop.D, live.nets["D"]), (loop.G, live.nets["G"])):
        mine.load_state_dict(dict(zip(mine.state_dict(), theirs.state_dict().values(), strict=True)))
        mine.eval()
    loop.step(x, z)
    game = replace(live.game, draw=lambda data, nets, rng: DataAndNoise(x, z))
    play(game, live.nets, live.optimisers, None, 0, rng=lambda round, turn: Rng(0, round, turn))
    for theirs, mine in ((loop.D, live.nets["D"]), (loop.G, live.nets["G"])):
        for a, b in zip(theirs.parameters(), mine.parameters(), strict=True):
            assert torch.allclose(a, b, atol=1e-6)
