"""How the studio answers: JSON, and errors that are one line of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from advnets.errors import BadInput
from advnets.studio.shelf.inside import NotThere


def plainly(endpoint: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint in a thread of its own, whose errors are one line of JSON."""

    async def run(request: Request) -> Response:
        try:
            return await run_in_threadpool(endpoint, request)
        except NotThere as error:
            return answer({"error": str(error)}, 404)
        except BadInput as error:
            return answer({"error": str(error)}, 422)
        except Exception as error:  # a damaged folder may fail in any way; the studio goes on
            return answer({"error": f"cannot be read: {type(error).__name__}"}, 422)

    return run


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON; numbers that are none (a damaged file may hold NaN) are null."""
    return Response(json.dumps(finite(value), allow_nan=False), status, media_type="application/json")


def finite(value: Any) -> Any:
    """The same tree with None where a float is not finite."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and value - value != 0 else value
