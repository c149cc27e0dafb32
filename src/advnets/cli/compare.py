"""advnets compare RUN RUN... [--metrics NAME...] [--json] [--out compare.html|DIR]"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from advnets.cli.words import Parser
from advnets.errors import BadInput
from advnets.experiment.codec import nearest
from advnets.metrics.names import METRICS


def run(parser: Parser, words: Sequence[str]) -> int:
    """Lay runs side by side: print what differs, how they stand and what was measured, and draw a page."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="two run folders or more")
    parser.add_argument("--metrics", nargs="+", default=[], metavar="NAME", help=f"measure now: of {', '.join(METRICS)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object; draw a page only if --out says where")
    parser.add_argument("--out", metavar="FILE.html|DIR", help="where the page goes (compare.html)")
    args = parser.read(words)
    for name in args.metrics:
        if name not in METRICS:
            raise BadInput(f"--metrics: unknown metric {name!r}; {nearest(name, METRICS)}")

    from advnets.runs.comparing import compared, sides
    from advnets.runs.comparison_page import draw

    runs = sides([Path(name) for name in args.runs])
    content = compared(runs)
    for told in content["runs"] if args.metrics else ():
        told["measured"] = measured(Path(told["run"]), args.metrics)
    if args.out or not args.json:
        page = draw(runs, content, Path(args.out or "compare.html"))
    print(json.dumps(content) if args.json else "\n".join([*lines(content), f"drawn: {page}"]))
    return 0


def measured(run: Path, names: Sequence[str]) -> dict[str, object]:
    """Metrics of a run against its own data, with as many samples as they are defined with."""
    from advnets.metrics import measure
    from advnets.metrics.names import SAMPLES
    from advnets.runs.building import build_data, build_held_out, build_validation
    from advnets.runs.sampling import load

    model = load(run)
    data = model.experiment.data
    samples = model.sample(max(SAMPLES.get(name, 2000) for name in names))
    source, held_out, validation = build_data(data, samples.device), build_held_out(data), build_validation(data)
    values = {name: measure(name, samples, source, held_out=held_out, validation=validation) for name in names}
    return {"step": model.step, **values}


def lines(content: dict[str, object]) -> list[str]:
    """The comparison for people: a column for every run."""
    from advnets.runs.comparison_page import alarms, differs, measured, standing

    names = [run["run"] for run in content["runs"]]  # type: ignore[index, attr-defined]
    parts = {"differs": differs(content), "at the end": standing(content), "measured": measured(content)}
    cells = [(path, values) for part in parts.values() for path, values in part]
    first = max(len(path) for path, _ in cells) + 4
    widths = [max(len(name), *(len(values[place]) for _, values in cells)) + 2 for place, name in enumerate(names)]

    def row(path: str, values: Sequence[str]) -> str:
        return (f"{path:<{first}}" + "".join(f"{value:<{width}}" for value, width in zip(values, widths))).rstrip()

    told = [row("", names)]
    for title, part in parts.items():
        told += [title, *(row(f"  {path}", values) for path, values in part)] if part else []
    if not parts["differs"]:
        told.insert(1, "differs: in nothing")
    return told + (["alarms", *(f"  {line}" for line in alarms(content))] if alarms(content) else [])
