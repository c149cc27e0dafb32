"""What a process that trains on a processor is told: what memory to keep, and to take the smallest numbers for zero."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX = -1, -2, -4
"""Names of mallopt's parameters, from malloc.h of the GNU C library."""


@contextmanager
def settled() -> Iterator[None]:
    """A time in which steps of a training cost the operating system and the arithmetic units no more than they must.

    Numbers below 2**-126, which momentum of weights without a gradient decays to, take a processor many times as long as others. They
    are zero meanwhile, in this thread and in those that it starts; threads that torch had started before compute with them.
    """
    keep_memory()
    before = (torch.tensor(1e-38) * 0.1).item() == 0
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


@cache
def keep_memory() -> None:
    """Have the C library keep what is freed, from now on.

    Every step of a training allocates the same tens of megabytes. Given back to the system after each step, they would come with all
    pages to be cleared at the next: a third of a step of the paper's game.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None  # other C libraries have none
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, 2**31 - 1)
        mallopt(TOP_PAD, 2**26)
        mallopt(MMAP_MAX, 0)  # what is mapped from the system alone goes back to it alone
