"""Grids of samples say which samples they show, and can be drawn again."""

import inspect
import json
from dataclasses import replace

import pytest
import torch
from PIL import Image, PngImagePlugin
from tiny import DIGITS, EXPERIMENTS, RING

from advnets.errors import BadInput
from advnets.experiment import Average, Checkpoints, Samples
from advnets.runs.grids import KEY, Origin, origin_of, read_origin, save_grid
from advnets.runs.pictures import grid, save_png
from advnets.runs.sampling import load, write_samples
from advnets.runs.training import train


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """drawn(x) is a run of an experiment with a checkpoint at each of its pictures."""

    def play(x):
        path = tmp_path_factory.mktemp("drawn") / "run"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("advnets.runs.training.write_report", lambda folder, live: None)
            train(replace(x, steps=4, seed=3, samples=Samples(every=2, count=9), checkpoints=Checkpoints(every=2)), path)
        return path

    return play


CONDITIONAL = EXPERIMENTS["digits, conditional"]


@pytest.mark.parametrize("x", [DIGITS, CONDITIONAL, RING, replace(RING, average=Average(0.0))], ids=["digits", "classes", "ring", "raw"])
def test_the_grids_of_a_run_are_drawn_again_from_what_they_say_bit_for_bit(drawn, tmp_path, x):
    run = drawn(x)
    for step in (2, 4):
        file = run / f"samples/{step:08d}.png"
        said = read_origin(file)
        assert said == Origin(x.recipe, step, "averaged" if x.average.decay else "raw", seed=3, count=9)
        assert (said.first, said.chosen) == (0, 0)
        again = write_samples(tmp_path / "again.png", False, load(run, said.weights, said.step), said.count, said.seed, said.classes)
        assert again.read_bytes() == file.read_bytes()


def test_the_command_that_a_grid_tells_draws_it_again(drawn, tmp_path, capsys, monkeypatch):
    from advnets.cli import main

    run = drawn(CONDITIONAL)
    save_grid(tmp_path / "some.png", load(run), 4, 7, classes=["3", "5"])
    assert main(["inspect", str(tmp_path / "some.png")]) == 0
    told, again = capsys.readouterr().out.splitlines()
    assert told == f"samples 0 to 3 of seed 7, in order, none chosen: {CONDITIONAL.recipe} at step 4, averaged weights"
    words = again.removeprefix("again: advnets ").replace("RUN", str(run)).split()
    monkeypatch.chdir(tmp_path)
    assert main(words) == 0
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "some.png").read_bytes()
    capsys.readouterr()
    assert main(["inspect", str(tmp_path / "some.png"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["classes"] == ["3", "5"]


def test_a_grid_holds_the_first_samples_in_order_and_no_others_can_be_handed_over(drawn, tmp_path):
    model = load(drawn(DIGITS))
    save_grid(tmp_path / "grid.png", model, 6, 1, columns=3)
    with Image.open(tmp_path / "grid.png") as image:
        assert image.tobytes() == grid(model.sample(6, 1), 3).tobytes()
    kinds = {name: str(parameter.annotation) for name, parameter in inspect.signature(save_grid).parameters.items()}
    assert [name for name, kind in kinds.items() if "Tensor" in kind] == []
    assert list(kinds) == ["path", "model", "count", "seed", "classes", "columns", "source"]


def test_pictures_that_say_nothing_have_no_origin(tmp_path):
    save_png(tmp_path / "plain.png", grid(torch.zeros(1, 1, 8, 8)))
    (tmp_path / "words.png").write_text("hello")
    assert [read_origin(tmp_path / name) for name in ("plain.png", "words.png", "none.png", ".")] == [None] * 4


@pytest.mark.parametrize("said", ["hello", "[]", "{}", '{"recipe": "a", "classes": 3}'])
def test_a_text_that_is_none_of_ours_is_named(tmp_path, said):
    info = PngImagePlugin.PngInfo()
    info.add_text(KEY, said)
    Image.new("L", (2, 2)).save(tmp_path / "odd.png", pnginfo=info)
    with pytest.raises(BadInput, match=r"odd\.png: its text 'advnets' does not tell"):
        read_origin(tmp_path / "odd.png")


def test_classes_that_were_asked_for_as_numbers_are_names(drawn):
    assert origin_of(load(drawn(CONDITIONAL)), 2, 0, [3, 5]).classes == ("3", "5")
