"""The fields of alternating play: several steps of either player, and steps of D that G sees through."""

import pytest
import torch
from tiny import changed

from advnets.core import Rng, Turn
from advnets.errors import BadInput
from advnets.experiment import (
    Alternating,
    Conditional,
    Data,
    Experiment,
    Extragradient,
    FGan,
    Hinge,
    Simultaneous,
    Wasserstein,
    decode,
    encode,
)
from advnets.runs.building import Means, build_turns, looking_ahead
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks

MEANS = Means("cpu", "float32", compile=False, threads=1)


def living(**changes):
    return assemble(changed(**changes), MEANS, Ranks())


def gradients(live):
    """What G would do at the start, on a batch of the first round."""
    rng = live.rng(0, 1)
    rng.seed_networks()
    batch = live.game.draw(live.feed, live.nets, rng)
    rng.seed_networks()
    return live.field(live.game, Turn(("G",)), live.nets, batch)["G"].gradients


def test_a_round_has_the_steps_that_are_asked_for():
    turns = build_turns(Alternating(k=2, generator_steps=3))
    assert [turn.movers for turn in turns] == [("D",)] * 2 + [("G",)] * 3


def test_every_step_of_G_has_a_batch_of_its_own():
    live = living(dynamics=Alternating(generator_steps=2))
    first, second = (live.game.draw(live.feed, live.nets, Rng(0, 0, turn)) for turn in (1, 2))
    assert not torch.equal(first.z, second.z)


GAMES = {
    "gan": {},
    "hinge": {"game": Hinge()},
    "Wasserstein, penalised": {"game": Wasserstein()},
    "f-gan": {"game": FGan()},
    "conditional": {"game": Conditional(), "data": Data("digits"), "batch_size": 8},
}


@pytest.mark.parametrize("name", GAMES)
def test_G_sees_through_D_in_every_game(name):
    plain, none, ahead = (
        gradients(living(**GAMES[name], dynamics=dynamics))
        for dynamics in (Alternating(), Alternating(unrolled=0, unrolled_rate=7.0), Alternating(unrolled=2, unrolled_rate=0.3))
    )
    assert all(torch.equal(plain[key], none[key]) for key in plain)
    assert not any(torch.allclose(plain[key], ahead[key], rtol=1e-5, atol=0) for key in plain)


def test_several_ranks_are_refused_with_the_reason():
    live = living(dynamics=Alternating(unrolled=1))
    with pytest.raises(BadInput, match=r"^dynamics\.unrolled: every rank would foresee D's steps on its own part of a batch"):
        looking_ahead(Alternating(unrolled=1), live.game, 2)
    assert looking_ahead(Alternating(), live.game, 2).turns == live.game.turns
    for dynamics in (Simultaneous(), Extragradient()):
        assert looking_ahead(dynamics, live.game, 2) is live.game


@pytest.mark.parametrize("kind", ["simultaneous", "extragradient"])
def test_other_dynamics_have_no_such_field(kind):
    stated = encode(changed()) | {"dynamics": {"kind": kind, "unrolled": 5}}
    with pytest.raises(BadInput, match=rf"^dynamics\.unrolled: {kind} has no such field"):
        decode(Experiment, stated)


@pytest.mark.parametrize("bad", [{"unrolled": -1}, {"unrolled_rate": 0.0}, {"generator_steps": 0}])
def test_numbers_out_of_range_are_refused(bad):
    with pytest.raises(BadInput, match=rf"^dynamics\.{next(iter(bad))}: "):
        decode(Experiment, encode(changed()) | {"dynamics": {"kind": "alternating", **bad}})
