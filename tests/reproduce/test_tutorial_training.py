"""The tutorial's claims that train: the loop by hand, coloured digits, samples as training data."""

from itertools import product
from pathlib import Path

import pytest
import torch

from advnets.data import Images
from advnets.experiment import Alternating, Simultaneous
from advnets.metrics.classifier import Network
from advnets.reproduce.claims import Setting
from advnets.reproduce.tutorial.arithmetic import BLUE, DIGITS, EXAMPLES, RED, Named, coloured, drawn_concepts, named, some
from advnets.reproduce.tutorial.dcgan import mistaken, pictures
from advnets.reproduce.tutorial.training import apart, at_once, by_hand, in_turn, standing


@pytest.fixture
def setting(tmp_path):
    return Setting(0, "quick", None, tmp_path, tmp_path)


@pytest.mark.parametrize(("dynamics", "procedure"), [(Simultaneous(), at_once), (Alternating(), in_turn)])
def test_the_loop_by_hand_is_the_engine_and_another_loop_is_not(setting, dynamics, procedure):
    engine, hand, other = (standing(setting, dynamics) for _ in range(3))
    for _ in range(5):
        engine.play_round()
    by_hand(hand, procedure, 5)
    by_hand(other, in_turn if procedure is at_once else at_once, 5)
    assert apart(engine, hand) == 0
    assert apart(engine, other) > 0


def test_digits_are_red_or_blue_by_chance():
    white = torch.full((200, 1, 2, 2), 255, dtype=torch.uint8)
    found = torch.from_numpy(coloured(white, 0))
    assert found.shape == (200, 2, 2, 3)
    inks = {tuple(ink) for ink in found[:, 0, 0].tolist()}
    assert inks == {RED, BLUE}
    assert 60 < (found[:, 0, 0, 0] == RED[0]).sum() < 140
    assert not coloured(torch.zeros_like(white), 0).any()


def test_concepts_are_clear_examples_of_their_digits_and_colours():
    generator = torch.Generator().manual_seed(0)
    shown = Named(torch.arange(400) % 10, torch.arange(400) % 20 < 10, torch.arange(400) // 20 % 2 == 0)
    drawn = [drawn_concepts(shown, generator) for _ in range(20)]
    for (a, b, c), (digit, red) in drawn:
        assert [len(part) for part in (a, b, c)] == [EXAMPLES] * 3
        assert shown.clear[torch.cat([a, b, c])].all()
        assert (shown.red[a] == red).all()
        assert (shown.red[torch.cat([b, c])] != red).all()
        assert set(shown.digit[a].tolist()) == set(shown.digit[b].tolist()) != {digit} == set(shown.digit[c].tolist())
    assert {wanted for _, wanted in drawn} == set(product(DIGITS, (True, False)))


def test_a_clear_example_has_one_colour():
    net = Network((1, 28, 28), 10).eval()
    net.last.weight.data.zero_()
    net.last.bias.data.copy_(20 * torch.eye(10)[4])
    pictures = torch.zeros(3, 3, 28, 28)
    pictures[0, 0], pictures[1, 2], pictures[2] = 1, 1, 1
    shown = named(net, pictures)
    assert shown.digit.tolist() == [4] * 3
    assert shown.red.tolist() == [True, False, False]
    assert shown.clear.tolist() == [True, True, False]


def test_a_concept_that_nothing_shows_is_drawn_from_everywhere():
    drawn = some(torch.tensor([True] + [False] * 9), torch.Generator().manual_seed(0))
    assert len(set(drawn.tolist())) == EXAMPLES


def test_the_error_of_the_nearest_sample_is_exact():
    pixels = torch.tensor([0, 80, 160, 240], dtype=torch.uint8)[:, None, None, None]
    real = Images(pixels, torch.tensor([0, 1, 2, 3]), ("a", "b", "c", "d"))
    samples = torch.tensor([0.02, 0.3, 0.65, 0.9])[:, None, None, None]
    assert mistaken(real, samples, torch.tensor([0, 1, 2, 3])).value == 0
    assert mistaken(real, samples, torch.tensor([0, 2, 1, 3])).value == 0.5


def test_a_quick_measurement_without_the_set_says_what_it_took(setting, monkeypatch):
    monkeypatch.setattr("advnets.reproduce.tutorial.dcgan.on_this_machine", lambda name, root: False)
    data, substitute = pictures(setting, "fashion-mnist")
    assert (data.source, data.size) == ("mnist-5k", 32)
    assert substitute == "mnist-5k (5,000 digits of MNIST)"


def test_at_full_size_the_set_itself_is_taken(tmp_path):
    data, substitute = pictures(Setting(0, "full", Path("data"), tmp_path, tmp_path), "fashion-mnist")
    assert (data.source, data.root, data.size, substitute) == ("fashion-mnist", "data", 32, None)
