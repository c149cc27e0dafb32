"""Kill runs with SIGKILL, resume them, and compare where they end with runs that nobody killed, bit for bit.

    python tests/endurance/kill.py --kills 100

Four of five kills come at random moments, the fifth inside a write (dying.py). The last line is one JSON object; exit status 1 if any
run ends differently.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from dying import PLACES
from safetensors.torch import load_file

from advnets.runs import checkpoints
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder

SMALL = ("--precision", "float32", "--threads", "1", "--log.every", "5", "--samples.count", "16", "--samples.every", "80")
NARROW = ("--nets.width", "2", "--nets.discriminator-width", "4", "--batch-size", "8", "--prior.dim", "8")

GAMES = {
    "ring": ("ring", *SMALL, "--steps", "400", "--checkpoints.every", "20", "--nets.generator", "16,16", "--nets.discriminator", "16,16"),
    "mnist-demo": ("mnist-demo", *SMALL, *NARROW, "--steps", "200", "--checkpoints.every", "10", "--compile"),
    "dcgan": ("dcgan", "--data", "mnist-5k", *SMALL, *NARROW, "--steps", "200", "--checkpoints.every", "10"),
}
"""What is played: `ring`; `mnist-demo` with dropout, averaging and compilation; `dcgan` with batch norm."""

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "TORCHINDUCTOR_COMPILE_THREADS": "1"}
DYING = Path(__file__).with_name("dying.py")
BEGUN = ("training into", "resumed at step")
"""What a run says when its rounds begin."""


@dataclass(frozen=True)
class Reference:
    """A run that nobody killed: its folder, the seconds it played, and how many steps of writing it made of each kind."""

    folder: Path
    seconds: float
    writes: dict[str, int]


@dataclass
class Tally:
    """What was done, and how it ended."""

    kills: int = 0
    inside_writes: int = 0
    before_first_checkpoint: int = 0
    runs: int = 0
    identical: int = 0
    places: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)


def command(game: str, folder: Path) -> list[str]:
    """What starts a run, or takes it up where it was left."""
    if (folder / "run.json").exists():
        return ["resume", str(folder)]
    return ["train", *GAMES[game], "--out", str(folder)]


def start(game: str, folder: Path, place: str = "nowhere", number: int = 0) -> subprocess.Popen[str]:
    """A process that plays, and dies at a place if asked."""
    words = [sys.executable, str(DYING), place, str(number), str(folder.with_suffix(".counts")), *command(game, folder)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, start_new_session=True)


def begun(process: subprocess.Popen[str]) -> bool:
    """Wait until its rounds begin; False if they never do."""
    assert process.stderr is not None
    return any(line.startswith(BEGUN) for line in process.stderr)


def finish(process: subprocess.Popen[str]) -> int:
    """Wait until it ends.

    Raises:
        RuntimeError: it neither finished nor was killed.
    """
    _, told = process.communicate(timeout=600)
    if process.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"exit status {process.returncode}: {told}")
    return process.returncode


def refer(game: str, folder: Path) -> Reference:
    """Play without a kill."""
    process = start(game, folder)
    begun(process)
    since = time.monotonic()
    finish(process)
    return Reference(folder, time.monotonic() - since, json.loads(folder.with_suffix(".counts").read_text()))


def left(folder: Path) -> float:
    """The share of a run that is still to be played."""
    if not (folder / "run.json").exists():
        return 1.0
    known = checkpoints.steps(folder / "checkpoints")
    return 1 - (known[-1] if known else 0) / RunFolder(folder).record()["rounds"]


def kill_at_a_moment(game: str, folder: Path, reference: Reference, chance: random.Random) -> bool:
    """Play until a random moment, sometimes one before the first round; whether the kill came in time."""
    process = start(game, folder)
    if chance.random() > 0.15:
        begun(process)
    time.sleep(chance.random() * reference.seconds * left(folder))
    in_time = process.poll() is None
    if in_time:
        os.killpg(process.pid, signal.SIGKILL)
    return finish(process) != 0 and in_time


def kill_inside_a_write(game: str, folder: Path, reference: Reference, chance: random.Random, place: str) -> bool:
    """Play until a random write; whether there was one."""
    most = max(1, int(reference.writes[place] * left(folder)))
    return finish(start(game, folder, place, chance.randint(1, most))) != 0


def difference(a: Any, b: Any, where: str = "") -> str | None:
    """The first place at which two trees of tensors and plain values differ by a bit."""
    if isinstance(a, torch.Tensor):
        return None if isinstance(b, torch.Tensor) and a.dtype == b.dtype and torch.equal(a, b) else where
    if isinstance(a, dict):
        if not isinstance(b, dict) or a.keys() != b.keys():
            return where
        return next((found for key in a if (found := difference(a[key], b[key], f"{where}.{key}"))), None)
    if isinstance(a, list | tuple):
        return difference(dict(enumerate(a)), dict(enumerate(b)), where) if isinstance(b, list | tuple) else where
    return None if a == b else where


def end_of(folder: Path) -> dict[str, Any]:
    """Where a run ended: every tensor of its last checkpoint, its log without speeds, its status, what lies about half-written."""
    run = RunFolder(folder)
    last = checkpoints.find(run.checkpoints)
    return {
        "step": last.name,
        "state": checkpoints.load_state(last),
        **{file.name: load_file(file) for file in sorted(last.glob("*.safetensors"))},
        "log": [{name: value for name, value in line.items() if name != "images_per_second"} for line in read_lines(run.log)],
        "status": run.status(),
        "samples": {file.name: file.read_bytes() for file in sorted(run.samples.iterdir())},
        "half-written": [str(file) for file in folder.rglob(".*.part")],
    }


def ordeal(game: str, folder: Path, reference: Reference, tally: Tally, most: int, chance: random.Random) -> None:
    """One run: killed once to three times, resumed to its end, compared."""
    for _ in range(min(chance.choice((1, 2, 3)), most - tally.kills)):
        place = chance.choice(PLACES) if tally.kills % 5 == 2 else None
        if place is None:
            killed = kill_at_a_moment(game, folder, reference, chance)
        else:
            killed = kill_inside_a_write(game, folder, reference, chance, place)
        if not killed:
            break
        tally.kills += 1
        tally.inside_writes += place is not None
        tally.places[place or "at a moment"] += 1
        tally.before_first_checkpoint += not checkpoints.steps(folder / "checkpoints")
    if finish(start(game, folder)):
        raise RuntimeError(f"{folder}: was killed by somebody else")
    tally.runs += 1
    found = difference(end_of(reference.folder), end_of(folder))
    tally.identical += found is None
    if found:
        tally.different.append(f"{folder}: {found}")
    print(f"{tally.kills} kills, {game}: {found or 'identical'}", file=sys.stderr, flush=True)


def endure(kills: int, games: Sequence[str], seed: int, folder: Path) -> Tally:
    """Kill runs of these games, one after another, until there were so many kills."""
    chance, tally = random.Random(seed), Tally()
    references = {game: refer(game, folder / f"{game}-reference") for game in games}
    while tally.kills < kills:
        game = games[tally.runs % len(games)]
        path = folder / f"{game}-{tally.runs}"
        ordeal(game, path, references[game], tally, kills, chance)
        if not tally.different:
            shutil.rmtree(path)
    return tally


def main() -> int:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--games", nargs="+", choices=GAMES, default=[*GAMES])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where runs are made, and stay if they differ; a temporary one if not given")
    args = parser.parse_args()
    since = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        tally = endure(args.kills, args.games, args.seed, args.folder or Path(temporary))
    print(json.dumps(vars(tally) | {"seconds": round(time.monotonic() - since)}))
    return int(bool(tally.different))


if __name__ == "__main__":
    sys.exit(main())
