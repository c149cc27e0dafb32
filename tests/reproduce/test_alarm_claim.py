"""What became of a run, by the true modes; and the alarm's precision and recall from it."""

import dataclasses

import pytest
import torch

from advnets.data import density
from advnets.experiment import Alarm, Log
from advnets.reproduce.tutorial import alarm
from advnets.reproduce.tutorial.alarm_runs import held_out, lost, settings


def drawn(name, n=2000):
    """Points of a density."""
    return density(name).sample(n, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", ["ring", "grid", "bumps", "bell", "swiss-roll"])
def test_of_the_data_itself_nothing_is_lost(name):
    assert lost(density(name), drawn(name)) == 0


@pytest.mark.parametrize(("name", "share"), [("ring", 1 / 2), ("bumps", 1 / 2), ("bell", 1 / 2)])
def test_samples_of_one_side_lose_the_other(name, share):
    points = drawn(name, 8000)
    found = lost(density(name), points[points[:, 0] > 0.1])
    assert found == pytest.approx(share, abs=0.13)  # two modes of the ring lie at 0


def test_samples_beside_the_modes_count_for_none():
    assert lost(density("ring"), drawn("ring") * 1.2) == 1
    assert lost(density("swiss-roll"), drawn("swiss-roll") * 0) == 1


def test_the_held_out_runs_are_many_and_differ():
    cases = held_out(0)
    assert len(cases) >= 40
    assert len({case.name for case in cases}) == len({case.x.seed for case in cases}) == len(cases)
    assert {case.x.data.source for case in cases} == {"ring", "grid", "bumps", "bell", "swiss-roll", "digits", "mnist-5k"}
    assert not {case.x.seed for case in cases} & {case.x.seed for case in held_out(1)}
    assert settings(cases[0].x)["data.source"] == "ring"


def test_a_run_is_played_watched_and_told():
    case = held_out(0)[4]
    assert case.name == "ring, small D"
    x = dataclasses.replace(case.x, steps=60, log=Log(every=2), alarm=Alarm(samples=64, every=2))
    found = alarm.watch(dataclasses.replace(case, x=x))
    assert found.lost == 1
    assert found.alarmed
    assert found.as_json()["found"][0][0] in ("collapse", "off-the-data")
    assert found.as_json()["settings"]["nets.discriminator"] == [6]


def test_precision_and_recall_are_counted():
    case = held_out(0)[0]

    def runs(count, lost, alarmed):
        return [alarm.Watched(case, lost, alarmed, None, 0.0, ())] * count

    precision, recall = alarm.scored([*runs(8, 1.0, True), *runs(2, 0.0, True), *runs(4, 0.9, False), *runs(6, 0.1, False)])
    assert precision.value == 8 / 10
    assert recall.value == 8 / 12
    assert precision.low < 0.8 < precision.high
    assert alarm.scored(runs(3, 0.0, False))[1].value == 0
