"""What a page can choose: some options of `advnets train ring`, by their own names."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from advnets.errors import BadInput
from advnets.experiment import Average, Experiment, decode, encode
from advnets.experiment.codec import nearest, override
from advnets.recipes import recipe

DATA = ("ring", "grid", "swiss-roll")
OPTIONS = ("data.source", "game.generator", "dynamics", "dynamics.k", "optimisers.D.lr", "optimisers.G.lr", "seed")
MOST_STEPS = 20
"""Steps of D a round: more would make the page wait for a round."""


def experiment(chosen: Mapping[str, Any]) -> Experiment:
    """The recipe `ring` with these options, in float32 on one thread, without an average: the page shows the raw generator.

    Args:
        chosen: values as one would type them, by option.

    Raises:
        BadInput: an option that the lab does not have, or a value that does not fit it.
    """
    tree = encode(recipe("ring"))
    for option in sorted(chosen, key=lambda option: option.count(".")):  # kinds first, then their fields
        if option not in OPTIONS:
            raise BadInput(f"{option}: is no option of the lab; {nearest(option, OPTIONS)}")
        if not isinstance(chosen[option], str):
            raise BadInput(f"{option}: {chosen[option]!r} is not a text")
        override(Experiment, tree, option, chosen[option])
    x = decode(Experiment, tree)
    if x.data.source not in DATA:
        raise BadInput(f"data.source: {x.data.source!r} is not one of {', '.join(DATA)}")
    if getattr(x.dynamics, "k", 1) > MOST_STEPS:
        raise BadInput(f"dynamics.k: is at most {MOST_STEPS} here")
    return replace(x, average=Average(decay=0.0), precision="float32", threads=1)


def command(chosen: Mapping[str, str]) -> str:
    """The command line that plays the same rounds.

    >>> command({"data.source": "grid", "seed": "3"})
    'advnets train ring --data grid --seed 3 --precision float32 --threads 1'
    """
    words = [word for option, value in chosen.items() for word in (f"--{option.removesuffix('.source')}", value)]
    return shlex.join(["advnets", "train", "ring", *words, "--precision", "float32", "--threads", "1"])
