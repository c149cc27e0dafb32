"""Words of the command line: a parser whose errors are one line, and options for every field of an experiment."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from advnets.errors import BadInput
from advnets.experiment import Data, Experiment, encode
from advnets.experiment.codec import alternatives, annotation_at, choices, join, kind, nearest, override

SHORT = {
    "data": "data.source",
    "data-root": "data.root",
    "steps": "steps",
    "epochs": "epochs",
    "batch-size": "batch_size",
    "seed": "seed",
    "device": "device",
    "precision": "precision",
    "threads": "threads",
    "stop-on": "alarm.stop_on",
}
"""Options with a name of their own, and the fields they set."""

FLAGS = {"compile": "compile", "skip-bad-files": "data.skip_bad_files"}
"""Options without a value, and the fields they make true."""


class Parser(argparse.ArgumentParser):
    """argparse with errors that are one line, name the nearest word, and exit through BadInput."""

    def __init__(self, verb: str, about: str) -> None:
        super().__init__(prog=f"advnets {verb}", description=about, allow_abbrev=False, add_help=False)
        self.add_argument("-h", "--help", action="store_true", help="say this and exit")

    def error(self, message: str) -> NoReturn:
        """Raises: BadInput, always."""
        raise BadInput(f"{self.prog.removeprefix('advnets ')}: {message}")

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse all words; `--help` prints and exits.

        Raises:
            BadInput: a word that is not known, or a value that does not fit.
        """
        if "-h" in words or "--help" in words:
            self.print_help()
            sys.exit(0)
        args, extra = self.parse_known_args(words)
        if extra:
            options = [option for action in self._actions for option in action.option_strings]
            hint = f"; {nearest(extra[0].split('=')[0], options)}" if extra[0].startswith("-") else ""
            self.error(f"unknown argument {extra[0]!r}{hint}")
        return args

    def common_run_options(self) -> None:
        """Which weights of a run: `--weights` and `--at`."""
        self.add_argument(
            "--weights",
            choices=["averaged", "raw"],
            default=None,
            help="the averaged generator (default, where there is one) or the raw one",
        )
        self.add_argument("--at", type=int, metavar="STEP", help="the checkpoint of this step; the last one if not given")


def take_nested(words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Split off options that are paths into the experiment, `--nets.width 64` or `--nets.width=64`, and choices of a kind.

    A boolean field may stand alone: `--data.flip` is `--data.flip true`.

    Raises:
        BadInput: an option without its value.
    """
    kinds = {field.name for field in dataclasses.fields(Experiment) if len(choices(annotation_at(Experiment, {}, field.name))) > 1}
    rest: list[str] = []
    nested: list[tuple[str, str]] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or ("." not in name and name not in kinds):
            rest.append(word)
            continue
        path = name.replace("-", "_")
        if not equals:
            if queue and not queue[0].startswith("--"):
                value = queue.pop(0)
            elif is_boolean(path):
                value = "true"
            else:
                raise BadInput(f"--{name}: needs a value")
        nested.append((path, value))
    return rest, nested


def is_boolean(path: str) -> bool:
    """Whether a path into any experiment leads to a boolean."""
    try:
        return annotation_at(Experiment, encode(Experiment("")), path) is bool
    except BadInput:
        return False


def apply(tree: Any, args: argparse.Namespace, nested: Sequence[tuple[str, str]]) -> None:
    """Put what the command line says into the tree of an experiment: kinds first, then their fields.

    Raises:
        BadInput: an unknown field, or a value of another type.
    """
    for option, path in SHORT.items():
        value = getattr(args, option.replace("-", "_"), None)
        if value is not None:
            override(Experiment, tree, path, value)
            if path in ("steps", "epochs"):
                tree["epochs" if path == "steps" else "steps"] = None
    for flag, path in FLAGS.items():
        if getattr(args, flag.replace("-", "_"), False):
            override(Experiment, tree, path, "true")
    for path, value in sorted(nested, key=lambda option: option[0].count(".")):
        override(Experiment, tree, path, value)


def nested_help(x: Experiment, part: str = "") -> list[str]:
    """A line for every field below a part of an experiment: the option, what it means, what it holds now."""
    tree = encode(x)

    def lines(value: Any, path: str, meaning: str) -> Iterator[str]:
        option, words = f"--{path.replace('_', '-')}", alternatives(annotation_at(Experiment, tree, path)) if path else []
        if len(words) > 1:
            option += f" {{{','.join(words)}}}"
        if isinstance(value, Mapping):
            for key, item in value.items():
                yield from lines(item, join(path, key), f"{meaning}: {key}")
        elif dataclasses.is_dataclass(value):
            if len(words) > 1:
                yield described(option, meaning, kind(type(value)))
            about = meanings(type(value))
            for field in dataclasses.fields(value):
                yield from lines(getattr(value, field.name), join(path, field.name), about[field.name])
        elif "." in path:
            yield described(option, meaning, shown(value))

    return list(lines(getattr(x, part) if part else x, part, ""))


def shown(value: Any) -> str:
    """The value of a field as one would type it."""
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def meanings(cls: type) -> dict[str, str]:
    """The docstrings of a dataclass's fields."""
    from docstring_parser import parse_from_object

    return {param.arg_name: param.description or "" for param in parse_from_object(cls).params}


def described(option: str, meaning: str, now: str) -> str:
    """An option with its meaning and its value, aligned like argparse's."""
    text = f"{meaning} ({now})"
    return f"  {option:<38}{text}" if len(option) < 37 else f"  {option}\n{'':<40}{text}"


def data_options(parser: Parser) -> None:
    """Options of verbs that read data: where local copies lie, and what becomes of bad files."""
    parser.add_argument("--data-root", metavar="DIR", help="folder with local copies of the named sets; also ADVNETS_DATA")
    parser.add_argument("--skip-bad-files", action="store_true", help="leave out files that cannot be read, and count them")


def data_of(source: str, args: argparse.Namespace, nested: Sequence[tuple[str, str]], base: Data | None = None) -> Data:
    """The data that a command names, with its `--data...` options.

    Raises:
        BadInput: an option that is not one of data's.
    """
    from advnets.experiment import decode

    for path, _ in nested:
        if not path.startswith("data."):
            raise BadInput(f"--{path}: only --data... options fit here")
    tree = encode(Experiment("", data=base or Data()))
    args.data = source
    apply(tree, args, nested)
    return decode(Experiment, tree).data
