"""Measure claims and write their records."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from advnets.errors import Diverged
from advnets.reproduce.claims import Claim, Setting, Size
from advnets.reproduce.records import Seed, record
from advnets.runs.files import write_json
from advnets.runs.processor import settled
from advnets.runs.provenance import commit


@settled()
def reproduce(claim: Claim, setting: Setting, seeds: int | None, out: Path) -> dict[str, Any]:
    """Measure a claim over its seeds and write its record.

    Args:
        claim: what is measured.
        setting: size, data and folders; seeds begin at 0.
        seeds: how many; None: the claim's own number at full size, one at the quick size.
        out: the folder of records. Quick ones go to `out/quick`, so that they never replace a full one.

    Returns:
        The record.

    Raises:
        BadInput: data or runs that cannot be used.
        Stopped: the user stopped it; the same command goes on.
    """
    count = seeds or setting.sized(claim.seeds, 1)
    folder = place(out, setting.size)
    setting.say(f"{claim.id}: {claim.claim}")
    if setting.size == "full":
        setting.say(f"{claim.id}: {count} seed{'s' * (count > 1)} of about {claim.minutes:g} min each on two cores")
    began = time.monotonic()
    found = [measured(claim, of_seed(setting, number, folder)) for number in range(count)]
    result = record(
        claim,
        found,
        setting.size,
        command=command(claim.id, setting.size, seeds),
        commit=commit(),
        device=f"cpu, {torch.get_num_threads()} threads",
        seconds=time.monotonic() - began,
    )
    write_json(folder / f"{claim.id}.json", result)
    return result


def of_seed(setting: Setting, seed: int, folder: Path) -> Setting:
    """The setting of a seed. Figures among the records are those of seed 0; nobody chooses among them."""
    figures = folder / "figures" if seed == 0 else setting.work / "figures" / f"seed-{seed}"
    figures.mkdir(parents=True, exist_ok=True)
    return replace(setting, seed=seed, figures=figures)


def place(out: Path, size: Size) -> Path:
    """Where records of a size lie."""
    return out if size == "full" else out / "quick"


def command(name: str, size: Size, seeds: int | None) -> str:
    """The command that measures a claim again."""
    return " ".join(["advnets reproduce", name, *(["--quick"] if size == "quick" else []), *([f"--seeds {seeds}"] if seeds else [])])


def measured(claim: Claim, setting: Setting) -> Seed:
    """One seed; a run that diverges is a failed seed, which stays in the record."""
    try:
        outcome = claim.measure(setting)
    except Diverged as reason:
        setting.say(f"{claim.id}: seed {setting.seed} failed: {reason}")
        return Seed(setting.seed, None, str(reason))
    setting.say(f"{claim.id}: seed {setting.seed}: {outcome.value:.6g} ({claim.unit})")
    for words, holds in outcome.checks.items():
        setting.say(f"{claim.id}: seed {setting.seed}: {'holds' if holds else 'FAILS'}: {words}")
    return Seed(setting.seed, outcome)
