"""What looks amount to: names and words, a function of the log."""

import math
import random

import pytest

from advnets.runs.alarm.findings import GRACE, Spell, findings, period, spells


def looked(count, **values):
    """A log of so many looks at a healthy run, but for these values: numbers, or functions of the look's number."""
    healthy = {"alarm/lost": 0.05, "alarm/crowded": 0.02, "alarm/duplicates": 0.0, "alarm/mean_1": 0.0, "alarm/mean_2": 0.0}
    healthy |= {"watch/D(x)": 0.6, "watch/D(G(z))": 0.4, "gradient/G": 1.0}
    values = healthy | {names[key]: value for key, value in values.items()}
    lines = []
    for number in range(count):
        line = {"step": 50 * (number + 1)} | {name: value(number) if callable(value) else value for name, value in values.items()}
        found = findings([*lines, line])
        lines.append(line | {"alarm/seen": {finding.name: finding.words for finding in found}})
    return lines


names = {
    "lost": "alarm/lost",
    "crowded": "alarm/crowded",
    "duplicates": "alarm/duplicates",
    "right": "watch/D(x)",
    "wrong": "watch/D(G(z))",
    "gradient": "gradient/G",
    "mean_1": "alarm/mean_1",
    "mean_2": "alarm/mean_2",
}


def found(count, **values):
    """Names and words after so many looks."""
    return {finding.name: finding.words for finding in findings(looked(count, **values))}


def test_of_a_healthy_run_nothing_is_said():
    assert found(100) == {}


def test_nothing_is_said_of_the_first_looks_or_of_lines_without_one():
    assert found(GRACE - 1, lost=1.0, crowded=1.0) == {}
    assert found(GRACE, lost=1.0, crowded=1.0).keys() == {"collapse"}
    assert findings([{"step": step, "cost/D": 1.0} for step in range(100)]) == ()


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        ({"lost": 0.75, "crowded": 0.7}, "collapse", "samples miss 75 % of the data; they crowd in few places"),
        ({"duplicates": 0.9}, "collapse", "90 % of the samples are near-duplicates of others; 5 % of the data is missed"),
        ({"lost": 0.8, "crowded": 0.1}, "off-the-data", "samples are spread out, but miss 80 % of the data: they lie beside it"),
        ({"right": 0.999, "wrong": 0.001}, "saturated", "D is always right: it gives 0.999 to data and 0.001 to samples"),
        ({"gradient": lambda n: 1.0 if n < 30 else 1e-3}, "vanishing", "G's gradient has fallen to 0.001, from 1 before"),
        ({"gradient": lambda n: 1.0 if n < 30 else 500.0}, "exploding", "G's gradient has risen to 5e+02, from 1 before"),
    ],
)
def test_what_is_the_matter_is_said_in_words_and_numbers(values, name, words):
    assert found(40, **values) == {name: words}


def test_a_single_bad_look_raises_nothing():
    assert found(40, lost=lambda n: 1.0 if n > 37 else 0.0, crowded=lambda n: 1.0 if n > 37 else 0.0) == {}


def test_a_run_that_still_learns_is_not_called_collapsed():
    falls = {"lost": lambda n: max(0.0, 1 - n / 60), "crowded": lambda n: max(0.0, 1 - n / 60)}
    assert [line["step"] for line in looked(60, **falls) if line["alarm/seen"]] == []


def test_a_collapse_stays_one_while_it_eases_and_ends_when_it_is_over():
    eases = {"lost": lambda n: 0.95 if n < 30 else max(0.0, 0.95 - (n - 29) / 40), "crowded": 0.9}
    assert [(spell.name, spell.start, spell.end) for spell in spells(looked(70, **eases))] == [("collapse", 1000, 2600)]


def test_a_critic_s_outputs_are_no_probabilities():
    lines = [{name: value for name, value in line.items() if not name.startswith("watch/")} for line in looked(40)]
    assert findings([line | {"watch/critic(x)": 5.0, "watch/critic(G(z))": -5.0} for line in lines]) == ()


@pytest.mark.parametrize("turn", [6, 12, 20])
def test_samples_that_go_round_are_named_with_their_period(turn):
    ways = {"mean_1": lambda n: math.cos(2 * math.pi * n / turn), "mean_2": lambda n: math.sin(2 * math.pi * n / turn)}
    assert found(80, **ways) == {
        "cycling": f"the samples' mean goes round in about {50 * turn} rounds, 1 standard deviations of the data wide"
    }


@pytest.mark.parametrize(
    "way",
    [
        lambda n: 0.05 * math.sin(n),  # too little
        lambda n: n / 20,  # one way
        lambda n: random.Random(n).gauss(0, 1),  # without order
        lambda n: float(n > 50),  # once
        lambda n: (-1.0) ** n,  # from look to look
    ],
)
def test_other_movements_are_no_cycles(way):
    assert "cycling" not in found(80, mean_1=way)


def test_a_period_needs_half_a_turn_and_a_return():
    assert period([1, 0.5, -0.5, -1, -0.5, 0.5, 1, 0.5]) == 6
    assert period([1, 0.9, 0.8, 0.9, 1]) is None
    assert period([1, 0.0, -1.0, -0.5, 0.2]) is None


def test_spells_say_from_when_to_when():
    lines = looked(60, lost=lambda n: 0.9 if n < 40 else 0.0, crowded=0.9)
    words = "samples miss 90 % of the data; they crowd in few places"
    assert spells(lines) == [Spell("collapse", words, 1000, 2150)]
    assert spells(lines[:30]) == [Spell("collapse", words, 1000, None)]
    assert spells([]) == []
