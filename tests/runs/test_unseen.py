"""Real data that a run does not train on: to test, and to choose settings on."""

import numpy as np
import pytest
import torch

from advnets.data import Images, open_data
from advnets.experiment import Data
from advnets.runs import building
from advnets.runs.building import build_held_out, build_validation


def test_the_rows_after_a_stretch_validate():
    whole = open_data("mnist-5k")
    found = build_validation(Data("mnist-5k", split="train[:3000]"))
    assert isinstance(found, Images)
    assert isinstance(whole, Images)
    assert torch.equal(found.pixels, whole.pixels[3000:4000])
    assert found.name == "mnist-5k train[3000:4000]"


@pytest.mark.parametrize("split", ["train", "fit", "train[3000:]", "train[:5000]", "test[:10]"])
def test_where_nothing_follows_nothing_validates(split):
    assert build_validation(Data("mnist-5k", split=split)) is None


def test_densities_and_absent_sets_have_neither(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path))
    for data in (Data("ring"), Data("mnist", root=str(tmp_path), split="train[:50000]")):
        assert build_held_out(data) is None
        assert build_validation(data) is None


def test_validation_rows_are_read_as_the_others_are(tmp_path):
    np.savez(tmp_path / "both.npz", x_train=np.arange(30 * 64, dtype=np.uint8).reshape(30, 8, 8), x_test=np.zeros((4, 8, 8), np.uint8))
    data = Data(str(tmp_path / "both.npz"), split="train[:20]", size=4, fit="resize")
    validation, test = build_validation(data), build_held_out(data)
    assert validation is not None
    assert test is not None
    assert (len(validation), len(test), validation.shape, test.shape) == (10, 4, (1, 4, 4), (1, 4, 4))


@pytest.mark.parametrize(("split", "parts"), [("fold-2-train", ["fold-2-test", "fold-2-valid"]), ("fold-2-valid", ["fold-2-test"])])
def test_a_fold_has_parts_of_its_own(split, parts, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(building, "present", lambda source, part, *args: asked.append(part))
    build_held_out(Data("TFD.mat", split=split))
    build_validation(Data("TFD.mat", split=split))
    assert asked == parts
