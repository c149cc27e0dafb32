"""Where a run comes from: versions, commit, command, data."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from advnets.data import Density, Images, Points, Streamed
from advnets.runs.building import Source


def versions() -> dict[str, str]:
    """Of what computes: Python, torch and advnets."""
    try:
        own = version("advnets")
    except PackageNotFoundError:  # run from a source tree that is not installed
        own = "unknown"
    return {"advnets": own, "torch": version("torch"), "numpy": version("numpy"), "python": platform.python_version()}


def commit() -> str | None:
    """The commit of this source tree, with `+changes` where files of the package differ from it; None outside a checkout of advnets."""
    here = Path(__file__).resolve().parent

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(here), *words], capture_output=True, text=True, check=True, timeout=10).stdout.strip()

    try:
        if not git("ls-files", "--error-unmatch", __file__):
            return None
        return git("rev-parse", "HEAD") + ("+changes" if git("status", "--porcelain", "--", str(here.parent)) else "")
    except (OSError, subprocess.SubprocessError):
        return None


def describe(source: Source, classes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Name, shape, number of rows and fingerprint of the data; of their labels too where players are given these classes."""
    about: dict[str, Any] = {"name": source.name, "shape": list(source.shape)}
    if isinstance(source, Images):
        about |= {
            "rows": len(source),
            "sha256": hashlib.sha256(source.pixels.cpu().numpy().tobytes()).hexdigest(),
            "skipped": len(source.skipped),
        }
    elif isinstance(source, Points):
        about |= {"rows": len(source), "sha256": hashlib.sha256(source.values.cpu().numpy().tobytes()).hexdigest()}
    elif isinstance(source, Streamed):
        about |= {"rows": len(source), "sha256": source.fingerprint, "skipped": len(source.skipped)}
    if classes and not isinstance(source, Density) and source.labels is not None:
        about |= {"classes": list(classes), "labels": hashlib.sha256(source.labels.cpu().numpy().tobytes()).hexdigest()}
    return about


def origin() -> dict[str, Any]:
    """Command, versions, commit, machine and time."""
    return {
        "command": ["advnets", *sys.argv[1:]],
        "versions": versions(),
        "commit": commit(),
        "machine": {"system": platform.system(), "processor": platform.machine()},
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }
