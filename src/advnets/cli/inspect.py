"""advnets inspect NAME|PATH|GRID.png"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advnets.cli.words import Parser, data_of, data_options, take_nested

if TYPE_CHECKING:
    from advnets.data import Survey


def run(parser: Parser, words: Sequence[str]) -> int:
    """Tell what a data set holds, and draw what a network would see of it; exit status 2 if training would refuse it.

    Of a picture of samples, tell which ones it shows.
    """
    plain, nested = take_nested(words)
    parser.add_argument("source", metavar="NAME|PATH", help="data set by name (advnets list data) or path; or a grid of samples, .png")
    data_options(parser)
    parser.add_argument("--out", default="inspect.png", metavar="FILE", help="where the picture grid goes (inspect.png)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.epilog = "Fields of data, such as --data.size 32, are options here too: advnets train RECIPE --help lists them."
    args = parser.read(plain)

    from advnets.runs.grids import read_origin

    if origin := read_origin(Path(args.source)):
        print(json.dumps(asdict(origin)) if args.json else origin.told())
        return 0
    data = data_of(args.source, args, nested)

    from advnets.data import survey
    from advnets.runs.building import reading_of, real_rows
    from advnets.runs.pictures import picture, save_png, visible

    found = survey(data.source, reading_of(data), data.split, None if data.root is None else Path(data.root))
    print(json.dumps(as_json(found)) if args.json else "\n".join(told(found)))
    if found.data is not None:
        rows = visible(real_rows(found.data, 100 if len(found.data.shape) == 3 else 2000, seed=0), data.contrast)
        save_png(Path(args.out), picture(rows, rows))
        if not args.json:
            print(f"what a network sees: {args.out}")
    return 2 if found.problem else 0


def as_json(found: Survey) -> dict[str, Any]:
    """Everything but the data itself."""
    about = {name: getattr(found, name) for name in ("name", "kind", "count", "modes", "labels", "peaks", "problem")}
    about["sizes"] = {f"{w}x{h}": n for (w, h), n in found.sizes.items()}
    about["bad"] = [{"file": file, "reason": reason} for file, reason in found.bad]
    return about | ({} if found.figures is None else asdict(found.figures))


def told(found: Survey) -> list[str]:
    """The survey in lines."""
    lines = [f"{found.name}: {found.kind}" + ("" if found.count is None else f", {found.count:,} rows")]
    if found.figures is not None:
        f = found.figures
        lines.append(f"  shape       {'x'.join(map(str, f.shape))}, {f.dtype} from {f.low:g} to {f.high:g}")
        lines.append(f"  mean, std   {', '.join(f'{m:.4f}, {s:.4f}' for m, s in zip(f.mean, f.std))}")
        lines.append(f"  duplicates  {f.duplicates}")
    if found.modes:
        lines.append("  modes       " + ", ".join(f"{mode} {n}" for mode, n in found.modes.items()))
    if found.sizes:
        sizes = [f"{w}x{h} {n}" for (w, h), n in found.sizes.items()]
        lines.append("  sizes       " + ", ".join(sizes[:8]) + (f" and {len(sizes) - 8} more" if len(sizes) > 8 else ""))
    if found.labels:
        lines.append("  labels      " + ", ".join(f"{label} {n}" for label, n in found.labels.items()))
    if found.peaks is not None:
        lines.append(f"  peaks       {found.peaks}")
    lines += [f"  bad file    {file}: {reason}" for file, reason in found.bad]
    if found.problem:
        lines.append(f"  training would refuse it: {found.problem}")
    return lines
