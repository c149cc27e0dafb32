"""Every field says what it means: its docstring is the command line's help."""

import dataclasses

import pytest
from docstring_parser import parse_from_object

from advnets import experiment

PARTS = [cls for cls in vars(experiment).values() if dataclasses.is_dataclass(cls)]


@pytest.mark.parametrize("cls", PARTS, ids=lambda cls: cls.__name__)
def test_every_field_has_a_docstring(cls):
    about = {param.arg_name: param.description for param in parse_from_object(cls).params}
    assert cls.__doc__
    assert all(about.get(field.name) for field in dataclasses.fields(cls)), cls.__name__


def test_the_whole_tree_is_covered():
    assert {cls.__name__ for cls in PARTS} == {name for name in experiment.__all__ if name[0].isupper()}
