"""Feature matching and historical averaging as fields of an experiment, each in a short game on the ring."""

from dataclasses import replace

import torch
from tiny import changed

from advnets.core import Turn
from advnets.costs.features import match
from advnets.experiment import Adam, FeatureMatching, Gan, History, Mlp
from advnets.runs.building import resolve
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks


def living(**changes):
    x = changed(**changes)
    return assemble(x, resolve(x)[0], Ranks())


def mean_distance(live):
    """How far the mean features of samples are from those of data, against the D that stands now."""
    rng = live.rng(10_000, 0)
    with torch.no_grad():
        features = live.nets["F"]
        return match(features(live.feed.data(rng)), features(live.nets["G"](live.feed.noise(rng)))).item()


def test_under_feature_matching_g_brings_mean_features_together():
    live = living(game=Gan(FeatureMatching()), nets=Mlp((16,), (16,)), optimisers={"D": Adam(1e-3), "G": Adam(2e-2)}, batch_size=128)
    moves = live.play_round()
    assert moves["G"].cost.item() > 0
    assert {name for name, _ in moves["D"].gradients} == {"F", "D"}
    live.game = replace(live.game, turns=(Turn(("G",)),))  # features stand still
    before = mean_distance(live)
    for _ in range(60):
        live.play_round()
    assert mean_distance(live) < before / 4


def test_players_pay_for_their_distance_from_their_mean():
    live, free = living(history=History(2.0)), living()
    for round in range(3):
        live.play_round(), free.play_round()
        if round == 0:  # nobody has a past yet
            assert all(torch.equal(p, q) for p, q in zip(live.nets["G"].parameters(), free.nets["G"].parameters(), strict=True))
    assert not all(torch.equal(p, q) for p, q in zip(live.nets["G"].parameters(), free.nets["G"].parameters(), strict=True))


def path(weight):
    """How far G stands from its start after a few rounds."""
    live = living(history=History(weight))
    start = [p.detach().clone() for p in live.nets["G"].parameters()]
    for _ in range(40):
        live.play_round()
    return sum((p - q).square().sum().item() for p, q in zip(live.nets["G"].parameters(), start, strict=True))


def test_a_heavy_past_holds_players_back():
    assert path(100.0) < path(0.0) / 2


def test_a_run_that_begins_with_other_weights_has_no_other_past():
    live = living(history=History(1.0))
    live.play_round()
    history = live.histories["G"]
    history.begin()
    assert history.places == 1
    assert all(torch.equal(history.means["G"][key], p) for key, p in live.nets["G"].named_parameters())
