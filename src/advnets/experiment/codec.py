"""Experiments to JSON and back, strictly: every mistake is an error that names the field.

A dataclass that is one choice among several carries its kind, `{"kind": "adam", "lr": 0.0002}`; its name in kebab case. The command
line uses the same form: an option is a path into the tree (`nets.width`), and choosing a kind (`--nets mlp`) starts from its defaults.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from advnets.errors import BadInput

Tree = Any
"""What JSON knows: dicts, lists, strings, numbers, booleans, None."""


def kind(cls: type) -> str:
    """The name of a choice: NonSaturating -> non-saturating."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")


@cache
def fields_of(cls: type) -> dict[str, Any]:
    """The fields of a dataclass with their resolved types."""
    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def choices(annotation: Any) -> tuple[type, ...]:
    """The dataclasses that a field can hold; empty for plain values."""
    options = typing.get_args(annotation) if is_union(annotation) else (annotation,)
    return tuple(option for option in options if isinstance(option, type) and dataclasses.is_dataclass(option))


def alternatives(annotation: Any) -> list[str]:
    """The words that a choice is made with: kinds of dataclasses, or those of a Literal; empty for plain values."""
    if typing.get_origin(annotation) is typing.Literal:
        return [*typing.get_args(annotation)]
    return [kind(option) for option in choices(annotation)]


def is_union(annotation: Any) -> bool:
    """Whether the type is a choice between types."""
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def is_mapping(annotation: Any) -> bool:
    """Whether the type maps names to values."""
    origin = typing.get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def nearest(word: str, words: typing.Iterable[str]) -> str:
    """The end of an error message about an unknown word: the nearest known one, or all of them."""
    known = sorted(words)
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"


def encode(value: Any) -> Tree:
    """An experiment, or part of one, as plain JSON values; every dataclass carries its kind."""
    if dataclasses.is_dataclass(value):
        return {"kind": kind(type(value))} | {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return [encode(item) for item in value] if isinstance(value, tuple) else value


def decode(annotation: Any, tree: Tree, path: str = "") -> Any:
    """The value of this type that a tree states; fields left out take their defaults.

    Raises:
        BadInput: an unknown kind or field, a value of another type, or a number that is not finite. Names the field by its path.
    """
    if options := choices(annotation):
        if path in FORMER and isinstance(tree, bool):
            tree = {"kind": FORMER[path][tree]}
        if tree is None and type(None) in typing.get_args(annotation):
            return None
        return decode_dataclass(options, tree, path)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        value = decode(args[0], tree, path)
        if broken := [bounds for bounds in args[1:] if not bounds.hold(value)]:
            raise BadInput(f"{path}: {value!r} is not {broken[0]}")
        return value
    if origin is typing.Literal:
        if tree not in args:
            raise BadInput(f"{path}: unknown choice {tree!r}; {nearest(str(tree), args)}")
        return tree
    if is_union(annotation):  # of a plain type and None
        return None if tree is None else decode(next(a for a in args if a is not type(None)), tree, path)
    if origin is tuple:
        if not isinstance(tree, list):
            raise BadInput(f"{path}: {tree!r} is not a list")
        return tuple(decode(args[0], item, path) for item in tree)
    if is_mapping(annotation):
        if not isinstance(tree, dict):
            raise BadInput(f"{path}: {tree!r} is not an object")
        return {key: decode(args[1], item, f"{path}.{key}") for key, item in tree.items()}
    return decode_plain(annotation, tree, path)


FORMER = {"nets.discriminator_norm": {False: "no-norm", True: "batch-norm"}}
"""Fields that were a yes or no in earlier runs, and the kinds that they meant."""


def decode_dataclass(options: tuple[type, ...], tree: Tree, path: str) -> Any:
    """One of several dataclasses, told apart by its kind."""
    if not isinstance(tree, dict):
        raise BadInput(f"{path or 'experiment'}: {tree!r} is not an object")
    kinds = {kind(option): option for option in options}
    name = tree.get("kind", next(iter(kinds)) if len(kinds) == 1 else None)
    if not isinstance(name, str) or name not in kinds:
        raise BadInput(f"{path or 'experiment'}: unknown kind {name!r}; {nearest(str(name), kinds)}")
    cls = kinds[name]
    known = fields_of(cls)
    values: dict[str, Any] = {}
    for key, item in tree.items():
        if key == "kind":
            continue
        if key not in known:
            raise BadInput(f"{join(path, key)}: {name} has no such field; {nearest(key, known)}")
        values[key] = decode(known[key], item, join(path, key))
    missing = [f.name for f in dataclasses.fields(cls) if f.default is f.default_factory is dataclasses.MISSING and f.name not in values]
    if missing:
        raise BadInput(f"{join(path, missing[0])}: is missing")
    return cls(**values)


def decode_plain(annotation: type, tree: Tree, path: str) -> Any:
    """A string, boolean or finite number of exactly this type; whole numbers serve as floats."""
    if annotation is float and isinstance(tree, int) and not isinstance(tree, bool):
        tree = float(tree) if abs(tree) < 2**1023 else math.inf
    if type(tree) is not annotation:
        raise BadInput(f"{path}: {tree!r} is not {PLAIN[annotation]}")
    if annotation is float and not math.isfinite(tree):
        raise BadInput(f"{path}: {tree!r} is not finite")
    return tree


PLAIN = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def join(path: str, key: str) -> str:
    """A path one step longer."""
    return f"{path}.{key}" if path else key


def parse(annotation: Any, text: str, path: str) -> Tree:
    """The tree that a command-line word states for a field of this type.

    Raises:
        BadInput: the word is not of the type.
    """
    if choices(annotation):
        kinds = alternatives(annotation)
        if text not in kinds:
            raise BadInput(f"--{path}: unknown kind {text!r}; {nearest(text, kinds)}")
        return {"kind": text}
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return parse(args[0], text, path)
    if is_union(annotation):
        return None if text == "none" else parse(next(a for a in args if a is not type(None)), text, path)
    if origin is tuple:
        return [parse(args[0], word, path) for word in text.replace(",", " ").split()]
    if annotation is bool:
        if text not in ("true", "false"):
            raise BadInput(f"--{path}: {text!r} is neither true nor false")
        return text == "true"
    if annotation in (int, float):
        try:
            return annotation(text)
        except ValueError:
            raise BadInput(f"--{path}: {text!r} is not {PLAIN[annotation]}") from None
    return text


def annotation_at(root: Any, tree: Tree, path: str) -> Any:
    """The type of the field at this path, following the kinds that the tree states.

    Raises:
        BadInput: there is no such field.
    """
    annotation: Any = root
    walked = ""
    for key in path.split("."):
        known: dict[str, Any] = {}
        if options := choices(annotation):
            cls = next((o for o in options if kind(o) == (tree or {}).get("kind")), options[0])
            known = fields_of(cls)
        elif is_mapping(annotation):
            known = dict.fromkeys(tree, typing.get_args(annotation)[1])
        if key not in known:
            raise BadInput(f"--{path}: {walked or 'the experiment'} has no field {key!r}" + (f"; {nearest(key, known)}" if known else ""))
        annotation, walked = known[key], join(walked, key)
        tree = tree.get(key) if isinstance(tree, dict) else None
    return annotation


def override(root: Any, tree: Tree, path: str, text: str) -> None:
    """Set the field at this path to what a command-line word states.

    Raises:
        BadInput: there is no such field, or the word is not of its type.
    """
    annotation = annotation_at(root, tree, path)
    *parents, last = path.split(".")
    for key in parents:
        tree = tree.setdefault(key, {})
    value = parse(annotation, text, path)
    if isinstance(tree.get(last), dict) and isinstance(value, dict) and tree[last].get("kind") == value["kind"]:
        return  # the kind it already has: its fields stay
    tree[last] = value
