"""What this process is told before it trains on a processor: what memory to keep, and to take the smallest numbers for zero."""

from __future__ import annotations

import ctypes
import os
from functools import cache

import torch

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX = -1, -2, -4
"""Names of mallopt's parameters, from malloc.h of the GNU C library."""


@cache
def settle() -> None:
    """Make training steps cheap for the operating system and for the arithmetic units; only the first call does anything.

    Memory: every step allocates the same tens of megabytes. The C library gives them back to the system after each, which must clear
    every page again at the next; told to keep them, it does not (a third of a step of the paper's game).

    Numbers below 2**-126, which momentum of weights without a gradient decays to, take a processor many times as long as others. They
    are flushed to zero in this thread and in those that it starts. Threads that torch has started before keep them: call this early.
    """
    torch.set_flush_denormal(True)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None  # other C libraries have none
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, 2**31 - 1)
        mallopt(TOP_PAD, 2**26)
        mallopt(MMAP_MAX, 0)  # what is mapped from the system alone goes back to it alone
