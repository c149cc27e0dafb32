"""Blocks, medians and rows."""

from __future__ import annotations

import json

import pytest

import timing
from timing import compared, interleaved, row


def test_the_contestants_take_turns_and_start_in_turns() -> None:
    seen: list[str] = []
    blocks = interleaved({"a": lambda: seen.append("a"), "b": lambda: seen.append("b")}, 0.0, warm_up=1, block_seconds=0.0)
    assert "".join(seen) == "abaabbbbaa"  # the warm-up, a block each, a block each in reverse; the first step of one is not counted
    assert {name: len(times) for name, times in blocks.items()} == {"a": 2, "b": 2}


def test_a_quarter_of_a_block_and_a_step_warm_the_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(timing, "timed", lambda step, calls, last: asked.append((calls, last)) or 1.0)
    interleaved({"a": int}, 0.0, block_seconds=8.0)
    assert asked == [(3, 1), (11, 8), (11, 8)]  # the warm-up, and two blocks of eight steps that count


def test_a_row_is_medians_their_ratio_and_its_quartiles() -> None:
    made = row({"baseline": [6.0, 4.0, 50.0], "ours": [2.0, 2.0, 10.0]}, baseline="plain", ours="engine", threads=2, same_algorithm=False)
    assert (made.baseline_ms, made.ours_ms, made.ratio, made.runs) == (6.0, 2.0, 3.0, 3)
    assert made.quartiles == (2.5, 4.0)  # of 3, 2 and 5


def test_a_row_is_json_with_the_promised_keys() -> None:
    values = compared(("a", int), ("b", int), 0.0, threads=2, same_algorithm=True, block_seconds=0.0).as_json()
    assert json.loads(json.dumps(values)) == values
    assert values.keys() >= {"baseline_ms", "ours_ms", "ratio", "threads", "same_algorithm"}
    assert values["ratio"] == pytest.approx(values["baseline_ms"] / values["ours_ms"], rel=2e-3)  # type: ignore[operator]
