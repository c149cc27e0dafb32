"""Who may ask: this machine's own pages, and with `--host` those who have the token."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from secrets import compare_digest, token_urlsafe
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE = frozenset({"GET", "HEAD"})
COOKIE = "advnets-access"
PROTOCOL = "advnets"
"""The subprotocol of our WebSockets; the page's token is offered beside it, since a page cannot set their headers."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True)
class Door:
    """What opens the studio.

    Args:
        names: what the Host header may say, without its port.
        addresses: any address written in digits is right too, as it must be for a server that listens on all of them.
        access: the token that a browser must bring; none on loopback.
        page: the token that our pages hand on with everything that changes something.
    """

    names: frozenset[str] = LOOPBACK
    addresses: bool = False
    access: str | None = None
    page: str = field(default_factory=token_urlsafe)

    def knows(self, host: str | None) -> bool:
        """Whether a request for this host is meant for us; a foreign name that was made to point here is not."""
        name = host_name(host or "")
        return name is not None and (name in self.names or (self.addresses and is_address(name)))


def door(host: str | None) -> Door:
    """The door of a server on loopback, or of one that listens on `host`."""
    if host is None or host in LOOPBACK:
        return Door()
    listens_everywhere = host in ("0.0.0.0", "::")
    return Door(LOOPBACK | {host.lower()}, addresses=listens_everywhere, access=token_urlsafe())


def host_name(host: str) -> str | None:
    """The name in a Host header; None if it is not one."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def is_address(name: str) -> bool:
    """Whether a host is written in digits: no name server has been asked for it."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """Refuses what is foreign before anything else sees it, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application around another."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        asked = HTTPConnection(scope)
        if reason := self.foreign(asked.headers):
            return await refuse(reason, scope, receive, send_with_headers)
        if not self.admitted(asked):
            if scope["type"] == "http" and scope["method"] == "GET" and same(asked.query_params.get("token"), self.door.access):
                return await self.welcome(asked.url, scope, receive, send_with_headers)
            return await refuse("this studio asks for its token: open the address that it printed", scope, receive, send_with_headers)
        if not self.may_change(scope, asked.headers):
            return await refuse("the token of a page of this studio is missing", scope, receive, send_with_headers)
        return await self.app(scope, receive, send_with_headers)

    def foreign(self, headers: Headers) -> str | None:
        """Why a request is not from here; None if it may be."""
        hosts, origin = headers.getlist("host"), headers.get("origin")
        if len(hosts) != 1 or not self.door.knows(hosts[0]):
            return "a foreign host"
        if origin is not None and origin not in (f"http://{hosts[0]}", f"https://{hosts[0]}"):
            return "a foreign origin"
        return None

    def admitted(self, asked: HTTPConnection) -> bool:
        """Whether the browser has shown the token, where one is asked for."""
        return self.door.access is None or same(asked.cookies.get(COOKIE), self.door.access)

    def may_change(self, scope: Scope, headers: Headers) -> bool:
        """Whether a request changes nothing, or brings the token of one of our pages."""
        if scope["type"] == "websocket":
            return any(same(protocol, self.door.page) for protocol in scope["subprotocols"])
        return scope["method"] in SAFE or same(headers.get("x-advnets-token"), self.door.page)

    async def welcome(self, url: URL, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the token out of the address and keep it in a cookie that scripts cannot read."""
        rest = [pair for pair in HTTPConnection(scope).query_params.multi_items() if pair[0] != "token"]
        answer = RedirectResponse(f"/{url.path.lstrip('/')}" + (f"?{urlencode(rest)}" if rest else ""), 303)
        answer.set_cookie(COOKIE, str(self.door.access), httponly=True, samesite="strict")
        await answer(scope, receive, send)


def same(given: str | None, token: str | None) -> bool:
    """Whether both are the same token, in a time that does not tell how much of it is right."""
    return given is not None and token is not None and compare_digest(given.encode(), token.encode())


async def refuse(reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    """403, on WebSockets too: closing one that was not accepted answers so."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
    else:
        await PlainTextResponse(f"403: {reason}\n", 403)(scope, receive, send)
