"""How the verbs that train end."""

from __future__ import annotations

import os

from advnets.runs.folder import RunFolder


def told(folder: RunFolder) -> int:
    """Say where the run lies, and how to go on if it was stopped; return the exit status."""
    status = folder.status()
    if int(os.environ.get("RANK", "0")) == 0:
        if status["state"] == "stopped":
            print(f"stopped at step {status['step']}, saved; advnets resume {folder.path}")
        else:
            print(f"{folder.report}")
    return 130 if status["state"] == "stopped" else 0
