"""Several processes as one run, started by torchrun."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist

from advnets.errors import BadInput, Stopped

GRACE = 20.0
"""Seconds between torchrun's signal and the last word of a rank that waits in vain; torchrun itself kills after 30."""


PATIENCE = timedelta(hours=1)
"""Of ranks for each other: the others wait while the first one measures and writes. A rank that dies is noticed at once."""


@dataclass(frozen=True)
class Ranks:
    """This process among all: `rank` of `world`."""

    rank: int = 0
    world: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes the run folder."""
        return self.rank == 0

    def wait(self) -> None:
        """Until all ranks are here.

        Raises:
            Stopped: one of them has ended.
        """
        if self.world > 1:
            try:
                dist.barrier()
            except RuntimeError:
                raise Stopped("another rank has ended; what it said tells why") from None

    def any(self, mine: bool) -> bool:
        """Whether it is true of some rank."""
        if self.world == 1:
            return mine
        flag = torch.tensor(int(mine))
        dist.all_reduce(flag, dist.ReduceOp.MAX)
        return bool(flag)

    def mean(self, mine: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Scalars averaged over the ranks."""
        if self.world == 1 or not mine:
            return dict(mine)
        together = torch.stack([*mine.values()])
        dist.all_reduce(together)
        return dict(zip(mine, together / self.world, strict=True))

    @contextmanager
    def watched(self, last_word: Callable[[], None]) -> Iterator[None]:
        """While it lasts, a rank that torchrun has told to end, and that does not get to it, says its last word and ends.

        torchrun sends SIGTERM when another rank was lost. As a rule the exchange with that rank has failed by then. But in some
        three of a thousand losses Gloo misses the news and waits on, deaf to Python's signal handlers; only a thread can act.

        Args:
            last_word: called in that thread, `GRACE` seconds after the signal, right before the process ends with status 1.
        """
        if "TORCHELASTIC_RUN_ID" not in os.environ or threading.current_thread() is not threading.main_thread():
            yield
            return
        heard, signalled = socket.socketpair()
        signalled.setblocking(False)
        over = threading.Event()

        def watch() -> None:
            while number := heard.recv(1):
                if number[0] == signal.SIGTERM and not over.wait(GRACE):
                    last_word()
                    os._exit(1)

        before = signal.set_wakeup_fd(signalled.fileno(), warn_on_full_buffer=False)
        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            signal.set_wakeup_fd(before)
            signalled.close()
            thread.join()
            heard.close()


def join(device: str, batch_size: int) -> Ranks:
    """The ranks that torchrun started; one alone without it.

    Raises:
        BadInput: the global batch cannot be shared out evenly.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return Ranks()
    if batch_size % world:
        raise BadInput(f"--batch-size {batch_size}: cannot be shared evenly by {world} ranks")
    if not dist.is_initialized():
        on_gpus = device.startswith("cuda")
        if on_gpus:
            torch.cuda.set_device(own_device(device))
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_gpus else "gloo", timeout=PATIENCE)
        atexit.register(dist.destroy_process_group)
    return Ranks(dist.get_rank(), world)


def own_device(device: str) -> str:
    """Every rank its own GPU, where the run is on GPUs (untested: none was at hand)."""
    return f"cuda:{os.environ['LOCAL_RANK']}" if device == "cuda" and "LOCAL_RANK" in os.environ else device
