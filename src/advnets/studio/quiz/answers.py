"""The answers that were given: a line each in `quiz.jsonl` of the runs folder, beside the runs, which stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from advnets.errors import BadInput
from advnets.runs.files import append_line, read_lines
from advnets.studio.shelf.inside import inside

FILE = "quiz.jsonl"
KEYS = {"run", "step", "weights", "visit", "right"}

Line = Mapping[str, Any]


def keep(shelf: Path, line: Line) -> None:
    """Add an answer.

    Raises:
        BadInput: the file cannot be written, so that the answer does not count.
    """
    try:
        append_line(inside(shelf, FILE), dict(line))
    except OSError as error:
        raise BadInput(f"{FILE}: cannot be written ({error.strerror}); the answer does not count") from None


def given(shelf: Path) -> list[Line]:
    """All answers so far.

    Raises:
        BadInput: the file holds something else.
    """
    try:
        lines = read_lines(inside(shelf, FILE))
    except BadInput:
        lines = [{}]
    if not all(line.keys() >= KEYS for line in lines):
        raise BadInput(f"{FILE}: holds lines that are no answers; move it away")
    return list(lines)


def score(lines: Sequence[Line], **alike: Any) -> dict[str, float] | None:
    """How many answers were right, with the share's 95 % interval (Wilson); None where there is none.

    Args:
        lines: answers.
        alike: what those that count have in common: `run`, `step`, `weights`, `visit`.

    Returns:
        `right` of `of`, `share`, `low` and `high` in [0, 1].
    """
    from advnets.metrics.intervals import share

    counted = [bool(line["right"]) for line in lines if all(line[key] == alike[key] for key in alike)]
    if not counted:
        return None
    found = share(sum(counted), len(counted))
    return {"right": sum(counted), "of": len(counted), "share": found.value, "low": found.low, "high": found.high}
