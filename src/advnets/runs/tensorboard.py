"""The optional TensorBoard writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from advnets.errors import BadInput


def summary_writer() -> type:
    """What writes event files.

    Raises:
        BadInput: the extra is not installed.
    """
    try:
        from tensorboardX import SummaryWriter
    except ImportError:
        raise BadInput('log.tensorboard: needs an extra; pip install "advnets[tensorboard]"') from None
    return SummaryWriter


@contextmanager
def writer(folder: Path, wanted: bool) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function that writes lines of the log as scalars into `folder`; one that does nothing where none are wanted.

    Raises:
        BadInput: the extra is not installed.
    """
    if not wanted:
        yield lambda line: None
        return
    board = summary_writer()(str(folder))

    def add(line: dict[str, Any]) -> None:
        for name, value in line.items():
            board.add_scalar(name, value, line["step"])

    try:
        yield add
    finally:
        board.close()
