"""The Toronto Face Database: a file of its layout, its folds, and files of others."""

import numpy as np
import pytest
import torch
from scipy.io import savemat

from advnets.data import Reading, open_data, survey
from advnets.data.names import FOLD_SPLITS
from advnets.metrics import official_test

UNLABELLED, LABELLED, SIDE = 14, 30, 6


@pytest.fixture
def arrays(noise):
    """44 pictures, of which the last 30 are in the folds: 18 to learn from, 6 to choose by and 6 to test on, in turn."""
    n = UNLABELLED + LABELLED
    folds = np.zeros((n, 5), np.uint8)
    for k in range(5):
        folds[UNLABELLED:, k] = np.roll(np.repeat([1, 2, 3], [18, 6, 6]), 6 * k)
    expressions = np.full((n, 1), -1, np.int16)
    expressions[UNLABELLED:, 0] = np.arange(LABELLED) % 7 + 1
    identities = np.arange(n, dtype=np.int16)[:, None]
    return {"images": noise(n, SIDE, SIDE), "labs_ex": expressions, "labs_id": identities, "folds": folds}


@pytest.fixture(params=[False, True], ids=["plain", "compressed"])
def file(request, tmp_path, arrays):
    path = tmp_path / "TFD_6x6.mat"
    savemat(path, arrays, do_compression=request.param)
    return path


def test_train_is_what_is_in_no_fold(file, arrays):
    data = open_data(str(file))
    assert (len(data), data.shape, data.labels) == (UNLABELLED, (1, SIDE, SIDE), None)
    assert torch.equal(data.pixels[:, 0], torch.from_numpy(arrays["images"][:UNLABELLED]))
    assert len(open_data(str(file), split="train[10:]")) == 4
    assert len(open_data(str(file), split="held-out")) == 2


@pytest.mark.parametrize("fold", range(5))
@pytest.mark.parametrize(("part", "code", "size"), [("train", 1, 18), ("valid", 2, 6), ("test", 3, 6)])
def test_the_parts_of_the_folds_are_the_files_own(file, arrays, fold, part, code, size):
    split = f"fold-{fold + 1}-{part}"
    assert split in FOLD_SPLITS
    data, chosen = open_data(str(file), split=split), arrays["folds"][:, fold] == code
    assert len(data) == size
    assert torch.equal(data.pixels[:, 0], torch.from_numpy(arrays["images"][chosen]))
    named = [int(data.classes[label]) for label in data.labels]
    assert named == arrays["labs_ex"][chosen, 0].tolist()
    assert len(open_data(str(file), split=f"{split}[:4]")) == 4


def test_it_is_read_as_other_pictures_are(file):
    assert open_data(str(file), Reading(size=3, fit="resize", colour="rgb")).shape == (3, 3, 3)
    found = survey(str(file), split="fold-1-train")
    assert (found.kind, found.count, sum(found.labels.values())) == ("TFD", 18, 18)


def test_there_is_no_test_part_but_those_of_the_folds(file, refused):
    with refused(str(file), "fold-1-test"):
        open_data(str(file), split="test")
    assert official_test(str(file)) is None


@pytest.mark.parametrize("source", ["digits", "a.npy"])
def test_other_sets_have_no_folds(source, tmp_path, monkeypatch, refused):
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.zeros((4, 3, 3)))
    with refused("fold-1-test", source, "no folds"):
        open_data(source, split="fold-1-test")


def test_a_fold_that_does_not_exist_is_refused(file, refused):
    with refused("split fold-6-test"):
        open_data(str(file), split="fold-6-test")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"images": None}, "images"),
        ({"folds": None}, "has no folds"),
        ({"images": np.zeros((44, 6, 6))}, "key images: float64"),
        ({"images": np.zeros((44, 6, 5), np.uint8)}, "[44, 6, 5]"),
        ({"labs_ex": np.zeros((43, 1), np.int16)}, "key labs_ex"),
        ({"folds": np.zeros((44, 4), np.uint8)}, "key folds"),
        ({"folds": "nonsense"}, "key folds"),
    ],
)
def test_another_layout_is_refused(change, words, tmp_path, arrays, refused):
    path = tmp_path / "other.mat"
    savemat(path, {key: value for key, value in (arrays | change).items() if value is not None})
    with refused(str(path), "TFD", words):
        open_data(str(path))


@pytest.mark.parametrize("size", [100, 140, 1500])
def test_a_torn_file_is_refused(size, file, refused):
    file.write_bytes(file.read_bytes()[:size])
    with refused(str(file)):
        open_data(str(file))


def test_a_later_format_is_refused(tmp_path, refused):
    path = tmp_path / "later.mat"
    path.write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(100))
    with refused(str(path), "MATLAB 5"):
        open_data(str(path))
