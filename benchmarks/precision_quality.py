"""Is a run in bfloat16 as good as one in float32? Class shares and Fréchet distance over seeds, with every seed's numbers.

    python benchmarks/precision_quality.py --recipe mnist-demo --data mnist --epochs 2 --out results/precision-mnist-demo.json

The verdict compares the seeds' mean Fréchet distances by Welch's 95 % interval of the difference (bfloat16 - float32): `worse` if it
lies above zero; `as good` if it does not, and ends below a quarter of float32's mean; `undecided` if it is too wide to tell.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path
from statistics import mean, variance
from typing import Any

from scipy.stats import t

from advnets.metrics import measure
from advnets.recipes import recipe
from advnets.runs.building import build_data, build_held_out
from advnets.runs.provenance import origin
from advnets.runs.sampling import load
from advnets.runs.training import train

SAMPLES = 5000
MARGIN = 0.25
"""Of float32's mean distance: how much more would be no longer as good."""


def scores(name: str, data: str, epochs: int, precision: str, compile: bool, seed: int, folder: Path) -> dict[str, Any]:
    """Train one run and measure its averaged generator."""
    stated = recipe(name)
    x = dataclasses.replace(
        stated,
        data=dataclasses.replace(stated.data, source=data, split="train"),
        epochs=epochs,
        steps=None,
        precision=precision,
        compile=compile,
        seed=seed,
    )
    run = train(x, folder / f"{precision}-{seed}")
    samples = load(run.path).sample(SAMPLES, seed)
    source, held_out = build_data(x.data, samples.device), build_held_out(x.data)
    frechet = measure("frechet", samples, source, held_out=held_out, seed=seed)
    classes = measure("classes", samples, source, held_out=held_out, seed=seed)
    return {
        "seed": seed,
        "frechet_distance": frechet["distance"],
        "total_variation": classes["total_variation"],
        "confident_share": classes["confident_share"],
        "shares": classes["shares"],
        "real_frechet_distance": frechet["control"]["distance"],
    }


def welch(a: list[float], b: list[float]) -> tuple[float, float]:
    """The 95 % interval of mean(a) - mean(b), variances unequal."""
    va, vb = variance(a) / len(a), variance(b) / len(b)
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    half = t.ppf(0.975, freedom) * (va + vb) ** 0.5
    return mean(a) - mean(b) - half, mean(a) - mean(b) + half


def verdict(low: float, high: float, reference: float) -> str:
    """What an interval of the difference says, beside float32's mean distance."""
    if low > 0:
        return "worse"
    return "as good" if high <= MARGIN * reference else "undecided"


def main() -> None:
    """Train all seeds in both precisions and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="mnist-paper")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    begun = origin()
    found: dict[str, list[dict[str, Any]]] = {"float32": [], "bfloat16": []}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(args.seeds):
            for precision, rows in found.items():
                rows.append(scores(args.recipe, args.data, args.epochs, precision, args.compile, seed, Path(folder)))
                print(precision, rows[-1], file=sys.stderr, flush=True)
    distances = {precision: [row["frechet_distance"] for row in rows] for precision, rows in found.items()}
    low, high = welch(distances["bfloat16"], distances["float32"])
    record = {
        "claim": "a run in bfloat16 is as good as one in float32",
        "recipe": args.recipe,
        "data": args.data,
        "epochs": args.epochs,
        "compile": args.compile,
        "samples": SAMPLES,
        "difference_of_frechet_distances": [low, high],
        "verdict": verdict(low, high, mean(distances["float32"])),
        **found,
        **begun,
    }
    record["command"] = ["python", *sys.argv]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(record, indent=2) + "\n")
    print(args.out)


if __name__ == "__main__":
    main()
