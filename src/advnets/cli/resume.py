"""advnets resume RUN [--steps N]"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advnets.cli.words import Parser
from advnets.errors import BadInput


def run(parser: Parser, words: Sequence[str]) -> int:
    """Play the rest of a run, or say that there is none."""
    parser.add_argument("run", metavar="RUN", help="the run folder")
    parser.add_argument("--steps", type=int, metavar="N", help="the new total of rounds")
    args = parser.read(words)
    if args.steps is not None and args.steps < 1:
        raise BadInput(f"--steps {args.steps}: is not at least 1")
    from advnets.cli.ending import leads, told
    from advnets.runs.folder import RunFolder
    from advnets.runs.training import resume

    folder = RunFolder(Path(args.run))
    record, status = folder.record(), folder.status()
    if status["state"] == "done" and args.steps in (None, status["step"]) and status["step"] == record["rounds"]:
        if leads():
            print(f"{args.run} is finished: all {status['step']} steps were played")
        return 0
    return told(resume(folder.path, args.steps))
