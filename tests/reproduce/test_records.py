"""Verdicts and records."""

import json
from dataclasses import replace

import pytest

from advnets.errors import BadInput
from advnets.reproduce.claims import SHARE, AtLeast, AtMost, Claim, Outcome, Within
from advnets.reproduce.records import KEYS, Seed, interval, read_record, record, verdict


def claim(criterion=None, published=None):
    return Claim("made-up", "A sentence.", "A paper", "nats", lambda setting: Outcome(0.0), 1, published, criterion)


def seeds(*values, **about):
    return [Seed(number, None if value is None else Outcome(value, **about), "diverged") for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("criterion", "values", "expected"),
    [
        (Within(225, 6, partly_from=150), (224.0, 222.0, 220.5), "reproduced"),
        (Within(225, 6, partly_from=150), (224.0, 180.0, 200.0), "partly"),
        (Within(225, 6, partly_from=150), (100.0, 120.0), "not"),
        (Within(225, 6), (200.0,), "not"),
        (Within(225, 6), (232.0,), "not"),
        (AtMost(0.05), (0.01, 0.05), "reproduced"),
        (AtMost(0.05), (0.01, 0.2), "not"),
        (AtMost(0.05, partly_to=0.1), (0.08,), "partly"),
        (AtLeast(0.95), (0.96,), "reproduced"),
        (AtLeast(0.95, partly_from=0.7), (0.8,), "partly"),
        (AtLeast(0.95), (0.9,), "not"),
        (None, (3.0,), "shown"),
    ],
)
def test_the_verdict_is_the_criterion_on_the_mean(criterion, values, expected):
    assert verdict(claim(criterion), seeds(*values), "full") == expected


def test_a_failed_seed_or_check_leaves_partly_at_best():
    asked = claim(AtMost(1.0))
    assert verdict(asked, seeds(0.5, None), "full") == "partly"
    assert verdict(asked, seeds(0.5, checks={"holds": False}), "full") == "partly"
    assert verdict(asked, seeds(0.5, checks={"holds": True}), "full") == "reproduced"
    assert verdict(claim(), seeds(0.5, checks={"holds": False}), "full") == "partly"
    assert verdict(asked, seeds(None, None), "full") == "not"


def test_quick_or_substituted_measurements_show_the_path_only():
    good = claim(AtMost(1.0))
    assert verdict(good, seeds(0.5), "quick") == "path-only"
    assert verdict(good, seeds(0.5, substitute="digits"), "full") == "path-only"


def test_the_interval_is_students_within_the_bounds():
    free = claim(AtMost(1.0))
    found = interval(free, seeds(1.0, 2.0, 3.0))
    assert found == pytest.approx([2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5], abs=1e-3)
    assert interval(replace(free, bounds=(0.0, 4.0)), seeds(1.0, 2.0, 3.0)) == pytest.approx([0, 4])
    assert interval(free, seeds(1.0)) is None
    assert interval(free, seeds(1.0, None, interval=(0.5, 1.5))) == [0.5, 1.5]


def test_the_interval_of_a_share_of_seeds_is_wilsons():
    share = replace(claim(AtLeast(0.8)), bounds=SHARE)
    assert interval(share, seeds(1.0, 1.0, 1.0)) == pytest.approx([0.4385, 1], abs=1e-4)
    assert interval(share, seeds(1.0, 0.5, 1.0))[1] == 1


def made(found, size="full"):
    return record(claim(AtMost(1.0)), found, size, command="advnets reproduce made-up", commit="abc", device="cpu", seconds=1.23)


def test_a_record_has_exactly_its_keys_and_every_seed(tmp_path):
    found = made(seeds(0.5, None, substitute="digits", deviations=("Shorter.",)))
    assert tuple(found) == KEYS
    assert found["measured"] == {"value": 0.5, "unit": "nats"}
    assert found["seeds"] == [{"seed": 0, "value": 0.5}, {"seed": 1, "value": None, "failure": "diverged"}]
    assert found["deviations"] == ["Measured on digits, not on the original's data.", "Shorter."]
    file = tmp_path / "made-up.json"
    file.write_text(json.dumps(found))
    assert read_record(file) == found


@pytest.mark.parametrize("content", ["{", "[]", '{"id": "made-up"}'])
def test_a_file_that_is_no_record_is_named(content, tmp_path):
    file = tmp_path / "made-up.json"
    file.write_text(content)
    with pytest.raises(BadInput, match=r"made-up\.json: not"):
        read_record(file)
