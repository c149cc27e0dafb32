"""The studio's server: one address, one process, quiet."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from advnets.errors import BadInput


@dataclass(frozen=True)
class Ready:
    """A studio that holds its address and waits to be run.

    Args:
        address: what to type into a browser; with the token, where one is asked for.
        run: serves until Ctrl-C.
    """

    address: str
    run: Callable[[], None]


def ready(runs: Path, results: Path, port: int, host: str | None) -> Ready:
    """A studio over a folder of runs.

    Args:
        runs: the folder; it may come into being later.
        results: the folder of the ledger's records; it need not be there.
        port: 0 for any that is free.
        host: loopback if None; elsewhere a browser needs a token.

    Raises:
        BadInput: the extra is not installed, `runs` is a file, or the address cannot be had.
    """
    try:
        import uvicorn
        import websockets  # noqa: F401  (what uvicorn serves WebSockets with)

        from advnets.studio.app import studio
        from advnets.studio.guard import door
        from advnets.studio.pages import plotly
    except ImportError:
        raise BadInput('studio: needs an extra; pip install "advnets[studio]"') from None
    plotly()
    if runs.exists() and not runs.is_dir():
        raise BadInput(f"--runs {runs}: is a file, not a folder of runs")
    entrance = door(host)
    listener = listen(host or "127.0.0.1", port)
    app = studio(runs, entrance, results)
    config = uvicorn.Config(app, log_level="warning", ws_max_size=65536, ws_per_message_deflate=False, timeout_graceful_shutdown=2)
    return Ready(address_of(listener, host or "127.0.0.1", entrance.access), lambda: uvicorn.Server(config).run([listener]))


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address.

    Raises:
        BadInput: it is in use, or not this machine's.
    """
    if not 0 <= port < 65536:
        raise BadInput(f"--port {port}: is not between 0 and 65535")
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()  # who comes before the server runs is answered when it does
    except OSError as error:
        raise BadInput(f"--host {host} --port {port}: cannot be had ({error.strerror}); name another port or host") from None
    return listener


def address_of(listener: socket.socket, host: str, access: str | None) -> str:
    """What to type into a browser."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}/" + (f"?token={access}" if access else "")
