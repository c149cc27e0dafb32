"""The report: what a run did, on one page that needs no other file."""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from pathlib import Path
from textwrap import shorten
from typing import Any

import torch
from PIL import Image

from advnets.data import Images
from advnets.errors import BadInput
from advnets.metrics import nearest
from advnets.runs.alarm.findings import spells
from advnets.runs.building import Source, build_data
from advnets.runs.curves import curves
from advnets.runs.files import read_lines, write
from advnets.runs.folder import RunFolder
from advnets.runs.pictures import beside_nearest, save_gif, save_png, visible

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fdfdfb; --soft: #6a6a72; --line: #d9d9de; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ea; --paper: #17171a; --soft: #a0a0a8; --line: #37373d; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.4rem; } p, figcaption { color: var(--soft); }
figure { margin: 0; } img { max-width: 100%; image-rendering: pixelated; border-radius: 4px; }
.curves { background: #fff; padding: .5rem; box-sizing: border-box; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1.5rem; }
table { border-collapse: collapse; } td { padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
td:first-child { color: var(--soft); white-space: nowrap; }
pre { overflow: auto; font-size: .8rem; border: 1px solid var(--line); border-radius: 4px; padding: .8rem; }
"""


def write_report(folder: RunFolder, live: Any = None) -> None:
    """Draw curves, animation and nearest neighbours of a run, and gather everything in report.html.

    Args:
        folder: the run.
        live: the run in motion, if it still is; otherwise the last checkpoint's generator and the data are loaded.

    Raises:
        BadInput: not a run folder, or a damaged one.
    """
    record = folder.record()
    frames = [frame(file) for file in sorted(folder.samples.glob("*.png"))]
    if frames:
        save_gif(folder.path / "samples.gif", frames)
    write(folder.path / "curves.svg", curves(read_lines(folder.log)))
    draw_nearest(folder, live)
    status = {"state": "done", "step": live.round} if live is not None else folder.status()
    write(folder.report, page(folder, record, status).encode())


def frame(file: Path) -> Image.Image:
    """A picture of the run, read whole.

    Raises:
        BadInput: it is torn, or none.
    """
    try:
        picture = Image.open(file)
        picture.load()
    except Exception as error:  # Pillow raises almost anything on a broken file
        raise BadInput(f"{file}: not a picture that can be read ({shorten(str(error), 80)}); remove it") from None
    return picture


def draw_nearest(folder: RunFolder, live: Any, count: int = 30) -> None:
    """Samples above the training images nearest to them, in Euclidean distance of pixels (exact)."""
    from advnets.runs.checkpoints import steps
    from advnets.runs.sampling import load

    if live is not None:
        source: Source = live.source
        samples = live.model.sample(count, live.x.seed + 2)
    elif steps(folder.checkpoints):
        x = folder.experiment()
        model = load(folder.path, "averaged" if x.average.decay else "raw")
        source, samples = build_data(x.data, next(model.generator.parameters()).device), model.sample(count, x.seed + 2)
    else:
        return
    if isinstance(source, Images):
        _, index = nearest(samples, source)
        seen, neighbours = visible(torch.stack([samples, source.rows(index).cpu()]), source.contrast)  # on one scale
        save_png(folder.path / "nearest.png", beside_nearest(seen, neighbours))


def embedded(file: Path, kind: str, alt: str, style: str = "") -> str:
    """A picture as part of the page."""
    data = b64encode(file.read_bytes()).decode()
    return f'<img class="{style}" alt="{escape(alt)}" src="data:image/{kind};base64,{data}">'


def figure(file: Path, kind: str, caption: str, style: str = "") -> str:
    """A picture with its caption, or nothing where there is no such file."""
    if not file.exists():
        return ""
    return f"<figure>{embedded(file, kind, caption, style)}<figcaption>{escape(caption)}</figcaption></figure>"


def rows(pairs: list[tuple[str, Any]]) -> str:
    """A table of names and values."""
    return "<table>" + "".join(f"<tr><td>{escape(name)}</td><td>{escape(str(value))}</td></tr>" for name, value in pairs) + "</table>"


def alarms(log: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the alarm saw, and from when to when: rows of a table."""
    return [
        (f"step {spell.start:,} {'on' if spell.end is None else f'to {spell.end:,}'}", f"{spell.name}: {spell.words}")
        for spell in spells(log)
    ]


def page(folder: RunFolder, record: dict[str, Any], status: dict[str, Any]) -> str:
    """The page as HTML."""
    x, log = record["experiment"], read_lines(folder.log)
    last = log[-1] if log else {}
    pictures = sorted(folder.samples.glob("*.png"))
    about = [
        (
            "data",
            f"{record['data']['name']}, {record['data'].get('rows', 'endless')} rows of {'×'.join(map(str, record['data']['shape']))}",
        ),
        ("steps", f"{status['step']:,} of {record['rounds']:,} ({status['state']}), {x['batch_size']} rows each"),
        ("speed", f"{last.get('images_per_second', '–')} images/s at the end"),
        ("seed", x["seed"]),
        ("computed", f"on {record['means']['device']}, {record['means']['precision']}, {record['means']['threads']} threads"),
        ("versions", ", ".join(f"{name} {number}" for name, number in record["versions"].items())),
        ("commit", record["commit"] or "–"),
        ("command", " ".join(record["command"])),
    ]
    measured = [(f"step {line.pop('step')}", json.dumps(line)) for line in read_lines(folder.metrics)]
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(x["recipe"])} · advnets</title><style>{STYLE}</style></head><body>
<h1>{escape(x["recipe"])}</h1>
<p>A run of advnets. Samples come from the {"averaged" if x["average"]["decay"] else "raw"} generator and fixed noise; none were chosen.</p>
<div class="pair">{figure(pictures[-1], "png", f"Samples at step {int(pictures[-1].stem):,}") if pictures else ""}
{figure(folder.path / "samples.gif", "gif", "The same noise over time")}</div>
{"<h2>Nearest neighbours</h2>" if (folder.path / "nearest.png").exists() else ""}
{figure(folder.path / "nearest.png", "png", "Odd rows: samples. Even rows: the training images nearest to them, in pixels.")}
{"<h2>Alarms</h2>" + rows(alarms(log)) if spells(log) else ""}
<h2>Curves</h2>{figure(folder.path / "curves.svg", "svg+xml", "Costs, what D says, and gradient norms over the run", "curves")}
<h2>The run</h2>{rows(about)}
{"<h2>Measurements</h2>" + rows(measured) if measured else ""}
<h2>The experiment</h2><details><summary>run.json</summary><pre>{escape(json.dumps(record, indent=2))}</pre></details>
</body></html>
"""
