"""The run folder: where everything of a run lies.

run.json          the experiment, how it was started, with what
status.json       running, stopped, done or diverged, and the rounds played; the process that plays it
log.jsonl         a line every `log.every` rounds
metrics.jsonl     a line for every measurement while training
samples/          a picture every `samples.every` rounds, from fixed noise
checkpoints/      a folder a checkpoint
nearest.png  samples.gif  curves.svg  report.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advnets.errors import BadInput
from advnets.experiment import Experiment, decode
from advnets.runs.files import new_folder, remove_folder, write_json
from advnets.runs.process import alive, identity

FORMAT = 1


@dataclass(frozen=True)
class RunFolder:
    """Paths and records of one run."""

    path: Path

    @property
    def log(self) -> Path:
        """Costs and rates, a JSON line each."""
        return self.path / "log.jsonl"

    @property
    def metrics(self) -> Path:
        """Measurements while training, a JSON line each."""
        return self.path / "metrics.jsonl"

    @property
    def samples(self) -> Path:
        """Pictures over time."""
        return self.path / "samples"

    @property
    def checkpoints(self) -> Path:
        """Saved states."""
        return self.path / "checkpoints"

    @property
    def report(self) -> Path:
        """The self-contained page."""
        return self.path / "report.html"

    def record(self) -> dict[str, Any]:
        """What run.json says.

        Raises:
            BadInput: not a run folder, torn, or of a later format.
        """
        file = self.path / "run.json"
        try:
            record = json.loads(file.read_text())
        except FileNotFoundError:
            raise BadInput(f"{self.path}: not a run folder (it has no run.json)") from None
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise BadInput(f"{file}: not JSON ({error})") from None
        if not isinstance(record, dict) or "experiment" not in record:
            raise BadInput(f"{file}: not the record of a run (it has no experiment)")
        if record.get("format") != FORMAT:
            raise BadInput(f"{file}: format {record.get('format')!r} is not {FORMAT}, which this version of advnets reads")
        if missing := [key for key in ("means", "world", "data", "rounds", "versions", "command") if key not in record]:
            raise BadInput(f"{file}: not the record of a run (it has no {missing[0]})")
        return record

    def experiment(self) -> Experiment:
        """The experiment of the run."""
        return decode(Experiment, self.record()["experiment"])

    def status(self) -> dict[str, Any]:
        """The last word about the run: state and rounds played."""
        try:
            said = json.loads((self.path / "status.json").read_text())
        except (FileNotFoundError, ValueError):
            said = None
        if isinstance(said, dict) and isinstance(said.get("state"), str) and type(said.get("step")) is int:
            return said
        return {"state": "stopped", "step": 0}

    @property
    def resuming(self) -> str:
        """The command that plays the rest."""
        world = self.record()["world"]
        return f"{f'torchrun --nproc-per-node {world} -m ' if world > 1 else ''}advnets resume {self.path}"

    def check_idle(self) -> None:
        """Nobody else plays the run.

        Raises:
            BadInput: another process does.
        """
        process = self.status().get("process")
        if process and process != identity() and alive(process):
            raise BadInput(f"{self.path}: is being played by process {process['pid']}; end that first")

    def say(self, state: str, step: int) -> None:
        """Write the status; while the run is running, with the process that plays it."""
        process = {"process": identity()} if state == "running" else {}
        write_json(self.path / "status.json", {"state": state, "step": step} | process)


def check_place(path: Path, overwrite: bool) -> None:
    """A run folder can be made here.

    Raises:
        BadInput: the current folder is it or lies in it; or something lies there, and `overwrite` is false or it is not an idle run.
    """
    if Path.cwd().is_relative_to(path.resolve()):
        raise BadInput(f"--out {path}: the current folder is it, or lies in it; name another")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        if not (path / "run.json").exists():
            raise BadInput(f"--out {path}: exists and is not a run folder; name another")
        if not overwrite:
            raise BadInput(f"--out {path}: holds a run already; resume it (advnets resume {path}) or say --overwrite")
        RunFolder(path).check_idle()


def create(path: Path, record: dict[str, Any], overwrite: bool) -> RunFolder:
    """A new run folder with its record, in the place of a run if one lies there.

    Raises:
        BadInput: `check_place` refuses.
    """
    check_place(path, overwrite)
    if (path / "run.json").exists():
        remove_folder(path.resolve())
    with new_folder(path.resolve()) as folder:
        write_json(folder / "run.json", {"format": FORMAT} | record)
        for name in ("samples", "checkpoints"):
            (folder / name).mkdir()
    return RunFolder(path)
