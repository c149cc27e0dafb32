"""advnets train RECIPE [--data NAME|PATH] [--steps N | --epochs N] [--out DIR] [--config run.json] [--init RUN] ..."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from advnets.cli.words import Parser, apply, nested_help, take_nested
from advnets.errors import BadInput
from advnets.experiment import Experiment, decode, encode
from advnets.recipes import RECIPES, recipe


def run(parser: Parser, words: Sequence[str]) -> int:
    """Train, and print where the run lies."""
    plain, nested = take_nested(words)
    declare(parser)
    if {"-h", "--help"} & set(plain):
        return explain(parser, plain, nested)
    args = parser.read(plain)
    tree = stated(args.recipe, args.config)
    apply(tree, args, nested)
    x = decode(Experiment, tree)
    if args.dry_run:
        print(json.dumps(encode(x), indent=2))
        return 0
    from advnets.cli.ending import told
    from advnets.runs.training import train

    out = Path(args.out) if args.out else unused(x.recipe)
    return told(train(x, out, init=Path(args.init) if args.init else None, overwrite=args.overwrite))


def declare(parser: Parser) -> None:
    """The options with names of their own."""
    parser.add_argument("recipe", nargs="?", metavar="RECIPE", help=f"one of {', '.join(RECIPES)}; may be left out with --config")
    parser.add_argument("--data", metavar="NAME|PATH", help="data set by name (advnets list data) or path")
    parser.add_argument("--data-root", metavar="DIR", help="folder with local copies of the named sets; also ADVNETS_DATA")
    parser.add_argument("--skip-bad-files", action="store_true", help="leave out files that cannot be read, and count them")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", metavar="N", help="rounds to play")
    length.add_argument("--epochs", metavar="N", help="passes over the data")
    parser.add_argument("--batch-size", metavar="N", help="pictures or points a step, over all ranks")
    parser.add_argument("--seed", metavar="N", help="all randomness of the run")
    parser.add_argument("--out", metavar="DIR", help="the run folder; runs/RECIPE, or runs/RECIPE-2, ... if not given")
    parser.add_argument("--overwrite", action="store_true", help="replace a run that lies there")
    parser.add_argument("--device", metavar="D", help="cpu, cuda, cuda:1, ... (anything but cpu is untested)")
    parser.add_argument("--precision", metavar="P", help="auto, float32 or bfloat16; auto measures whether bfloat16 is fast here")
    parser.add_argument("--threads", metavar="N", help="processor threads; torch's own choice if not given")
    parser.add_argument("--compile", action="store_true", help="compile the field (needs a C++ compiler on a processor)")
    parser.add_argument("--stop-on", metavar="WHAT", help="end the run where the alarm begins to see it: collapse")
    parser.add_argument("--config", metavar="run.json", help="the experiment of another run, instead of a recipe's")
    parser.add_argument("--init", metavar="RUN", help="start from the last weights of another run")
    parser.add_argument("--dry-run", action="store_true", help="print the resolved experiment and stop")


def explain(parser: Parser, plain: Sequence[str], nested: Sequence[tuple[str, str]]) -> int:
    """Print help; with a recipe also every field of its experiment, as the other words make it."""
    args, _ = parser.parse_known_args(plain)
    if args.recipe is None and args.config is None:
        fields = ["advnets train RECIPE --help also lists every field of that recipe's experiment."]
    else:
        tree = stated(args.recipe, args.config)
        apply(tree, args, nested)
        x = decode(Experiment, tree)
        fields = [f"fields of {x.recipe}:", *nested_help(x)]
    parser.print_help()
    print("", *fields, sep="\n")
    return 0


def stated(name: str | None, config: str | None) -> Any:
    """The tree of the experiment that a recipe or a file states.

    Raises:
        BadInput: neither or an unknown recipe, an unreadable file, or a file of another recipe.
    """
    if config is None:
        if name is None:
            raise BadInput(f"train: which RECIPE? known: {', '.join(RECIPES)}")
        return encode(recipe(name))
    try:
        content = json.loads(Path(config).read_text())
    except FileNotFoundError:
        raise BadInput(f"--config {config}: does not exist") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"--config {config}: not JSON ({error})") from None
    tree = content.get("experiment", content) if isinstance(content, dict) else content
    x = decode(Experiment, tree)
    if name not in (None, x.recipe):
        raise BadInput(f"--config {config}: is of recipe {x.recipe!r}, not {name!r}")
    return encode(x)


def unused(name: str) -> Path:
    """The first of runs/NAME, runs/NAME-2, ... that does not exist."""
    number, path = 1, Path("runs") / name
    while path.exists():
        number += 1
        path = Path("runs") / f"{name}-{number}"
    return path
