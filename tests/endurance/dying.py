"""The command `advnets`, which kills itself inside one of its writes: python dying.py PLACE N COUNTS train ring ...

PLACE names a step of writing, and N says at which of these steps the process dies, at once and with nothing tidied up (SIGKILL).
With N = 0 it lives, and leaves in the file COUNTS how many of each there were.
"""

from __future__ import annotations

import atexit
import builtins
import json
import os
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from advnets.cli import main
from advnets.runs import files

PLACES = ("half of a file", "before a sync", "before a rename", "after a rename", "inside a removal")


class Death:
    """Counts steps of writing, and comes at the N-th of one place."""

    def __init__(self, place: str, number: int) -> None:
        self.place, self.number, self.counts = place, number, Counter[str]()

    def comes(self, place: str) -> bool:
        """Whether this step is the last."""
        self.counts[place] += 1
        return place == self.place and self.counts[place] == self.number

    def strike(self) -> None:
        """Nothing of this process runs after this."""
        os.kill(os.getpid(), signal.SIGKILL)


class File:
    """A file whose writer may die half-way."""

    def __init__(self, file: Any, death: Death) -> None:
        self.file, self.death = file, death

    def __enter__(self) -> File:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, content: bytes) -> None:
        if self.death.comes("half of a file"):
            self.file.write(content[: len(content) // 2])
            self.file.flush()
            self.death.strike()
        self.file.write(content)


class System:
    """The module os, as `advnets.runs.files` shall see it."""

    def __init__(self, death: Death) -> None:
        self.death = death

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, handle: int) -> None:
        if self.death.comes("before a sync"):
            self.death.strike()
        os.fsync(handle)

    def replace(self, source: Path, target: Path) -> None:
        if self.death.comes("before a rename"):
            self.death.strike()
        os.replace(source, target)
        if self.death.comes("after a rename"):
            self.death.strike()


class Shell:
    """The module shutil, as `advnets.runs.files` shall see it."""

    def __init__(self, death: Death) -> None:
        self.death = death

    def rmtree(self, path: Path, ignore_errors: bool = False) -> None:
        if self.death.comes("inside a removal"):
            next(file for file in sorted(path.rglob("*")) if file.is_file()).unlink()
            self.death.strike()
        shutil.rmtree(path, ignore_errors)


def arrange(death: Death) -> None:
    """Put death into every step of writing that runs make."""
    files.os, files.shutil = System(death), Shell(death)  # type: ignore[assignment]
    files.open = lambda *args, **more: File(builtins.open(*args, **more), death)  # type: ignore[attr-defined]  # noqa: SIM115


if __name__ == "__main__":
    death = Death(sys.argv[1], int(sys.argv[2]))
    arrange(death)
    if not death.number:
        counts = Path(sys.argv[3])
        atexit.register(lambda: counts.write_text(json.dumps(death.counts)))
    sys.argv[1:] = sys.argv[4:]
    sys.exit(main())
