"""Curves of a run: costs, what D says, gradient norms, what the alarm measures."""

from __future__ import annotations

from io import BytesIO
from math import log
from typing import Any

COLOURS = ("tab:blue", "tab:orange", "tab:green", "tab:red")
DASHES = ("-", "--", "-.", ":")
ALARM = "what the alarm measures: shares of the data lost, of the samples alike"


def curves(lines: list[dict[str, Any]]) -> bytes:
    """An SVG with a panel for every group of the log's values (cost/..., watch/..., gradient/...).

    Args:
        lines: of log.jsonl.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    def group(prefix: str) -> list[str]:
        return [name for name in (lines[0] if lines else {}) if name.startswith(prefix)]

    probabilities = [name for name in group("watch/") if name.startswith("watch/D(")]
    panels = [
        ("costs [nats]", group("cost/")),
        ("what D says of data and of samples", probabilities),
        ("watched", [name for name in group("watch/") if name not in probabilities]),
        ("gradient norms", group("gradient/")),
    ]
    panels = [(title, names) for title, names in panels if names]
    looked = [line for line in lines if "alarm/lost" in line]
    if looked:
        panels.append((ALARM, ["alarm/lost", "alarm/crowded", "alarm/duplicates"]))
    figure = Figure(figsize=(9, 2.6 * max(1, len(panels))), layout="constrained")
    for number, (title, names) in enumerate(panels):
        axes = figure.add_subplot(len(panels), 1, number + 1)
        there = looked if title == ALARM else lines
        steps = [line["step"] for line in there]
        for name, colour, dash in zip(names, COLOURS, DASHES, strict=False):
            axes.plot(steps, [line[name] for line in there], dash, color=colour, label=name.split("/", 1)[1], linewidth=1.2)
        if names == probabilities:
            axes.axhline(0.5, color="grey", linewidth=0.8)
            axes.set_ylim(0, 1)
        if "watch/V" in names:
            axes.axhline(-log(4), color="grey", linewidth=0.8, label="−log 4, the equilibrium")
        if title == ALARM:
            axes.set_ylim(-0.02, 1.02)
        if title == "gradient norms":
            axes.set_yscale("log")
        axes.set_title(title, loc="left", fontsize=10)
        axes.legend(loc="best", fontsize=8)
    if panels:
        axes.set_xlabel("step")
    buffer = BytesIO()
    with rc_context({"svg.hashsalt": "advnets"}):  # the same curves give the same file
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
