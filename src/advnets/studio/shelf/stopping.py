"""Asking a run in progress to stop: it finishes its round, saves, and can be resumed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from advnets.errors import BadInput
from advnets.runs.process import alive, listens
from advnets.studio.shelf.inside import run_folder


def stop(shelf: Path, name: str) -> None:
    """Send the run's process SIGTERM, if it still is the process that the run recorded, and hears the signal.

    Raises:
        NotThere: no such run.
        BadInput: it is not running, not on this machine, not ours, or not listening.
    """
    status = run_folder(shelf, name).status()
    process = status.get("process")
    if status.get("state") != "running" or process is None or not alive(process):
        raise BadInput(f"{name}: no process of this machine plays it")
    if not listens(process["pid"], signal.SIGTERM):
        raise BadInput(f"{name}: its process does not listen; it is about to end, or trains in a thread")
    try:
        os.kill(process["pid"], signal.SIGTERM)
    except PermissionError:
        raise BadInput(f"{name}: belongs to another user") from None
