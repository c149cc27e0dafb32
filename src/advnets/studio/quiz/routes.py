"""The quiz over HTTP."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from advnets.studio.answers import answer, plainly
from advnets.studio.quiz.pairs import Quiz
from advnets.studio.quiz.real import Reals
from advnets.studio.shelf.generators import Generators


def routes(shelf: Path, generators: Generators, paths: bool) -> list[BaseRoute]:
    """What the page asks.

    Args:
        shelf: the runs folder.
        generators: the models that are kept.
        paths: whether data sets without a name may be opened.
    """
    quiz = Quiz(shelf, generators, Reals(paths))

    def about(request: Request) -> Response:
        return answer(quiz.about(said(request, "run")))

    def pair(request: Request) -> Response:
        return answer(quiz.ask(said(request, "run"), said(request, "visit")[:40]))

    def choice(request: Request) -> Response:
        return answer(quiz.answer(said(request, "pair"), said(request, "chosen")))

    return [
        Route("/api/quiz", plainly(about), methods=["GET"]),
        Route("/api/quiz/pair", plainly(pair), methods=["POST"]),
        Route("/api/quiz/answer", plainly(choice), methods=["POST"]),
    ]


def said(request: Request, key: str) -> str:
    """A word of a request."""
    return request.query_params.get(key, "")
