"""advnets studio [--runs DIR] [--results DIR] [--port N] [--host ADDRESS] [--open]"""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from pathlib import Path

from advnets.cli.words import Parser


def run(parser: Parser, words: Sequence[str]) -> int:
    """Serve the studio until Ctrl-C."""
    parser.add_argument("--runs", default="runs", metavar="DIR", help="the folder whose runs are shown (runs)")
    parser.add_argument("--results", default="results", metavar="DIR", help="the folder of records of `advnets reproduce` (results)")
    parser.add_argument("--port", type=int, default=2014, metavar="N", help="2014; 0 for any that is free")
    parser.add_argument("--host", metavar="ADDRESS", help="listen elsewhere than on loopback; browsers then need the token that is printed")
    parser.add_argument("--open", action="store_true", help="open the page in a browser")
    args = parser.read(words)
    from advnets.studio.serving import ready

    studio = ready(Path(args.runs), Path(args.results), args.port, args.host)
    print(f"the studio of {args.runs} is at {studio.address} (Ctrl-C ends it)", flush=True)
    if args.open:
        webbrowser.open(studio.address)
    studio.run()
    return 0
