"""What the package costs and gains, measured on this machine.

    python benchmarks/run.py                      a table
    python benchmarks/run.py --json               one JSON object on standard output: {name: {"baseline_ms": ..., "ratio": ...}}
    python benchmarks/run.py --only dcgan-32      some rows

ratio = baseline_ms / ours_ms. Every row times two steps in turns and takes medians; the machine should have nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout

from against_tutorial import dcgan_32, paper_mnist
from end_to_end import end_to_end
from engine_overhead import engine_overhead, engine_overhead_ring, paper_mnist_same_algorithm
from layers import minibatch_discrimination, virtual_batch_norm, virtual_batch_norm_both
from looking_ahead import unrolled_5
from parzen_window import parzen, parzen_product
from timing import Row
from two_ranks import two_ranks

BENCHMARKS: dict[str, Callable[[float], Row]] = {
    "paper-mnist": paper_mnist,
    "paper-mnist-same-algorithm": paper_mnist_same_algorithm,
    "dcgan-32": dcgan_32,
    "end-to-end": end_to_end,
    "engine-overhead": engine_overhead,
    "engine-overhead-ring": engine_overhead_ring,
    "two-ranks": two_ranks,
    "unrolled-5": unrolled_5,
    "parzen": parzen,
    "parzen-product": parzen_product,
    "minibatch-discrimination": minibatch_discrimination,
    "virtual-batch-norm": virtual_batch_norm,
    "virtual-batch-norm-both": virtual_batch_norm_both,
}
"""By name; last those in a process that is told what `train` tells its own, which cannot be taken back."""


def main(words: Sequence[str]) -> int:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output and nothing else")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS), metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--seconds", type=float, default=15.0, help="to measure a row, after warming up (default: 15)")
    args = parser.parse_args(words)
    rows: dict[str, Row] = {}
    if not args.json:
        print(f"{'':28}{'baseline ms':>12}{'ours ms':>10}{'ratio':>8}{'quartiles':>14}{'blocks':>8}{'threads':>9}")
    for name in args.only:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        with redirect_stdout(sys.stderr):
            rows[name] = BENCHMARKS[name](args.seconds)
        if not args.json:
            print(in_words(name, rows[name]), flush=True)
    if args.json:
        print(json.dumps({name: row.as_json() for name, row in rows.items()}, indent=2))
    return 0


def in_words(name: str, row: Row) -> str:
    """A row for people: a line of numbers, a line of words, and lines of further numbers."""
    low, high = row.quartiles
    lines = [
        f"{name:28}{row.baseline_ms:12.3f}{row.ours_ms:10.3f}{row.ratio:8.2f}{low:8.2f} {high:5.2f}{row.runs:8}{row.threads:9}",
        f"    {row.baseline}  /  {row.ours}",
        *(f"    {key}: {words(value)}" for key, value in row.extra.items()),
    ]
    return "\n".join(lines)


def words(value: float | Mapping[str, float]) -> str:
    """A number to four digits, or several with their names."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {item:.4g}" for name, item in value.items())
    return f"{value:.4g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
