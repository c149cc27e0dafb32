"""The first batch: what networks take from data before the first round, as a function of the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

from advnets.core import Game, Rng, View
from advnets.data import Density
from advnets.errors import BadInput
from advnets.nets.first_rows import FirstRows, first_rows
from advnets.nets.normalisation import Referenced
from advnets.runs.feed import Feed

TURN = -1
"""Of the draws: no turn of a round has this number."""


def begin(game: Game[Any, Any], nets: Mapping[str, nn.Module], feed: Feed, rng: Rng) -> None:
    """Have reference batches chosen, and then all that starts from a batch as large as the feed's.

    Args:
        game: its `watch` calls D on data before samples, so that a reference batch of D is one of data.
        nets: the networks by name, changed in place where they hold such layers.
        feed: what every rank draws a turn.
        rng: the randomness, the same on all ranks.

    Raises:
        BadInput: the data have fewer rows than a reference batch.
    """
    layers = [layer for net in nets.values() for layer in net.modules() if isinstance(layer, FirstRows)]
    references = [layer for layer in layers if isinstance(layer, Referenced)]
    if references:
        rows = max(len(layer.reference) for layer in references)
        if not isinstance(feed.source, Density) and len(feed.source) < rows:
            raise BadInput(f"nets: a reference batch of {rows} rows, but {feed.source.name} has only {len(feed.source)}")
        look(game, nets, Feed(feed.source, feed.prior, rows), rng, references)
    if others := [layer for layer in layers if not isinstance(layer, Referenced)]:
        look(game, nets, feed, rng, others)


@torch.no_grad()
def look(game: Game[Any, Any], nets: Mapping[str, nn.Module], feed: Feed, rng: Rng, layers: Sequence[FirstRows]) -> None:
    """Show the networks a batch, from which these layers begin."""
    with torch.random.fork_rng(devices=[]), first_rows(layers):
        rng.seed_networks()
        game.watch(View(nets, ()), game.draw(feed, nets, rng))
