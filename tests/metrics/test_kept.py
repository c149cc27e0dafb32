"""The classifier: learns, is the same each time, and is kept."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from advnets.data import Images, open_data
from advnets.metrics.classifier import Network, accuracy, trained
from advnets.metrics.kept import classifier, fingerprint
from advnets.metrics.parts import parts


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bands):
    """The parts of a very small set, and an empty cache."""
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path))
    return parts("classes", bands(60))


def file_of(known, cache: Path) -> Path:
    return cache / "classifiers" / f"{fingerprint(known)}.safetensors"


def same(a: Network, b: Network) -> bool:
    return all(torch.equal(a.state_dict()[name], b.state_dict()[name]) for name in a.state_dict())


def test_trained_once_then_kept_bit_for_bit(small, tmp_path, capsys):
    state = torch.random.get_rng_state()
    first = classifier(small)
    assert capsys.readouterr().err == "training the classifier for bands once, on 48 pictures ...\n"
    again = classifier(small)
    assert capsys.readouterr().err == ""
    assert same(first.net, again.net)
    assert first.test_accuracy == again.test_accuracy
    x = small.held_out.rows(torch.arange(12))
    assert torch.equal(first.net(x), again.net(x))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert [file.name for file in file_of(small, tmp_path).parent.iterdir()] == [file_of(small, tmp_path).name]


def test_training_depends_on_the_data_alone(small, bands):
    torch.manual_seed(1)
    first = trained(small)
    torch.manual_seed(2)
    threads = torch.get_num_threads()
    assert same(first, trained(small))
    assert torch.get_num_threads() == threads
    assert not same(first, trained(parts("classes", bands(60, seed=1))))


def torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def pickle(file: Path) -> None:
    torch.save({"net": torch.zeros(3)}, file)


def foreign(file: Path) -> None:
    save_file({"weight": torch.zeros(3)}, file)


def without_its_tensors(file: Path) -> None:
    save_file({"weight": torch.zeros(3)}, file, {"fingerprint": file.stem, "test_accuracy": "1"})


@pytest.mark.parametrize("spoil", [torn, empty, pickle, foreign, without_its_tensors])
def test_a_file_that_is_not_it_is_replaced(small, tmp_path, spoil, capsys):
    net = classifier(small).net
    spoil(file_of(small, tmp_path))
    assert same(classifier(small).net, net)
    capsys.readouterr()
    classifier(small)
    assert capsys.readouterr().err == ""


def test_the_classifier_of_other_data_under_this_name_is_not_taken(small, tmp_path, bands):
    other = parts("classes", bands(60, seed=1))
    classifier(other)
    os.replace(file_of(other, tmp_path), file_of(small, tmp_path))
    assert same(classifier(small).net, trained(small))


@pytest.mark.parametrize("change", ["pixels", "labels", "held out"])
def test_any_other_data_has_another_fingerprint(known: Images, change, bands):
    before = parts("classes", known)
    pixels, labels = known.pixels.clone(), known.labels.clone()
    if change == "pixels":
        pixels[0, 0, 0, 0] ^= 1
    elif change == "labels":
        labels[0], labels[1] = labels[1].item(), labels[0].item()
    after = parts("classes", replace(known, pixels=pixels, labels=labels), bands(60) if change == "held out" else None)
    assert fingerprint(after) != fingerprint(before)
    assert fingerprint(parts("classes", replace(known, name="other"))) == fingerprint(before)


def test_a_cache_that_cannot_be_written_costs_only_time(small, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path / "file"))
    assert classifier(small).test_accuracy >= 0
    assert "cannot be kept there" in capsys.readouterr().err


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 8, 13), (1, 28, 28), (3, 32, 32), (3, 64, 64), (4, 16, 100)])
def test_any_picture_of_8_pixels_or_more(shape):
    net = Network(shape, 7).eval()
    x = torch.rand(2, *shape, generator=torch.Generator().manual_seed(0))
    assert net(x).shape == (2, 7)
    assert net.features(x).shape == (2, 64)


def test_it_learns_real_digits():
    digits = open_data("digits")
    assert isinstance(digits, Images)
    known = parts("classes", digits.select(torch.arange(0, 1797, 3)))
    assert accuracy(trained(known), known.held_out) > 0.93
