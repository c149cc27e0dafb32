"""How the verbs that train end."""

from __future__ import annotations

import os

from advnets.runs.folder import RunFolder


def leads() -> bool:
    """Whether this process is the one of a torchrun that speaks."""
    return os.environ.get("RANK", "0") == "0"


def told(folder: RunFolder) -> int:
    """Say where the run lies, and how to go on if it was stopped; return the exit status."""
    status = folder.status()
    if leads():
        if status["state"] == "stopped":
            print(f"stopped at step {status['step']}, saved; {folder.resuming}")
        else:
            print(f"{folder.report}")
    return 130 if status["state"] == "stopped" else 0
