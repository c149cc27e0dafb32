"""The shelf over HTTP: runs as JSON, their pictures, samples of their generators. Only `stop` changes anything."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from advnets.errors import BadInput
from advnets.studio.answers import answer, plainly
from advnets.studio.shelf import details, listing, stopping
from advnets.studio.shelf.generators import Generators, Wanted
from advnets.studio.shelf.inside import NotThere, inside, run_folder

REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A report is one page with its own style and pictures inside; it needs no script, and gets none."""
FOREVER = {"Cache-Control": "max-age=31536000, immutable"}
"""For files whose address holds their version."""


def routes(shelf: Path, generators: Generators) -> list[BaseRoute]:
    """What pages ask of the shelf, and of the generators on it."""

    def rows(request: Request) -> Response:
        return answer({"folder": str(shelf), "runs": listing.rows(shelf)})

    def about(request: Request) -> Response:
        return answer(details.about(shelf, name(request)))

    def curves(request: Request) -> Response:
        return answer(details.curves(shelf, name(request), whole(request, "after", -1)))

    def picture(request: Request) -> Response:
        file = request.query_params.get("file", "")
        if not details.PICTURE.fullmatch(file):
            raise NotThere(f"{file!r} is no picture of a run")
        return stored(shelf, name(request), "samples", file)

    def nearest(request: Request) -> Response:
        return stored(shelf, name(request), "nearest.png")

    def report(request: Request) -> Response:
        found = stored(shelf, name(request), "report.html")
        found.headers["Content-Security-Policy"] = REPORT_POLICY
        return found

    def samples_png(request: Request) -> Response:
        return Response(generators.png(wanted(request)), media_type="image/png")

    def samples_npz(request: Request) -> Response:
        return Response(generators.npz(wanted(request)), media_type="application/octet-stream")

    def walk(request: Request) -> Response:
        start, end = whole(request, "from", 0), whole(request, "to", 0)
        return Response(generators.walk(wanted(request), start, end), media_type="image/png")

    def stop(request: Request) -> Response:
        stopping.stop(shelf, name(request))
        return answer({"asked": name(request)})

    asked = {
        "runs": rows,
        "run": about,
        "run/curves": curves,
        "run/picture.png": picture,
        "run/nearest.png": nearest,
        "run/report.html": report,
        "run/samples.png": samples_png,
        "run/samples.npz": samples_npz,
        "run/walk.png": walk,
    }
    gets = [Route(f"/api/{path}", plainly(endpoint), methods=["GET"]) for path, endpoint in asked.items()]
    return [*gets, Route("/api/run/stop", plainly(stop), methods=["POST"])]


def stored(shelf: Path, run: str, *parts: str) -> Response:
    """A file of a run as it lies there.

    Raises:
        NotThere: there is none, or it lies elsewhere.
    """
    run_folder(shelf, run)
    path = inside(shelf, run, *parts)
    if not path.is_file():
        raise NotThere(f"{run} has no {parts[-1]}")
    return FileResponse(path, headers=FOREVER)


def name(request: Request) -> str:
    """The run that a request is about."""
    return request.query_params.get("run", "")


def whole(request: Request, key: str, default: int) -> int:
    """A whole number of a request.

    Raises:
        BadInput: it is none.
    """
    text = request.query_params.get(key)
    try:
        return default if text is None else int(text)
    except ValueError:
        raise BadInput(f"{key}: {text!r} is not a whole number") from None


def wanted(request: Request) -> Wanted:
    """The samples that a request is about."""
    at = whole(request, "at", -1)
    return Wanted(
        run=name(request),
        weights=request.query_params.get("weights", "averaged"),
        at=None if at < 0 else at,
        count=whole(request, "count", 64),
        seed=whole(request, "seed", 0),
    )
