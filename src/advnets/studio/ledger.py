"""The ledger's claims over HTTP: what was published, what was measured, and the figures. Nothing here is ever written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from advnets.errors import BadInput
from advnets.studio.answers import answer, plainly
from advnets.studio.shelf.inside import NotThere, inside

FIGURES = (".png", ".gif")


def routes(results: Path) -> list[BaseRoute]:
    """What the page asks of the folder of records."""

    def claims(request: Request) -> Response:
        return answer({"folder": str(results), "claims": rows(results)})

    def figure(request: Request) -> Response:
        path = inside(results / "figures", request.query_params.get("file", ""))
        if path.suffix not in FIGURES or not path.is_file():
            raise NotThere(f"{path.name!r} is no figure of a claim")
        return FileResponse(path)

    return [Route("/api/paper", plainly(claims), methods=["GET"]), Route("/api/paper/figure", plainly(figure), methods=["GET"])]


def rows(results: Path) -> list[dict[str, Any]]:
    """Every claim of the ledger with its group, its record, if it was measured, and the names of its figures."""
    from advnets.reproduce.ledger import GROUPS
    from advnets.reproduce.tables import listed

    return [
        {"id": name, "group": group, **about, "record": None, **measured(results, name), "figures": figures(results, name)}
        for group, claims in GROUPS.items()
        for name, about in listed(claims).items()
    ]


def measured(results: Path, name: str) -> dict[str, Any]:
    """The record of a claim; what is wrong with it, if it cannot be read; nothing if there is none."""
    from advnets.reproduce.records import read_record

    try:
        file = inside(results, f"{name}.json")
        return {"record": read_record(file)} if file.is_file() else {}
    except (BadInput, NotThere, OSError) as error:
        return {"error": str(error)}


def figures(results: Path, name: str) -> list[str]:
    """The names of a claim's figures."""
    from advnets.reproduce.tables import figures_of

    return [file.name for file in figures_of(results / "figures", name) if file.suffix in FIGURES]
