"""advnets report RUN"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advnets.cli.words import Parser


def run(parser: Parser, words: Sequence[str]) -> int:
    """Draw a run's curves, animation, nearest neighbours and page again, and print where."""
    parser.add_argument("run", metavar="RUN", help="the run folder")
    args = parser.read(words)
    from advnets.runs.folder import RunFolder
    from advnets.runs.report import write_report

    folder = RunFolder(Path(args.run))
    write_report(folder)
    print(folder.report)
    return 0
