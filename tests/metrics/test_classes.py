"""Class shares: right on samples whose classes are known, and honest about their precision."""

import math

import numpy as np
import pytest
import torch

from advnets.data import Images
from advnets.metrics import measure
from advnets.metrics.classes import summary


def test_shares_of_samples_of_known_classes(known: Images, drawn):
    labels = torch.tensor([0] * 60 + [1] * 30 + [2] * 10)
    value = measure("classes", drawn(labels, seed=3), known)
    assert value["shares"] == {"across": 0.6, "down": 0.3, "around": 0.1}
    assert value["entropy_nats"] == pytest.approx(-sum(p * math.log(p) for p in (0.6, 0.3, 0.1)))
    assert value["total_variation"] == pytest.approx(0.6 - 1 / 3)
    assert value["classes_present"] == 3
    assert value["confident_share"] > 0.9
    assert value["real_shares"] == pytest.approx({"across": 1 / 3, "down": 1 / 3, "around": 1 / 3})


def test_lost_classes_show(known: Images, drawn):
    value = measure("classes", drawn(torch.zeros(50, dtype=torch.int64), seed=4), known)
    assert value["classes_present"] == 1
    assert value["entropy_nats"] == 0
    assert value["total_variation"] == pytest.approx(2 / 3)
    assert value["control"]["classes_present"] == 3
    assert value["control"]["pictures"] == value["classifier"]["test_pictures"] == 60


def test_the_classifier_says_what_it_is_worth(known: Images, bands):
    test = bands(90, seed=5)
    own = measure("classes", test.rows(torch.arange(90)), known)["classifier"]
    assert own == {
        "trained_on": "bands",
        "pictures": 240,
        "tested_on": "a fifth of the set",
        "test_pictures": 60,
        "test_accuracy": pytest.approx(1.0, abs=0.02),
    }
    given = measure("classes", test.rows(torch.arange(90)), known, held_out=test)
    assert given["classifier"]["pictures"] == 300
    assert (given["classifier"]["tested_on"], given["control"]["real"]) == ("held out", "held out")


def test_intervals_are_as_wide_as_independent_draws_differ():
    shares, real = np.array([0.6, 0.3, 0.1]), np.full(3, 1 / 3)
    rng = np.random.default_rng(0)
    draws = [torch.eye(3)[torch.from_numpy(rng.choice(3, 200, p=shares))] for _ in range(150)]
    values = [summary(x, real, ("a", "b", "c"), seed) for seed, x in enumerate(draws)]
    for name in ("entropy_nats", "total_variation"):
        width = np.mean([v[f"{name}_interval"][1] - v[f"{name}_interval"][0] for v in values])
        assert width / (2 * 1.96) == pytest.approx(np.std([v[name] for v in values]), rel=0.2)
    covered = [v["shares_interval"]["b"][0] <= 0.3 <= v["shares_interval"]["b"][1] for v in values]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.05)


def test_intervals_end_where_the_quantity_does():
    value = summary(torch.full((50, 4), 0.25) + torch.eye(4).repeat(13, 1)[:50] * 0.1, np.full(4, 0.25), ("a", "b", "c", "d"), 0)
    assert value["entropy_nats_interval"][1] <= math.log(4)
    assert value["total_variation_interval"][0] >= 0
