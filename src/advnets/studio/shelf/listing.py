"""The runs, a row each."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

from advnets.runs.folder import RunFolder
from advnets.runs.process import alive
from advnets.studio.shelf.inside import NotThere, names, run_folder

QUIET_SECONDS = 600
"""After so long without a word a run that says it is running, on a machine that cannot be asked, is taken to be stale."""
TAIL = 65536
"""Bytes at the end of a log in which its last line is looked for."""


def rows(shelf: Path) -> list[dict[str, Any]]:
    """Every run on the shelf; one that cannot be read is a row with an `error`."""
    return [row(shelf, name) for name in names(shelf)]


def row(shelf: Path, name: str) -> dict[str, Any]:
    """What is to be known of a run at a glance."""
    try:
        folder = run_folder(shelf, name)
        record = folder.record()
        x = record["experiment"]
        seen = last_line(folder.log)
        return {
            "run": name,
            "recipe": str(x["recipe"]),
            "data": str(record["data"]["name"]),
            "rounds": int(record["rounds"]),
            "images": int(seen.get("images", 0)),
            "watch": {key: value for key, value in numbers(seen).items() if key.startswith("watch/")},
            "metrics": headlines(last_line(folder.metrics)),
        } | state(folder)
    except NotThere as error:
        return {"run": name, "error": str(error)}
    except Exception as error:  # a damaged folder may fail in any way; it costs its row, not the page
        return {"run": name, "error": f"cannot be read: {shown(error, shelf)}"}


def shown(error: Exception, shelf: Path) -> str:
    """An error in a line, without the place of the shelf on this machine."""
    return " ".join(str(error).replace(f"{shelf.resolve()}/", "").split())[:300] or type(error).__name__


def state(folder: RunFolder) -> dict[str, Any]:
    """How a run stands: `state` (running, stale, done, stopped, diverged), `step`, `quiet_seconds`, and whether its process is `here`."""
    status = folder.status()
    here = alive(status.get("process"))
    quiet = max(0.0, time.time() - last_word(folder))
    word = str(status["state"])
    if word == "running" and (here is False or (here is None and quiet > QUIET_SECONDS)):
        word = "stale"
    return {"state": word, "step": int(status["step"]), "quiet_seconds": round(quiet), "here": here is True}


def last_word(folder: RunFolder) -> float:
    """When a run last wrote something, in seconds since 1970."""
    places = (folder.path / "run.json", folder.path / "status.json", folder.log, folder.metrics, folder.samples, folder.checkpoints)
    return max((place.stat().st_mtime for place in places if place.exists()), default=0.0)


def last_line(path: Path) -> dict[str, Any]:
    """The last whole JSON line of a file; empty where there is none."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL))
        whole = file.read().split(b"\n")[:-1]
    return json.loads(whole[-1]) if whole else {}


def numbers(line: dict[str, Any]) -> dict[str, float]:
    """The finite numbers of a line, however deep, by their paths: `frechet.distance`."""
    found: dict[str, float] = {}
    for key, value in line.items():
        if isinstance(value, dict):
            found |= {f"{key}.{path}": number for path, number in numbers(value).items()}
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            found[key] = value
    return found


def headlines(line: dict[str, Any]) -> dict[str, float]:
    """Of every metric of a line its first number, by its path; how many samples it took is not meant."""
    first: dict[str, tuple[str, float]] = {}
    for path, number in numbers(line).items():
        if "." in path and not path.endswith(".samples"):
            first.setdefault(path.split(".")[0], (path, number))
    return dict(first.values())
