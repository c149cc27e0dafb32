"""advnets reproduce --list [--json] | ID... [--quick] [--seeds N] [--out results/]"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from advnets.cli.words import Parser
from advnets.errors import BadInput


def run(parser: Parser, words: Sequence[str]) -> int:
    """List the claims, or measure some and write their records."""
    args = declared(parser).read(words)
    if args.seeds is not None and args.seeds < 1:
        raise BadInput(f"--seeds {args.seeds}: is not at least 1")
    if not args.list and not args.ids:
        raise BadInput("reproduce: which ID? --list shows them")
    from advnets.reproduce.claims import Setting
    from advnets.reproduce.ledger import GROUPS, chosen
    from advnets.reproduce.running import place, reproduce
    from advnets.reproduce.tables import listed

    claims = chosen(args.ids or [*GROUPS])
    if args.list:
        print(json.dumps(listed(claims)) if args.json else "\n".join(in_words(listed(claims))))
        return 0
    out, size = Path(args.out), "quick" if args.quick else "full"
    root = args.data_root or os.environ.get("ADVNETS_DATA")
    setting = Setting(0, size, Path(root) if root else None, Path(args.work) / size, out, tell)
    for claim in claims:
        found = reproduce(claim, setting, args.seeds, out)
        print(f"{found['verdict']:<11}{claim.id}  {place(out, size) / claim.id}.json", flush=True)
    return 0


def declared(parser: Parser) -> Parser:
    """The parser with the verb's options."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="claims, or a group of them: paper, tutorial; --list shows them")
    parser.add_argument("--list", action="store_true", help="list all claims and stop")
    parser.add_argument("--json", action="store_true", help="with --list: one JSON object, id -> claim, source, published, minutes")
    parser.add_argument("--quick", action="store_true", help="at reduced size: it only shows that the path runs")
    parser.add_argument("--seeds", type=int, metavar="N", help="seeds 0 to N - 1; each claim's own number if not given")
    parser.add_argument("--out", default="results/", metavar="DIR", help="where records go (results/); quick ones go to DIR/quick")
    parser.add_argument("--work", default="runs/reproduce", metavar="DIR", help="where runs lie, to be resumed (runs/reproduce)")
    parser.add_argument("--data-root", metavar="DIR", help="folder with local copies of the named sets; also ADVNETS_DATA")
    return parser


def tell(line: str) -> None:
    """Say how far it is, on standard error."""
    print(line, file=sys.stderr, flush=True)


def in_words(claims: dict[str, dict[str, object]]) -> list[str]:
    """A line for every claim: id, cost at full size, sentence."""
    width = max(map(len, claims))
    return [f"{name:<{width}}  {claim['seeds']} x {claim['minutes']:>4g} min  {claim['claim']}" for name, claim in claims.items()]
