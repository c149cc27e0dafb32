"""The command line: one file per verb. Nothing here imports torch before a verb needs it."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module

from advnets.cli.words import Parser
from advnets.errors import BadInput, Stopped
from advnets.experiment.codec import nearest

VERBS = {
    "list": "recipes, data sets or metrics",
    "train": "train a recipe into a new run folder",
    "resume": "play the rest of a run",
    "sample": "draw samples from a run",
    "evaluate": "measure a run, or samples from elsewhere",
    "compare": "lay runs side by side",
    "export": "write a run's generator for other programs",
    "inspect": "look at a data set as a network would",
    "report": "draw a run's report again",
    "reproduce": "measure claims of the papers and record what was found",
    "studio": "see games, play them, and watch runs in the browser",
}


def usage() -> str:
    """What `advnets --help` prints."""
    verbs = "\n".join(f"  {verb:<10}{about}" for verb, about in VERBS.items())
    return f"usage: advnets VERB ...\n\nAdversarial nets: train, resume, sample, evaluate.\n\n{verbs}\n\nadvnets VERB --help says more."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 a run ended early, 2 bad input, 130 interrupted.

    Args:
        argv: words after the program's name; those of this process if None.
    """
    words = [*(sys.argv[1:] if argv is None else argv)]  # the verb list is a module here, and would take list's place
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("advnets").setLevel(logging.INFO)  # downloads say so
    try:
        if not words or words[0] in ("-h", "--help"):
            print(usage())
            return 0 if words else 2
        if words[0] == "--version":
            from importlib.metadata import version

            print(f"advnets {version('advnets')}")
            return 0
        if words[0] not in VERBS:
            raise BadInput(f"unknown verb {words[0]!r}; {nearest(words[0], VERBS)}")
        module = import_module(f"advnets.cli.{words[0]}")
        status = module.run(Parser(words[0], VERBS[words[0]]), words[1:])
        sys.stdout.flush()
        return status
    except BadInput as error:
        return complain(str(error), 2)
    except Stopped as error:
        return complain(str(error), 1)
    except BrokenPipeError:  # the reader of our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (MemoryError, RuntimeError) as error:
        wanted = re.search(r"(?i)(?:tried|unable) to allocate ([\d.]+ \w+)", str(error))  # as torch and NumPy say it
        if isinstance(error, RuntimeError) and not wanted:
            raise
        return complain(f"out of memory{f' for {wanted[1]}' if wanted else ''}; ask for fewer or smaller rows, samples or networks", 2)
    except OSError as error:
        return complain(f"{error.filename or 'file'}: {error.strerror or error}", 2)
    except KeyboardInterrupt:
        return complain("interrupted", 130)


def complain(message: str, status: int) -> int:
    """One line on standard error."""
    print(f"advnets: error: {' '.join(message.split())}", file=sys.stderr)
    return status
