"""Everything a page shows of one run: its record, its curves, its pictures."""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

from advnets.runs.alarm.findings import spells
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder
from advnets.studio.shelf.inside import inside, run_folder
from advnets.studio.shelf.listing import numbers, row

PICTURE = re.compile(r"\d{8,}\.png")
STEP = re.compile(r"step-(\d+)")


def about(shelf: Path, name: str) -> dict[str, Any]:
    """A run's row, with its record and what there is to look at.

    Raises:
        NotThere: no such run.
        BadInput: its record cannot be read.
    """
    folder = run_folder(shelf, name)
    record = folder.record()
    return row(shelf, name) | {
        "record": record,
        "resume": shlex.join(["advnets", "resume", str(shelf / name)]),
        "pictures": pictures(shelf, name, folder),
        "checkpoints": steps(folder),
        "averaged": bool(record["experiment"]["average"]["decay"]),
        "shape": record["data"]["shape"],
        "nearest": version(folder.path / "nearest.png"),
        "report": version(folder.report),
        "alarms": [asdict(spell) for spell in spells(read_lines(folder.log))],
    }


def steps(folder: RunFolder) -> list[int]:
    """The steps at which there is a checkpoint, in order."""
    found = [STEP.fullmatch(place.name) for place in folder.checkpoints.glob("step-*")]
    return sorted(int(step[1]) for step in found if step)


def pictures(shelf: Path, name: str, folder: RunFolder) -> list[dict[str, Any]]:
    """The pictures over time: step, file, and a number that changes when the file does."""
    files = sorted(file.name for file in folder.samples.glob("*.png") if PICTURE.fullmatch(file.name))
    return [{"step": int(file[:-4]), "file": file, "version": version(inside(shelf, name, "samples", file))} for file in files]


def version(path: Path) -> int | None:
    """A number that changes when a file does; None where there is none."""
    return path.stat().st_mtime_ns // 1_000_000 if path.exists() else None


def curves(shelf: Path, name: str, after: int) -> dict[str, Any]:
    """The lines of a run's log and of its measurements, as numbers by path.

    Args:
        shelf, name: which run.
        after: only lines of later steps.

    Returns:
        `log` and `metrics`; `last`, the step of the log's last line: if it is before `after`, the run went back to a checkpoint.
    """
    folder = run_folder(shelf, name)
    log = [numbers(line) for line in read_lines(folder.log)]
    measured = [numbers(line) for line in read_lines(folder.metrics)]
    return {
        "log": [line for line in log if line["step"] > after],
        "metrics": [line for line in measured if line["step"] > after],
        "last": max((int(line["step"]) for line in [*log[-1:], *measured[-1:]]), default=0),
    }
