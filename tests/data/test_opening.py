import os

import pytest
import torch

from advnets.data import Images, Reading, open_data
from advnets.data.opening import held_out


@pytest.mark.parametrize("memory", [2.0, 0.0])
def test_the_held_out_fifth_of_a_folder(cats_and_dogs, memory):
    fit, held = (open_data(str(cats_and_dogs), Reading(memory=memory), split=split) for split in ("fit", "held-out"))
    assert fit.labels is not None
    assert held.labels is not None
    assert (fit.labels.tolist(), held.labels.tolist()) == ([0] * 6 + [1] * 4, [0, 1])
    whole = open_data(str(cats_and_dogs))
    assert torch.equal(held.rows(torch.arange(2)), whole.rows(torch.tensor([4, 11])))


def test_the_held_out_fifth_without_labels(cats_and_dogs):
    fit, held = (open_data(str(cats_and_dogs / "dog"), split=split) for split in ("fit", "held-out"))
    assert (len(fit), len(held)) == (4, 1)


def test_held_out_classes_keep_their_share():
    labels = torch.randint(3, (1000,), generator=torch.Generator().manual_seed(0))
    held = held_out(labels, 1000)
    assert (labels[held].bincount() - labels.bincount() / 5).abs().max() < 1
    assert torch.equal(held, held_out(labels, 1000))


def test_too_few_to_hold_out(tmp_path, png, noise, refused):
    for k in range(4):
        (tmp_path / f"{k}.png").write_bytes(png(noise(2, 2)))
    with refused(str(tmp_path), "too small", "fifth"):
        open_data(str(tmp_path), split="held-out")


def test_unknown_split(refused):
    with refused("split tset", "train, test, fit, held-out"):
        open_data("digits", split="tset")


def test_a_path_has_no_test_part(cats_and_dogs, refused):
    with refused(str(cats_and_dogs), "no test part", "held-out"):
        open_data(str(cats_and_dogs), split="test")


@pytest.mark.parametrize(
    ("name", "content"),
    [("one.png", b"\x89PNG\r\n\x1a\n"), ("weights.pt", b"\x80\x02}q\x00."), ("notes.txt", b"hello"), ("nothing", b"")],
)
def test_files_in_no_known_format(tmp_path, name, content, refused):
    (tmp_path / name).write_bytes(content)
    with refused(name, "known format", "folder or zip of pictures"):
        open_data(str(tmp_path / name))


def test_a_name_comes_before_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkdir("digits")
    assert len(open_data("digits")) == 1797


def test_home_is_expanded(cats_and_dogs, monkeypatch):
    monkeypatch.setenv("HOME", str(cats_and_dogs.parent))
    data = open_data("~/animals")
    assert isinstance(data, Images)
    assert len(data) == 12


def test_what_the_disk_refuses_is_told_in_one_line(tmp_path, write_idx, noise, monkeypatch, refused):
    file = write_idx(tmp_path / "train-images-idx3-ubyte", noise(2, 2, 2))

    def denied(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr("advnets.data.idx.read", denied)
    with refused(f"{file}: Permission denied"):
        open_data(str(file))
