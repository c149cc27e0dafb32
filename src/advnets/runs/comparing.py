"""Runs side by side: where their experiments differ, how they stand, what was measured, and what the alarm saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from advnets.errors import BadInput
from advnets.experiment import encode
from advnets.runs.alarm.findings import spells
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder

LAST = 5
"""Lines of the log over which values at the end are medians."""


@dataclass(frozen=True)
class Side:
    """One run among those compared.

    Args:
        folder: where it lies.
        settings: every field of its experiment, and how it was computed, by path.
        log, metrics: the lines that it wrote.
    """

    folder: RunFolder
    settings: Mapping[str, Any]
    log: list[dict[str, Any]]
    metrics: list[dict[str, Any]]

    @property
    def picture(self) -> Path | None:
        """The newest picture of samples."""
        return max(self.folder.samples.glob("*.png"), default=None)

    def told(self) -> dict[str, Any]:
        """How the run stands, as plain values."""
        status = self.folder.status()
        return {
            "run": str(self.folder.path),
            "state": status["state"],
            "step": status["step"],
            "rounds": self.folder.record()["rounds"],
            "last": ends(self.log),
            "measured": self.metrics[-1] if self.metrics else {},
            "alarms": [asdict(spell) for spell in spells(self.log)],
        }


def sides(paths: Sequence[Path]) -> list[Side]:
    """The runs to compare.

    Raises:
        BadInput: fewer than two, one named twice, a folder that is no run, or torn files.
    """
    if len(paths) < 2:
        raise BadInput("compare: name two runs or more")
    for number, path in enumerate(paths):
        if path.resolve() in {other.resolve() for other in paths[:number]}:
            raise BadInput(f"{path}: is named twice; compare it with another run")
    return [side(RunFolder(path)) for path in paths]


def side(folder: RunFolder) -> Side:
    """One run, read."""
    settings = flat(encode(folder.experiment())) | flat(folder.record()["means"], "means")
    return Side(folder, settings, read_lines(folder.log), read_lines(folder.metrics))


def flat(tree: Any, path: str = "") -> dict[str, Any]:
    """The leaves of a tree of an experiment by their paths; a part's kind stands at the part's own path.

    >>> flat({"nets": {"kind": "mlp", "generator": [8, 8]}})
    {'nets': 'mlp', 'nets.generator': [8, 8]}
    """
    if not isinstance(tree, dict):
        return {path: tree}
    leaves: dict[str, Any] = {}
    for key, value in tree.items():
        leaves |= flat(value, path if key == "kind" else f"{path}.{key}".lstrip("."))
    return leaves


def differing(runs: Sequence[Side]) -> dict[str, list[Any]]:
    """The settings that are not the same everywhere: by path, a value for each run, None where the run has no such field."""
    paths = dict.fromkeys(path for run in runs for path in run.settings if path)
    values = {path: [run.settings.get(path) for run in runs] for path in paths}
    return {path: of_runs for path, of_runs in values.items() if any(value != of_runs[0] for value in of_runs)}


def ends(log: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Medians over the last five lines of the log: costs, what was watched, gradients, speed."""
    wanted = [name for name in (log[-1] if log else {}) if "/" in name and not name.startswith("alarm/")] + ["images_per_second"] * bool(
        log
    )
    return {name: median(line[name] for line in log[-LAST:] if name in line) for name in wanted}


def compared(runs: Sequence[Side]) -> dict[str, Any]:
    """Everything as plain values: `differs`, and `runs` in the order given."""
    return {"differs": differing(runs), "runs": [run.told() for run in runs]}


def intervals(values: Any, path: str = "") -> dict[str, tuple[float, float, float]]:
    """The numbers of a measurement that have an interval, by their paths: value, low end, high end."""
    found: dict[str, tuple[float, float, float]] = {}
    for key, value in values.items() if isinstance(values, dict) else ():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict):
            found |= intervals(value, here)
        elif isinstance(bounds := values.get(f"{key}_interval"), list):
            found[here] = (value, bounds[0], bounds[1])
    return found
