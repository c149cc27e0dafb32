"""The pages as files of this package, and the chart code as a file of another."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from advnets.errors import BadInput
from advnets.studio.guard import Door

WEB = Path(__file__).with_name("web")
PAGES = {
    "/": "home/index.html",
    "/lab": "lab/index.html",
    "/runs": "runs/index.html",
    "/run": "runs/run.html",
    "/quiz": "quiz/index.html",
    "/paper": "paper/index.html",
}

BAR_STYLE = '<link rel="stylesheet" href="/web/shared/bar.css">'
BAR = """<nav class="bar" aria-label="Parts of the studio">
<a href="/">advnets studio</a> <a href="/game/" aria-current="page">Game</a>
<a href="/lab">Lab</a> <a href="/runs">Runs</a> <a href="/paper">Paper</a>
</nav>"""


def routes(door: Door) -> list[BaseRoute]:
    """Every page, what pages are made of, and the game, whose folder stands on its own."""

    def page(path: str, file: str) -> Route:
        async def show(request: Request) -> HTMLResponse:
            return HTMLResponse((WEB / file).read_text().replace("{{token}}", door.page))

        return Route(path, show)

    return [
        *(page(path, file) for path, file in PAGES.items()),
        Route("/plotly.js", charts),
        Route("/game/", game),
        Mount("/web", StaticFiles(directory=WEB)),
        Mount("/game", StaticFiles(directory=WEB / "game", html=True, check_dir=False)),
    ]


async def game(request: Request) -> HTMLResponse:
    """The game, which stands on its own elsewhere, with the way to the other parts above it."""
    page = (WEB / "game/index.html").read_text()
    return HTMLResponse(page.replace("</head>", f"{BAR_STYLE}</head>", 1).replace("<body>", f"<body>\n{BAR}", 1))


async def charts(request: Request) -> Response:
    """Plotly's script as its wheel ships it."""
    return FileResponse(plotly(), media_type="text/javascript", headers={"Cache-Control": "max-age=86400"})


def plotly() -> Path:
    """Where Plotly's script lies; the package is found, but not imported.

    Raises:
        BadInput: it is not installed, or has no such file.
    """
    found = find_spec("plotly")
    folders = [] if found is None else found.submodule_search_locations or []
    path = next((place for place in (Path(folder, "package_data/plotly.min.js") for folder in folders) if place.is_file()), None)
    if path is None:
        raise BadInput('studio: needs an extra; pip install "advnets[studio]"')
    return path
