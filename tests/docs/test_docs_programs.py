"""The programs of the documents run, with small numbers of rounds."""

import dataclasses
import runpy

import pytest
import torch
from documents import DOCS, ROOT, blocks

import advnets
from advnets.experiment import Dcgan, Samples
from advnets.recipes import recipe

OWN_GAME = (ROOT / "examples/own_game.py").read_text()

PROGRAMS = [block for block in blocks("python") if block.text != OWN_GAME]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the runs that programs load."""
    folder = tmp_path_factory.mktemp("place")
    nets = Dcgan(width=2, discriminator_width=2)
    for name in ("mnist-demo", "mnist-conditional", "mnist-inpainting"):
        x = dataclasses.replace(recipe(name), nets=nets, steps=1, batch_size=4, precision="float32", samples=Samples(count=4))
        advnets.train(x, folder / "runs" / name)
    return folder


@pytest.fixture(autouse=True)
def _quick_classifier(monkeypatch, tmp_path):
    """A classifier that is hardly trained, and not kept for others."""
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("advnets.metrics.classifier.PICTURES_SHOWN", 1)
    monkeypatch.setattr("advnets.metrics.classifier.FEWEST_PASSES", 1)


@pytest.mark.parametrize("block", PROGRAMS, ids=lambda block: block.name)
def test_programs_run(block, place, monkeypatch, capsys):
    monkeypatch.chdir(place)
    values = {"__name__": "program"}
    exec(compile(block.text, block.name, "exec", dont_inherit=True), values)
    if "images" in values:
        assert values["images"].shape == (16, 1, 28, 28)
        assert values["images"].dtype == torch.float32


def test_the_readme_and_the_home_page_show_the_own_game():
    assert OWN_GAME in {block.text for block in blocks("python") if block.file == ROOT / "README.md"}
    assert '--8<-- "examples/own_game.py"' in (DOCS / "index.md").read_text()


def test_the_own_game_is_about_twenty_lines_of_the_public_names():
    code = [line for line in OWN_GAME.splitlines() if line.strip() and not line.startswith('"""')]
    assert len(code) <= 26
    assert [line for line in code if "advnets" in line] == ["from advnets import Game, Player, alternating, play"]


def test_the_own_game_is_learned(capsys):
    shorter = OWN_GAME.replace("range(2000)", "range(300)")
    assert shorter != OWN_GAME
    values = {}
    with torch.random.fork_rng():
        exec(compile(shorter, "own_game.py", "exec", dont_inherit=True), values)
    assert 0.7 < values["radius"].mean() < 1.3
    assert values["radius"].std() < 0.5
    assert "from the centre" in capsys.readouterr().out


def test_circling_prints_what_the_engine_page_says(capsys):
    runpy.run_path(str(ROOT / "examples/circling.py"))
    numbers = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert numbers.keys() == {"simultaneous", "alternating", "extragradient"}
    page = (DOCS / "engine.md").read_text().splitlines()
    for name, number in numbers.items():
        assert next(line for line in page if line.startswith(f"| {name} |")).endswith(f"| {number} |")
