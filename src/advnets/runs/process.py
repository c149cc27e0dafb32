"""Which process plays a run, told apart from every other process there has been: numbers come round again, boots and start times do not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

PROC = Path("/proc")


def identity(pid: int | None = None) -> dict[str, Any]:
    """A process of this machine: `pid`, `started` in clock ticks since the boot, and `boot`.

    Args:
        pid: its number; this process if None.

    Returns:
        The record; empty where there is no such process (a zombie is none), or no /proc to ask.
    """
    number = os.getpid() if pid is None else pid
    try:
        state, *rest = (PROC / str(number) / "stat").read_text().rpartition(")")[2].split()  # the name before it may hold anything
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return {}
    return {} if state in "ZX" else {"pid": number, "started": int(rest[18]), "boot": boot}


def alive(record: Any) -> bool | None:
    """Whether a recorded process still is; None where the record does not say (another machine or boot, an older run, no /proc)."""
    here = identity()
    if not here or not isinstance(record, dict) or record.get("boot") != here["boot"] or type(record.get("pid")) is not int:
        return None
    return identity(record["pid"]) == record


def listens(pid: int, number: int) -> bool:
    """Whether a process has a handler of its own for a signal, rather than dying of it."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return False
    caught = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:"))
    return bool(caught >> (number - 1) & 1)
