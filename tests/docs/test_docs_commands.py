"""Every command line of the documents is one that the program understands."""

import json

import pytest
from documents import DOCS, blocks, commands

from advnets import cli
from advnets.cli.words import Parser, data_of, take_nested


class Understood(Exception):
    """The words were parsed; nothing shall be done."""


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_commands_are_understood(words, monkeypatch, capsys, tmp_path):
    if words[0] == "train":
        recorded(words, monkeypatch, tmp_path)
        assert cli.main([*words, *([] if "--dry-run" in words or "--help" in words else ["--dry-run"])]) == 0, capsys.readouterr().err
        return
    read = Parser.read

    def parse(self, words):
        raise Understood(read(self, words))

    monkeypatch.setattr(Parser, "read", parse)
    with pytest.raises(Understood) as understood:
        cli.main(words)
    args = understood.value.args[0]
    if words[0] in ("inspect", "evaluate"):
        assert data_of("mnist-5k", args, take_nested(words)[1]).source == "mnist-5k"


def recorded(words, monkeypatch, tmp_path):
    """Lay a record where the command expects one."""
    monkeypatch.chdir(tmp_path)
    if "--config" in words:
        from advnets.experiment import encode
        from advnets.recipes import recipe

        file = tmp_path / words[words.index("--config") + 1]
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"experiment": encode(recipe("mnist-demo"))}))


def test_every_verb_has_an_example():
    assert {words[0] for words in commands()} == set(cli.VERBS)


def test_the_synopsis_names_every_verb_and_option_of_train():
    synopsis = next(block.text for block in blocks("text") if block.file == DOCS / "command-line.md")
    assert [line.split()[1] for line in synopsis.splitlines() if line.startswith("advnets")] == list(cli.VERBS)


def test_every_option_of_train_is_in_the_table():
    from advnets.cli.train import declare

    parser = Parser("train", "")
    declare(parser)
    page = (DOCS / "command-line.md").read_text()
    options = [option for action in parser._actions for option in action.option_strings if option not in ("-h", "--help")]
    assert options
    assert [option for option in options if f"`{option}" not in page] == []
