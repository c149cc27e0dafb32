"""The recipes for faces and CIFAR-10 by the command line, very small; and what they refuse."""

import numpy as np
import pytest
from scipy.io import savemat

SMALL = ("--precision", "float32", "--batch-size", "10", "--steps", "2", "--nets.hidden", "6", "--prior.dim", "4")


@pytest.fixture(scope="module")
def tfd(tmp_path_factory):
    """A file in the layout of the Toronto Face Database: 40 pictures in no fold, 20 in the test part of every fold."""
    pixels = np.random.default_rng(5).integers(0, 256, (60, 12, 12), dtype=np.uint8)
    labels, folds = np.full((60, 1), -1, np.int16), np.zeros((60, 5), np.uint8)
    labels[40:], folds[40:] = 2, 3
    path = tmp_path_factory.mktemp("tfd") / "TFD_48x48.mat"
    savemat(path, {"images": pixels, "labs_ex": labels, "labs_id": labels, "folds": folds})
    return path


def test_faces_in_two_stages(advnets, tfd, tmp_path, without_report):
    first, second = tmp_path / "first", tmp_path / "second"
    said = advnets("train", "faces", "--data", tfd, *SMALL, "--nets.units", "4", "--out", first)
    assert said.status == 0, said.err
    stated = ("--nets.codes", "4", "--nets.first.hidden", "6", "--nets.first.units", "4")
    said = advnets("train", "faces-second-stage", "--data", tfd, *SMALL, *stated, "--init", first, "--out", second)
    assert said.status == 0, said.err
    said = advnets("evaluate", second, "--metrics", "neighbours", "--count", "12", "--data.split", "fold-1-test")
    assert "mean_distance" in said.out, said.err


@pytest.mark.parametrize(
    "words",
    [
        ("cifar-full", "--nets.units", "3"),
        ("cifar-conv", "--nets.channels", "2", "--nets.narrow", "2", "--nets.wide", "2", "--nets.units", "3"),
    ],
)
def test_cifar(words, advnets, tmp_path, without_report):
    np.savez(tmp_path / "c.npz", images=np.random.default_rng(6).integers(0, 256, (30, 32, 32, 3), dtype=np.uint8))
    run, samples = tmp_path / "run", tmp_path / "s.npz"
    data = ("--data", tmp_path / "c.npz", "--data.split", "train[:20]")
    said = advnets("train", *words, *SMALL, *data, "--out", run)
    assert said.status == 0, said.err
    assert advnets("sample", run, "--count", "12", "--out", samples).status == 0
    assert "--data.contrast normalised" in advnets("evaluate", samples, *data, "--metrics", "neighbours").complaint
    said = advnets("evaluate", samples, *data, "--data.contrast", "normalised", "--metrics", "neighbours")
    assert "mean_distance" in said.out, said.err
    assert advnets("inspect", tmp_path / "c.npz", "--data.contrast", "normalised", "--out", tmp_path / "seen.png").status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("faces",), "--data TFD_48x48.mat: no such name, file or folder"),
        (("faces-second-stage",), "name a run of --nets faces with --init RUN"),
        (("faces", "--data", "digits", "--data.contrast", "normalised"), "which faces cannot make"),
        (("faces", "--data", "digits", "--data.split", "fold-1-train"), "digits has no folds"),
        (("cifar-conv", "--data", "digits", "--data.split", "train"), "sides of 8 pixels do not fit"),
        (("cifar-full", "--data", "ring"), "is for pictures"),
        (("cifar-full", "--data.contrast", "normal"), "unknown choice 'normal'"),
        (("faces", "--optimisers.D.max-column-norm", "0"), "is not greater than 0"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_line(words, message, advnets, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert message in advnets("train", *words, *SMALL[:6], "--out", tmp_path / "run").complaint
    assert not (tmp_path / "run").exists()
