"""A comparison of runs as one page that needs no other file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from advnets.runs.comparing import Side, intervals
from advnets.runs.files import write, write_json
from advnets.runs.report import STYLE, embedded

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Of the first runs; more begin anew."""
WIDE = 3
"""Values that a row of curves shows."""


def draw(runs: Sequence[Side], content: dict[str, Any], out: Path) -> Path:
    """Write the page to a file .html, or into a folder together with its values and curves.

    Args:
        runs: side by side.
        content: what `compared` says of them.
        out: the file or the folder.

    Returns:
        The page.
    """
    figure = curves(runs)
    if out.suffix == ".html":
        file = out
        file.parent.mkdir(parents=True, exist_ok=True)
    else:
        out.mkdir(parents=True, exist_ok=True)
        file = out / "compare.html"
        write_json(out / "compare.json", content)
        write(out / "curves.svg", figure)
    write(file, page(runs, content, figure).encode())
    return file


def curves(runs: Sequence[Side]) -> bytes:
    """An SVG with a panel for every value of the logs, and a line in it for every run."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(name for run in runs for line in run.log for name in line if wanted(name)))
    rows = max(1, -(-len(names) // WIDE))
    figure = Figure(figsize=(4 * WIDE, 2.6 * rows + 0.5), layout="constrained")
    for number, name in enumerate(names):
        axes = figure.add_subplot(rows, WIDE, number + 1)
        for place, run in enumerate(runs):
            there = [line for line in run.log if name in line]
            label = run.folder.path.name if number == 0 else None
            colour = COLOURS[place % len(COLOURS)]
            axes.plot([line["step"] for line in there], [line[name] for line in there], color=colour, linewidth=1.1, label=label)
        if name.startswith("gradient/"):
            axes.set_yscale("log")
        axes.set_title(name, loc="left", fontsize=10)
    if names:
        figure.legend(loc="outside lower center", ncols=min(4, len(runs)), fontsize=9)
    buffer = BytesIO()
    with rc_context({"svg.hashsalt": "advnets"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def wanted(name: str) -> bool:
    """Whether a value of the log has a panel: numbers of the game and of the alarm."""
    return "/" in name and name != "alarm/seen" and not name.startswith("alarm/mean")


def table(head: Sequence[str], lines: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A table with a column for every run."""
    first = "<tr><th></th>" + "".join(f"<th>{escape(name)}</th>" for name in head) + "</tr>"
    rest = "".join(
        f"<tr><td>{escape(name)}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>" for name, cells in lines
    )
    return f"<table>{first}{rest}</table>"


def shown(value: Any) -> str:
    """A setting or a number, short."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "–" if value is None else ",".join(map(str, value)) if isinstance(value, list) else str(value).lower()


def standing(content: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """How each run stands: state, steps, and the medians at the end."""
    told = content["runs"]
    lines = [("state", [run["state"] for run in told]), ("step", [f"{run['step']} of {run['rounds']}" for run in told])]
    names = dict.fromkeys(name for run in told for name in run["last"])
    return lines + [(name, [shown(run["last"].get(name)) for run in told]) for name in names]


def measured(content: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What was last measured of each run, with its interval."""
    of_runs = [intervals(run["measured"]) for run in content["runs"]]
    paths = dict.fromkeys(path for found in of_runs for path in found if ".control." not in f".{path}.")
    cells = {path: [found.get(path) for found in of_runs] for path in paths}
    return [(path, ["–" if cell is None else "{:.4g} [{:.4g}, {:.4g}]".format(*cell) for cell in found]) for path, found in cells.items()]


def differs(content: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The settings that are not the same everywhere."""
    return [(path, [shown(value) for value in values]) for path, values in content["differs"].items()]


def alarms(content: dict[str, Any]) -> list[str]:
    """What the alarm saw, a line each."""
    return [f"{run['run']}: {when(spell)}, {spell['name']}: {spell['words']}" for run in content["runs"] for spell in run["alarms"]]


def when(spell: dict[str, Any]) -> str:
    """From when to when the alarm saw something."""
    return f"from step {spell['start']} on" if spell["end"] is None else f"from step {spell['start']} to {spell['end']}"


def page(runs: Sequence[Side], content: dict[str, Any], figure: bytes) -> str:
    """The page as HTML."""
    from base64 import b64encode

    names = [str(run.folder.path) for run in runs]
    pictures = [(name, run.picture) for name, run in zip(names, runs, strict=True)]
    samples = "".join(
        f"<figure>{embedded(file, 'png', f'Samples of {name}')}<figcaption>{escape(name)}, step {int(file.stem):,}</figcaption></figure>"
        for name, file in pictures
        if file is not None
    )
    numbers, seen = measured(content), alarms(content)
    drawn = f'<img class="curves" alt="Curves of all runs" src="data:image/svg+xml;base64,{b64encode(figure).decode()}">'
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{len(runs)} runs · advnets</title><style>{STYLE}th {{ text-align: left; padding-right: 1.2rem; }}</style></head><body>
<h1>{len(runs)} runs side by side</h1>
<h2>Where they differ</h2>{table(names, differs(content)) if content["differs"] else "<p>In nothing: their experiments are the same.</p>"}
<h2>Samples</h2><div class="pair">{samples or "<p>There are no pictures.</p>"}</div>
<h2>How they stand</h2>{table(names, standing(content))}
{"<h2>Measurements</h2>" + table(names, numbers) if numbers else ""}
{"<h2>Alarms</h2><ul>" + "".join(f"<li>{escape(line)}</li>" for line in seen) + "</ul>" if seen else ""}
<h2>Curves</h2>{drawn}
</body></html>
"""
