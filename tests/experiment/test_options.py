"""The command line's way into an experiment: an option is a path, and a kind starts from its defaults."""

import argparse
import dataclasses
import re

import pytest

from advnets.cli.words import FLAGS, SHORT, apply, nested_help, take_nested
from advnets.errors import BadInput
from advnets.experiment import Adam, Dcgan, Experiment, Extragradient, Gan, Linear, Mlp, Sgd, ZeroSum, decode, encode
from advnets.experiment.codec import override
from advnets.recipes import RECIPES, recipe


def told(*words, base="ring"):
    """The experiment that a recipe becomes with these words."""
    rest, nested = take_nested(words)
    assert rest == []
    tree = encode(recipe(base))
    apply(tree, argparse.Namespace(), nested)
    return decode(Experiment, tree)


def test_a_path_sets_its_field_and_nothing_else():
    assert told("--prior.dim", "7") == dataclasses.replace(recipe("ring"), prior=dataclasses.replace(recipe("ring").prior, dim=7))


@pytest.mark.parametrize(
    ("words", "look", "value"),
    [
        (["--nets.generator", "8,16"], lambda x: x.nets.generator, (8, 16)),
        (["--nets.generator", "8 16"], lambda x: x.nets.generator, (8, 16)),
        (["--nets.generator="], lambda x: x.nets.generator, ()),
        (["--nets.dropout=.25"], lambda x: x.nets.dropout, 0.25),
        (["--data.flip"], lambda x: x.data.flip, True),
        (["--data.flip", "--prior.dim", "3"], lambda x: (x.data.flip, x.prior.dim), (True, 3)),
        (["--data.flip", "false"], lambda x: x.data.flip, False),
        (["--data.skip-bad-files"], lambda x: x.data.skip_bad_files, True),
        (["--data.size", "none"], lambda x: x.data.size, None),
        (["--data.size", "32"], lambda x: x.data.size, 32),
        (["--optimisers.D.lr", "1e-3"], lambda x: x.optimisers["D"].lr, 1e-3),
        (["--optimisers.G.schedule", "linear"], lambda x: x.optimisers["G"], Adam(lr=1e-3, schedule=Linear())),
        (["--metrics.names", "frechet,classes"], lambda x: x.metrics.names, ("frechet", "classes")),
        (["--checkpoints.best", "frechet.distance"], lambda x: x.checkpoints.best, "frechet.distance"),
        (["--dynamics", "extragradient"], lambda x: x.dynamics, Extragradient()),
        (["--game.generator", "zero-sum"], lambda x: x.game, Gan(generator=ZeroSum())),
    ],
)
def test_words_become_values_of_the_field_s_type(words, look, value):
    assert look(told(*words)) == value


def test_a_kind_starts_from_its_defaults_and_the_kind_it_has_keeps_its_fields():
    assert told("--nets", "dcgan").nets == Dcgan()
    assert told("--nets", "mlp").nets == recipe("ring").nets
    assert told("--nets=dcgan", "--nets.width=4").nets == Dcgan(width=4)


def test_kinds_come_before_their_fields_in_any_order_of_words():
    assert told("--nets.width", "4", "--nets", "dcgan").nets == Dcgan(width=4)
    assert told("--optimisers.D.schedule.start", ".5", "--optimisers.D.schedule", "linear", "--optimisers.D", "sgd").optimisers["D"] == Sgd(
        schedule=Linear(0.5)
    )


def test_the_last_word_wins():
    assert told("--prior.dim", "3", "--prior.dim", "4").prior.dim == 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--nets.widht", "3"],
            "--nets.widht: nets has no field 'widht'; known: discriminator, discriminator_weights, dropout, generator, minibatch, norm",
        ),
        (["--nets.dropuot", "3"], "--nets.dropuot: nets has no field 'dropuot'; did you mean 'dropout'?"),
        (["--net.width", "3"], "--net.width: the experiment has no field 'net'; did you mean 'nets'?"),
        (["--data.source.x", "3"], "--data.source.x: data.source has no field 'x'"),
        (["--optimisers.E.lr", "3"], "--optimisers.E.lr: optimisers has no field 'E'; known: D, G"),
        (["--nets", "mpl"], "--nets: unknown kind 'mpl'; did you mean 'mlp'?"),
        (["--optimisers.D", "adm"], "--optimisers.D: unknown kind 'adm'; did you mean 'adam'?"),
        (["--prior.dim", "many"], "--prior.dim: 'many' is not a whole number"),
        (["--prior.dim", "1.5"], "--prior.dim: '1.5' is not a whole number"),
        (["--optimisers.D.lr", "fast"], "--optimisers.D.lr: 'fast' is not a number"),
        (["--data.flip", "perhaps"], "--data.flip: 'perhaps' is neither true nor false"),
        (["--nets.generator", "8,x"], "--nets.generator: 'x' is not a whole number"),
        (["--prior.dim"], "--prior.dim: needs a value"),
        (["--prior.dim", "--data.flip"], "--prior.dim: needs a value"),
        (["--prior.dim", "0"], "prior.dim: 0 is not at least 1"),
        (["--prior.dim", "-3"], "prior.dim: -3 is not at least 1"),
        (["--optimisers.D.lr", "nan"], "optimisers.D.lr: nan is not finite"),
        (["--prior.law", "normall"], "prior.law: unknown choice 'normall'; did you mean 'normal'?"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_option(words, message):
    with pytest.raises(BadInput) as caught:
        told(*words)
    assert str(caught.value) == message


def test_words_without_a_dot_are_left_to_the_verb():
    words = ["ring", "--out", "a.b", "--out=a.b", "--steps", "3", "--nets", "mlp", "-h"]
    assert take_nested(words) == (["ring", "--out", "a.b", "--out=a.b", "--steps", "3", "-h"], [("nets", "mlp")])


def test_steps_replace_epochs_and_the_other_way_round():
    tree = encode(recipe("dcgan"))
    apply(tree, argparse.Namespace(steps="7"), [])
    assert (tree["steps"], tree["epochs"]) == (7, None)
    apply(tree, argparse.Namespace(epochs="2"), [])
    assert (tree["steps"], tree["epochs"]) == (None, 2)


def test_flags_make_their_fields_true():
    tree = encode(recipe("ring"))
    apply(tree, argparse.Namespace(compile=True, skip_bad_files=False), [])
    assert decode(Experiment, tree) == dataclasses.replace(recipe("ring"), compile=True)


@pytest.mark.parametrize("path", [*SHORT.values(), *FLAGS.values()])
def test_the_verb_s_own_options_lead_to_fields(path):
    tree = encode(recipe("ring"))
    override(Experiment, tree, path, "true" if path in FLAGS.values() else "none" if path in ("data.root", "epochs") else "1")


def test_nested_options_take_none_of_the_verb_s_words():
    kinds = [field for field in ("nets", "dynamics") if take_nested([f"--{field}", "x"])[1]]
    assert kinds == ["nets", "dynamics"]
    for word in (*SHORT, *FLAGS, "out", "overwrite", "config", "init", "dry-run", "help"):
        assert take_nested([f"--{word}"]) == ([f"--{word}"], [])


@pytest.mark.parametrize("name", RECIPES)
def test_help_names_every_field_with_its_meaning_and_value(name):
    described = {}
    for text in nested_help(recipe(name)):
        option, rest = text.split(maxsplit=1)
        meaning, _, now = re.sub(r"^\{\S+\} ", "", " ".join(rest.split())).removesuffix(")").rpartition(" (")
        assert meaning, f"{option} has no meaning"
        described[option] = now
    assert described.keys() >= {"--prior.dim", "--data.skip-bad-files", "--optimisers.D.lr", "--nets", "--checkpoints.best-is"}
    tree = encode(recipe(name))
    for option, now in described.items():  # what help says of a field can be said on the command line, and changes nothing
        override(Experiment, tree, option[2:].replace("-", "_"), "" if now == "none" and option == "--metrics.names" else now)
    assert decode(Experiment, tree) == recipe(name)


def test_help_names_the_words_of_every_choice():
    words = dict(re.findall(r"(--\S+) \{(\S+)\}", "\n".join(nested_help(recipe("ring")))))
    assert words["--optimisers.D"] == "adam,sgd"
    assert words["--prior.law"] == "normal,uniform"
    assert words["--data.fit"] == "refuse,resize,crop,pad"
    assert "--data.flip" not in words


def test_a_recipe_without_dropout_takes_it_as_an_option():
    assert told("--nets.dropout", "0.5").nets == dataclasses.replace(recipe("ring").nets, dropout=0.5)
    assert isinstance(told("--nets.dropout", "0.5").nets, Mlp)
