"""Runs whose generators are given more than noise, by the command line: every verb, and what it refuses."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image
from spoken import TINY

from advnets.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """run(name) is a finished tiny run of a recipe on small pictures. Not to be changed: copy it."""
    runs = {}

    def make(name):
        if name not in runs:
            runs[name] = tmp_path_factory.mktemp("given") / "run"
            assert main(["train", name, "--data", "digits", *TINY, "--steps", "10", "--out", str(runs[name])]) == 0
        return runs[name]

    return make


RECIPES = ["mnist-conditional", "mnist-inpainting"]


@pytest.mark.parametrize("name", RECIPES)
def test_train_says_what_is_played_and_draws_pictures(run, name):
    path = run(name)
    assert json.loads((path / "run.json").read_text())["experiment"]["game"]["kind"] == name.removeprefix("mnist-")
    for file in ("report.html", "nearest.png", "samples/00000010.png"):
        assert (path / file).exists()


@pytest.mark.parametrize("name", RECIPES)
def test_resume_and_report(advnets, run, tmp_path, name):
    path = shutil.copytree(run(name), tmp_path / "run")
    assert advnets("resume", path, "--steps", 12).status == 0
    assert json.loads((path / "status.json").read_text()) == {"state": "done", "step": 12}
    (path / "report.html").unlink()
    assert advnets("report", path).status == 0
    assert (path / "report.html").exists()


@pytest.mark.parametrize("name", RECIPES)
def test_sample_evaluate_and_export(advnets, run, tmp_path, name):
    path = run(name)
    for out in ("grid.png", "samples.npz", "folder/"):
        assert advnets("sample", path, "--count", "12", "--out", f"{tmp_path}/{out}").status == 0
    assert Image.open(tmp_path / "grid.png").format == "PNG"
    with np.load(tmp_path / "samples.npz") as arrays:
        assert arrays["samples"].shape == (12, 1, 8, 8)
    said = advnets("evaluate", path, "--metrics", "neighbours", "--count", "30", "--json")
    assert json.loads(said.out)["neighbours"]["samples"] == 30
    assert advnets("export", path, "--out", tmp_path / "generator.safetensors").status == 0


def test_sample_draws_the_classes_that_are_named(advnets, run, tmp_path):
    def samples(*words):
        assert advnets("sample", run("mnist-conditional"), "--count", "20", "--out", tmp_path / "x.npz", *words).status == 0
        with np.load(tmp_path / "x.npz") as arrays:
            return arrays["samples"]

    assert np.array_equal(samples("--classes", *"0123456789"), samples())
    assert np.array_equal(samples("--classes", "3", "7")[0], samples("--classes", "3")[0])
    assert not np.array_equal(samples("--classes", "3", "7")[1], samples("--classes", "3")[1])


def test_classes_that_cannot_be_drawn(advnets, run, tmp_path):
    words = ["--out", tmp_path / "x.png", "--classes"]
    assert advnets("sample", run("mnist-conditional"), *words, "11").complaint == (
        "classes: no class '11'; there are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    )
    assert advnets("sample", run("mnist-inpainting"), *words, "3").complaint.startswith("classes: this generator is given none")
    assert not [*tmp_path.iterdir()]


def test_data_without_labels_and_points_are_refused(refused, tmp_path):
    np.savez(tmp_path / "mine.npz", images=np.zeros((40, 8, 8), np.uint8))
    complaint = refused("--data", tmp_path / "mine.npz", recipe="mnist-conditional")
    assert complaint.startswith("game: conditional needs labels, and ")
    assert complaint.endswith("has none (a folder's subfolders are labels)")
    assert refused("--game", "inpainting", recipe="ring") == "game: inpainting is for pictures, not for points of 2 numbers"
