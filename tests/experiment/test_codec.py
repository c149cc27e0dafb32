"""Experiments go to JSON and come back; every mistake is one line that names the field."""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advnets import experiment
from advnets.errors import BadInput
from advnets.experiment import Adam, Data, Experiment, Mlp, Prior, Sgd, decode, encode
from advnets.experiment.codec import choices, fields_of, kind
from advnets.recipes import RECIPES, recipe

CHOICES = [cls for cls in vars(experiment).values() if dataclasses.is_dataclass(cls)]


def values(annotation):
    """Anything that a field of this type can hold."""
    if options := choices(annotation):
        built = [st.builds(option, **{name: values(hint) for name, hint in fields_of(option).items()}) for option in options]
        optional = [st.none()] if type(None) in typing.get_args(annotation) else []
        return st.one_of(*built, *optional)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        bounds = args[1]
        if args[0] is int:
            high = min(each.high for each in args[1:])
            return st.integers(int(bounds.low), None if high == math.inf else int(high) - 1)
        high = None if bounds.high == math.inf else bounds.high
        return st.floats(bounds.low, high, exclude_min=bounds.low_is_open, exclude_max=high is not None, allow_infinity=False)
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin in (typing.Union, types.UnionType):
        return st.none() | values(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return st.lists(values(args[0]), max_size=3).map(tuple)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(st.text(min_size=1, max_size=3), values(args[1]), max_size=2)
    return {bool: st.booleans(), str: st.text(max_size=9)}[annotation]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_comes_back_from_json(name):
    x = recipe(name)
    assert decode(Experiment, json.loads(json.dumps(encode(x)))) == x


@settings(max_examples=60, deadline=None)
@given(x=values(Experiment))
def test_encoding_and_decoding_is_the_identity(x):
    assert decode(Experiment, json.loads(json.dumps(encode(x)))) == x


@pytest.mark.parametrize("cls", CHOICES, ids=lambda cls: cls.__name__)
def test_every_part_carries_its_kind(cls):
    x = cls("name") if cls is Experiment else cls()
    assert encode(x)["kind"] == kind(cls)
    assert decode(cls, encode(x)) == x


def test_kinds_are_kebab_case():
    assert kind(experiment.NonSaturating) == "non-saturating"
    assert kind(Sgd) == "sgd"


def test_fields_left_out_take_their_defaults():
    assert decode(Experiment, {"recipe": "mine"}) == Experiment("mine")
    assert decode(Experiment, {"recipe": "mine", "optimisers": {"G": {"kind": "sgd"}}}).optimisers == {"G": Sgd()}


def test_whole_numbers_serve_as_floats():
    lr = decode(Adam, {"lr": 1}).lr
    assert (lr, type(lr)) == (1.0, float)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sed": 1}, "sed: experiment has no such field; did you mean 'seed'?"),
        ({"data": {"sise": 3}}, "data.sise: data has no such field; did you mean 'size'?"),
        ({"prior": {"zzz": 3}}, "prior.zzz: prior has no such field; known: dim, law"),
        ({"nets": {"kind": "mpl"}}, "nets: unknown kind 'mpl'; did you mean 'mlp'?"),
        ({"nets": {}}, "nets: unknown kind None; known: cifar-conv, cifar-full, dcgan, faces, faces-second-stage, mlp, paper"),
        ({"nets": {"kind": [3]}}, "nets: unknown kind [3]; known: cifar-conv, cifar-full, dcgan, faces, faces-second-stage, mlp, paper"),
        ({"kind": "run"}, "experiment: unknown kind 'run'; known: experiment"),
        ({"nets": 3}, "nets: 3 is not an object"),
        ({"nets": None}, "nets: None is not an object"),
        ({"optimisers": {"D": {"kind": "adam", "lr": "fast"}}}, "optimisers.D.lr: 'fast' is not a number"),
        ({"optimisers": {"D": {"kind": "adam", "lr": 0}}}, "optimisers.D.lr: 0.0 is not greater than 0"),
        ({"optimisers": {"D": {"kind": "adam", "beta1": 1.0}}}, "optimisers.D.beta1: 1.0 is not at least 0 and less than 1"),
        ({"optimisers": {"D": {"kind": "adam", "lr": math.nan}}}, "optimisers.D.lr: nan is not finite"),
        ({"optimisers": {"D": {"kind": "adam", "lr": math.inf}}}, "optimisers.D.lr: inf is not finite"),
        ({"optimisers": {"D": {"kind": "adam", "lr": 10**400}}}, "optimisers.D.lr: inf is not finite"),
        ({"optimisers": []}, "optimisers: [] is not an object"),
        (
            {"optimisers": {"D": {"kind": "sgd", "final_momentum": 2.0}}},
            "optimisers.D.final_momentum: 2.0 is not at least 0 and less than 1",
        ),
        ({"batch_size": 0}, "batch_size: 0 is not at least 1"),
        ({"batch_size": 1.5}, "batch_size: 1.5 is not a whole number"),
        ({"batch_size": True}, "batch_size: True is not a whole number"),
        ({"seed": -1}, "seed: -1 is not at least 0"),
        ({"compile": 1}, "compile: 1 is not true or false"),
        ({"device": 1}, "device: 1 is not a text"),
        ({"data": {"fit": "crp"}}, "data.fit: unknown choice 'crp'; did you mean 'crop'?"),
        ({"metrics": {"names": "frechet"}}, "metrics.names: 'frechet' is not a list"),
        ({"metrics": {"names": ["frechet", 3]}}, "metrics.names: 3 is not a text"),
        ({"nets": {"kind": "mlp", "generator": [8, 0]}}, "nets.generator: 0 is not at least 1"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_field(change, message):
    with pytest.raises(BadInput) as caught:
        decode(Experiment, {"recipe": "mine"} | change)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("tree", "message"), [({}, "recipe: is missing"), ([], "experiment: [] is not an object"), (None, "experiment: None is not an object")]
)
def test_an_experiment_needs_its_recipe(tree, message):
    with pytest.raises(BadInput) as caught:
        decode(Experiment, tree)
    assert str(caught.value) == message


def test_experiments_are_frozen():
    for x in (Experiment("mine"), Data(), Mlp(), Prior()):
        with pytest.raises(dataclasses.FrozenInstanceError):
            x.seed = 1
