"""Agreement with the class that was meant: all, none, and what lies between, with its interval."""

import pytest
import torch

from advnets.data import Images
from advnets.errors import BadInput
from advnets.metrics.agreement import agreement

MEANT = torch.arange(60) % 3


def test_samples_of_the_class_that_was_meant(known: Images, drawn):
    value = agreement(drawn(MEANT, seed=3), MEANT, known)
    assert value["agreement"] > 0.95
    assert value["agreement_interval"][0] < value["agreement"] <= value["agreement_interval"][1]
    assert value["by_class"].keys() == {"across", "down", "around"}
    assert (value["samples"], value["reference"]) == (60, "bands")
    assert value["control"]["agreement"] == value["classifier"]["test_accuracy"]
    assert value["control"]["pictures"] == 60


def test_samples_of_other_classes(known: Images, drawn):
    samples = drawn(MEANT, seed=3)
    assert agreement(samples, (MEANT + 1) % 3, known)["agreement"] < 0.05
    half = torch.where(torch.arange(60) < 30, MEANT, (MEANT + 1) % 3)
    assert agreement(samples, half, known)["agreement"] == pytest.approx(0.5, abs=0.05)
    down = agreement(samples, torch.ones(60, dtype=torch.int64), known)
    assert down["by_class"] == {"down": down["agreement"]}
    assert down["agreement"] == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.parametrize(
    ("meant", "message"),
    [(MEANT[:5], "one for each is needed"), (MEANT + 1, "positions among the 3 of bands"), (MEANT - 1, "positions among the 3 of bands")],
)
def test_classes_that_cannot_be_meant(known: Images, drawn, meant, message):
    with pytest.raises(BadInput, match=message):
        agreement(drawn(MEANT, seed=3), meant, known)


def test_a_reference_without_labels(known: Images, drawn):
    with pytest.raises(BadInput, match="has no labels"):
        agreement(drawn(MEANT, seed=3), MEANT, Images(known.pixels, name="bare"))
