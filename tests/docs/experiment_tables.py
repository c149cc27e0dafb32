"""The fields of an experiment as rows of a table, as docs/fields.md has to show them."""

import dataclasses
import typing
from collections.abc import Iterator

from advnets.cli.words import meanings
from advnets.experiment import Experiment
from advnets.experiment.codec import choices, fields_of, is_mapping, join, kind


def rows(cls: type = Experiment, path: str = "") -> Iterator[str]:
    """`| option | meaning | default |` for every field that an option sets, of every kind that a field can hold."""
    about, hints = meanings(cls), fields_of(cls)
    for field in dataclasses.fields(cls):
        where, annotation, default = join(path, field.name), hints[field.name], value(field)
        if is_mapping(annotation):  # of players; the first stands for all
            where, annotation = f"{where}.D", typing.get_args(annotation)[1]
            default = default["D"]
        option, options = f"--{where.replace('_', '-')}", choices(annotation)
        if len(options) > 1:
            yield f"| `{option}` | {about[field.name]}: {', '.join(f'`{kind(choice)}`' for choice in options)} | `{kind(type(default))}` |"
        for choice in options:
            yield from rows(choice, where)
        if not options and default is not dataclasses.MISSING:
            yield f"| `{option}` | {about[field.name]} | `{shown(default)}` |"


def value(field: dataclasses.Field) -> typing.Any:
    """The default of a field."""
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def shown(default: typing.Any) -> str:
    """A default as one would type it."""
    if isinstance(default, tuple):
        return ",".join(map(str, default)) or "none"
    return str(default).lower() if default is None or isinstance(default, bool) else str(default)
