"""The studio as an application: pages, the lab, the shelf, the quiz, behind the guard."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute

from advnets.studio import ledger, pages
from advnets.studio.guard import Door, Guard
from advnets.studio.lab.session import Sessions
from advnets.studio.quiz import routes as quiz
from advnets.studio.shelf import routes as shelf
from advnets.studio.shelf.generators import Generators


def studio(runs: Path, door: Door, results: Path = Path("results")) -> Starlette:
    """The application.

    Args:
        runs: the folder whose runs are shown; it may come into being later.
        door: who may come in.
        results: the folder of the ledger's records.
    """
    lab = WebSocketRoute("/lab/play", Sessions().play)
    generators = Generators(runs)
    asked = [*shelf.routes(runs, generators), *quiz.routes(runs, generators, paths=door.access is None), *ledger.routes(results)]
    return Starlette(routes=[*pages.routes(door), lab, *asked], middleware=[Middleware(Guard, door=door)])
