"""advnets evaluate RUN|samples.npz|folder --data NAME|PATH --metrics NAME... [--json]"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from advnets.cli.words import Parser, data_of, data_options, take_nested
from advnets.errors import BadInput
from advnets.experiment.bounds import Seed, Size
from advnets.experiment.codec import decode, nearest
from advnets.metrics.names import CLASSIFIER, EFFICIENTNET, METRICS, SAMPLES


def run(parser: Parser, words: Sequence[str]) -> int:
    """Measure, and print numbers with their intervals."""
    plain, nested = take_nested(words)
    parser.add_argument("target", metavar="RUN|samples.npz|folder", help="a run, an array file of samples, or a folder of pictures")
    parser.add_argument("--data", metavar="NAME|PATH", help="what to compare with; the run's own data if not given")
    data_options(parser)
    parser.add_argument("--metrics", nargs="+", required=True, metavar="NAME", help=f"of {', '.join(METRICS)}")
    parser.add_argument(
        "--features", default=CLASSIFIER, metavar="NAME|FILE", help=f"what they look through: {CLASSIFIER}, {EFFICIENTNET} or a file"
    )
    parser.add_argument("--count", type=int, metavar="N", help="samples drawn from a run (2000; with parzen 10000)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the noise and of resampling (0)")
    parser.common_run_options()
    parser.add_argument("--json", action="store_true", help="one JSON object: metric -> values")
    args = parser.read(plain)
    for name in args.metrics:
        if name not in METRICS:
            raise BadInput(f"--metrics: unknown metric {name!r}; {nearest(name, METRICS)}")
    if args.count is None:
        args.count = max(SAMPLES.get(name, 2000) for name in args.metrics)
    decode(Size, args.count, "--count")
    decode(Seed, args.seed, "--seed")

    from advnets.data.samples import read_samples
    from advnets.metrics import measure
    from advnets.runs.building import build_data, build_held_out, build_validation, reading_of
    from advnets.runs.sampling import load

    target = Path(args.target)
    if (target / "run.json").exists():
        model = load(target, args.weights, args.at)
        samples, base = model.sample(args.count, args.seed), model.experiment.data
    elif not target.exists():
        raise BadInput(f"{target}: no such run, file or folder")
    elif args.data is None:
        raise BadInput("--data: needed to measure samples that do not come from a run")
    else:
        samples, base = read_samples(target, reading_of(data_of(args.data, args, nested))), None
    data = data_of(args.data or base.source, args, nested, base)  # type: ignore[union-attr]
    reference = build_data(data, samples.device)
    real: dict[str, Any] = {"held_out": build_held_out(data), "validation": build_validation(data)}
    values = {name: measure(name, samples, reference, **real, seed=args.seed, features=args.features) for name in args.metrics}
    print(json.dumps(values) if args.json else "\n".join(table(values)))
    return 0


def table(values: dict[str, Any], indent: str = "") -> list[str]:
    """Nested values as indented lines."""
    lines: list[str] = []
    for name, value in values.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", *table(value, indent + "  ")]
        else:
            shown = ", ".join(f"{v:.4g}" if isinstance(v, float) else str(v) for v in (value if isinstance(value, list) else [value]))
            lines.append(f"{indent}{name}: {shown or 'none'}")
    return lines
