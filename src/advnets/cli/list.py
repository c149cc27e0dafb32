"""advnets list recipes|data|metrics|tricks [--json]"""

from __future__ import annotations

import json
from collections.abc import Sequence

from advnets.cli.words import Parser


def run(parser: Parser, words: Sequence[str]) -> int:
    """Print names with a line about each."""
    parser.add_argument("what", choices=["recipes", "data", "metrics", "tricks"])
    parser.add_argument("--json", action="store_true", help="one JSON object: name -> line")
    args = parser.read(words)
    names = {"recipes": recipes, "data": data, "metrics": metrics, "tricks": tricks}[args.what]()
    if args.json:
        print(json.dumps(names))
    else:
        width = max(map(len, names))
        print("\n".join(f"{name:<{width}}  {about}" for name, about in names.items()))
    return 0


def recipes() -> dict[str, str]:
    """Recipes with the first line of their docstrings."""
    from advnets.recipes import RECIPES

    return {name: (function.__doc__ or "").splitlines()[0] for name, function in RECIPES.items()}


def data() -> dict[str, str]:
    """Named data sets and densities."""
    from advnets.data.names import NAMES

    return dict(NAMES)


def metrics() -> dict[str, str]:
    """Metrics."""
    from advnets.metrics.names import METRICS

    return dict(METRICS)


def tricks() -> dict[str, str]:
    """Tricks with the options that ask for them."""
    from advnets.experiment.tricks import TRICKS

    return {name: f"{trick.option}: {trick.about}" for name, trick in TRICKS.items()}
