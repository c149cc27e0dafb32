"""What the engine costs: `play` against the same algorithm written out by hand, at the same settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import torch

import ours
from advnets.data import Density, Images
from advnets.recipes import recipe
from advnets.runs.live import Live
from handwritten import alternating, simultaneous
from timing import Row, compared


def paper_mnist_same_algorithm(seconds: float) -> Row:
    """The paper's game at its fastest setting on this machine."""
    return paper_overhead(seconds, next(iter(ours.trial(ours.paper, seconds))))


def engine_overhead(seconds: float) -> Row:
    """The paper's game, float32, eager."""
    return paper_overhead(seconds, ours.Setting())


def engine_overhead_ring(seconds: float) -> Row:
    """The ring game, so small that little but the overhead is left."""
    x = recipe("ring")
    row = compared(
        ("alternating steps by hand, float32, eager", ring_by_hand(ours.living(x))),
        ("play, float32, eager", ours.playing(ours.living(x))),
        seconds,
        threads=torch.get_num_threads(),
        same_algorithm=True,
    )
    return with_overhead(row)


def paper_overhead(seconds: float, setting: ours.Setting) -> Row:
    """The paper's game by hand against the engine, at one setting."""
    row = compared(
        (f"one shared pass by hand, {setting}", paper_by_hand(ours.living(ours.paper(), setting), setting)),
        (f"play, {setting}", ours.playing(ours.living(ours.paper(), setting))),
        seconds,
        threads=torch.get_num_threads(),
        same_algorithm=True,
    )
    return with_overhead(row)


def with_overhead(row: Row) -> Row:
    """The row with the engine's cost a round, in microseconds."""
    return replace(row, extra={"overhead_us": 1000 * (row.ours_ms - row.baseline_ms)})


def paper_by_hand(live: Live, setting: ours.Setting) -> Callable[[], None]:
    """Rounds of the paper's game on this run's networks, optimisers and data, without the engine."""
    assert isinstance(live.source, Images)
    pixels, places = live.source.pixels, count()
    order = torch.randperm(len(pixels))
    batches = len(pixels) // 100
    bfloat16 = setting.precision == "bfloat16"
    step = simultaneous(live.nets["D"], live.nets["G"], live.optimisers, bfloat16=bfloat16, compiled=setting.compile)

    def round() -> None:
        place = next(places) % batches
        x = pixels[order[place * 100 : (place + 1) * 100]].float() / 255
        step(x, (torch.rand(100, 100) * 2 - 1) * 3**0.5)

    return round


def ring_by_hand(live: Live) -> Callable[[], None]:
    """Rounds of the ring game on this run's networks, optimisers and density, without the engine."""
    assert isinstance(live.source, Density)
    source, generator, rows, dim = live.source, torch.Generator(), live.feed.batch_size, live.x.prior.dim
    step_D, step_G = alternating(live.nets["D"], live.nets["G"], live.optimisers)

    def round() -> None:
        step_D(source.sample(rows, generator), torch.randn(rows, dim))
        step_G(torch.randn(rows, dim))

    return round
