"""Runs on pictures of normalised contrast: what is drawn, written and measured, and what cannot be."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from tiny import DIGITS

import advnets
from advnets.data import Reading, open_data
from advnets.data.samples import read_samples
from advnets.errors import BadInput
from advnets.experiment import CifarConv, CifarFull, Data, Faces, Paper, Sgd, Simultaneous
from advnets.metrics import measure
from advnets.metrics.kept import fingerprint
from advnets.metrics.parts import parts
from advnets.runs.building import resolve
from advnets.runs.folder import RunFolder
from advnets.runs.live import assemble
from advnets.runs.pictures import visible
from advnets.runs.ranks import Ranks
from advnets.runs.report import write_report
from advnets.runs.sampling import write_samples
from advnets.runs.training import train

SGD = Sgd(0.01, momentum=0.5, max_column_norm=1.0)
CONTRAST = dataclasses.replace(
    DIGITS,
    data=Data("digits", contrast="normalised"),
    nets=CifarFull(hidden=8, units=4, pieces=2),
    dynamics=Simultaneous(),
    optimisers={"D": SGD, "G": SGD},
    steps=5,
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run. Not to be changed."""
    path = tmp_path_factory.mktemp("normalised") / "run"
    train(CONTRAST, path)
    return path


def test_grids_are_scaled_by_the_largest_absolute_value():
    rows = torch.tensor([-3.0, 0.0, 1.5])
    assert visible(rows, "normalised").tolist() == [0, 0.5, 0.75]
    assert visible(rows, "as-stored") is rows
    assert visible(torch.zeros(2), "normalised").tolist() == [0.5, 0.5]


def test_pictures_are_drawn_in_grey_and_the_whole_range_is_used(run, tmp_path):
    model = advnets.load(run)
    samples = model.sample(9, 4)
    assert samples.min() < 0
    write_samples(tmp_path / "pictures", True, model, 9, 4)
    drawn = np.stack([np.asarray(Image.open(file)) for file in sorted((tmp_path / "pictures").iterdir())])
    expected = (samples / samples.abs().max() + 1) / 2 * 255
    np.testing.assert_allclose(drawn, expected[:, 0], atol=0.51)
    grid = np.asarray(Image.open(write_samples(tmp_path / "grid.png", False, model, 9, 4)))
    assert {0, 255} & set(grid.flatten().tolist())
    assert (run / "nearest.png").exists()


def test_the_report_is_drawn_again(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    nearest = (tmp_path / "run/nearest.png").read_bytes()
    (tmp_path / "run/nearest.png").unlink()
    write_report(RunFolder(tmp_path / "run"))
    assert (tmp_path / "run/nearest.png").read_bytes() == nearest


def test_arrays_hold_what_the_generator_gives_and_are_measured_so(run, tmp_path):
    model = advnets.load(run)
    write_samples(tmp_path / "s.npz", False, model, 12, 4)
    read = read_samples(tmp_path / "s.npz", Reading(contrast="normalised"))
    assert torch.equal(read, model.sample(12, 4))
    data = open_data("digits", Reading(contrast="normalised"))
    values = measure("neighbours", read, data)
    index = torch.arange(len(data))
    rows = data.rows(index)
    nearest = torch.cdist(read.flatten(1), rows.flatten(1)).min(1).values
    assert values["mean_distance"] == pytest.approx(nearest.mean().item(), rel=1e-5)
    json.dumps(values)


def test_arrays_are_refused_where_the_contrast_is_not_said(run, tmp_path):
    write_samples(tmp_path / "s.npz", False, advnets.load(run), 12, 4)
    with pytest.raises(BadInput, match=re.escape("--data.contrast normalised")):
        read_samples(tmp_path / "s.npz")
    with pytest.raises(BadInput, match=re.escape("must lie in [0, 1]")):
        measure("neighbours", advnets.load(run).sample(12, 4), open_data("digits"))


def test_bytes_from_elsewhere_are_normalised(tmp_path):
    digits = open_data("digits", Reading(contrast="normalised"))
    index = torch.arange(3)
    np.savez(tmp_path / "s.npz", samples=digits.stored(index).numpy())
    assert torch.equal(read_samples(tmp_path / "s.npz", Reading(contrast="normalised")), digits.rows(index))


def test_a_classifier_belongs_to_a_contrast():
    plain, normalised = (parts("classes", open_data("digits", Reading(contrast=contrast))) for contrast in ("as-stored", "normalised"))
    assert fingerprint(plain) != fingerprint(normalised)


@pytest.mark.parametrize("nets", [DIGITS.nets, Paper(), Faces()])
def test_generators_that_end_in_a_sigmoid_cannot_make_such_pictures(nets, tmp_path):
    with pytest.raises(BadInput, match=r"data\.contrast: .* cifar-full, cifar-conv can"):
        train(dataclasses.replace(CONTRAST, nets=nets), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_pictures_that_a_transposed_convolution_cannot_make_are_refused():
    x = dataclasses.replace(CONTRAST, nets=CifarConv(hidden=4, channels=2, narrow=2, wide=2, units=2))
    with pytest.raises(BadInput, match=re.escape("nets: sides of 8 pixels do not fit") + ".*--data.size 32"):
        assemble(x, resolve(x)[0], Ranks())


def test_weights_stay_within_the_norm_that_is_stated(tmp_path):
    x = dataclasses.replace(CONTRAST, optimisers={"D": SGD, "G": Sgd(0.01, max_column_norm=0.25)})
    live = assemble(x, resolve(x)[0], Ranks())
    live.play_round()
    norms = {name: max(m.weight.norm(dim=1).max().item() for m in live.nets[name].modules() if hasattr(m, "weight")) for name in "DG"}
    assert norms["G"] == pytest.approx(0.25, rel=1e-4)
    assert norms["D"] < 1
