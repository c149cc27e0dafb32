"""Downloads into the user's cache: checked, atomic, continued where a server allows it."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from advnets.data import idx
from advnets.errors import BadInput

SILENCE_SECONDS = 30.0
ATTEMPTS = 5
CHUNK_BYTES = 2**20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Remote:
    """A public file.

    Args:
        file: its name in the cache.
        mirrors: addresses, tried in this order.
        size: bytes, of what is checked.
        sha256: of what is checked, in hexadecimal.
        checks_content: check what the file unpacks to, as mirrors have packed it differently; else the file itself.
    """

    file: str
    mirrors: tuple[str, ...]
    size: int
    sha256: str
    checks_content: bool = False


class MirrorFailed(Exception):
    """A mirror cannot be reached, stopped, or sent something else; the message says which."""


def cache() -> Path:
    """The user's cache: ADVNETS_CACHE, else XDG_CACHE_HOME/advnets, else ~/.cache/advnets."""
    if named := os.environ.get("ADVNETS_CACHE"):
        return Path(named).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "advnets"


def fetch(remote: Remote, folder: Path, name: str) -> Path:
    """A public file in a folder, downloaded unless it is there. Of several processes that ask at once, one downloads.

    Args:
        remote: which file.
        folder: where to.
        name: the set that it belongs to, for messages.

    Returns:
        The file. Only a checked file ever has its name; what an interruption leaves has another, and is continued.

    Raises:
        BadInput: no mirror gave the file, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            target = folder / remote.file
            return target if target.is_file() else from_mirrors(remote, target, name)
    except OSError as error:
        raise BadInput(f"{folder}: cannot keep {name} there: {said(error)}; the variable ADVNETS_CACHE names another place") from None


def from_mirrors(remote: Remote, target: Path, name: str) -> Path:
    """Download a file from the first mirror that has it.

    Raises:
        BadInput: none has.
        OSError: the disk cannot take it.
    """
    last = "no mirror is known"
    for url in remote.mirrors:
        log.info("%s: downloading %s", name, url)
        part = target.with_name(f"{target.name}.{hashlib.sha256(url.encode()).hexdigest()[:8]}.part")
        try:
            complete(url, part, remote)
        except MirrorFailed as error:
            last = f"{url}: {error}"
        else:
            part.replace(target)
            return target
    raise BadInput(f"{name}: {remote.file} cannot be downloaded ({last}); --data-root DIR takes a folder that has it")


def complete(url: str, part: Path, remote: Remote) -> None:
    """Download until a part is the whole file, from where it stopped, as long as something comes.

    Raises:
        MirrorFailed: it did not come to that. What came is kept, unless it is wrong.
    """
    for _ in range(ATTEMPTS):
        start = size_of(part)
        try:
            receive(url, part, start, limit=2 * remote.size)
        except MirrorFailed:
            if size_of(part) <= start:
                raise
            continue
        if matches(part, remote):
            return
        part.unlink(missing_ok=True)
        if start == 0:
            raise MirrorFailed("another file, by its size and sha256")
    raise MirrorFailed(f"interrupted {ATTEMPTS} times")


def receive(url: str, part: Path, start: int, limit: int) -> None:
    """Add to a part what a mirror has of the rest.

    Args:
        url: the file's address.
        part: where to; written anew if the mirror does not continue.
        start: bytes that are there.
        limit: bytes at which to stop, as the file must be another one.

    Raises:
        MirrorFailed: no answer, no such file, or fewer bytes than promised.
    """
    response = answer(url, start)
    if response is None:
        return
    with response, part.open("ab" if response.status == 206 else "wb") as out:
        promised, came = int(response.headers.get("Content-Length") or 0), 0
        while out.tell() <= limit and (chunk := read(response)):
            came += out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
        if came < promised and out.tell() <= limit:
            raise MirrorFailed(f"the connection ended after {came:,} of {promised:,} bytes")


def answer(url: str, start: int) -> HTTPResponse | None:
    """A mirror's answer to the question for what follows the first bytes; None: nothing does."""
    headers = {"User-Agent": "advnets"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        return urlopen(Request(url, headers=headers), timeout=SILENCE_SECONDS)
    except HTTPError as error:
        error.close()
        if error.code == 416 and start:  # range not satisfiable
            return None
        raise MirrorFailed(said(error)) from None
    except (OSError, HTTPException) as error:
        raise MirrorFailed(said(error)) from None


def read(response: HTTPResponse) -> bytes:
    """The next bytes of an answer, none at its end."""
    try:
        return response.read(CHUNK_BYTES)
    except (OSError, HTTPException) as error:
        raise MirrorFailed(said(error)) from None


def matches(file: Path, remote: Remote) -> bool:
    """Whether a file, or what it unpacks to, has the size and sha256 of a public one."""
    digest, size = hashlib.sha256(), 0
    try:
        with idx.opened(file) if remote.checks_content else file.open("rb") as stream:
            while size <= remote.size and (chunk := stream.read(CHUNK_BYTES)):
                digest.update(chunk)
                size += len(chunk)
    except (OSError, EOFError, zlib.error):
        return False
    return size == remote.size and digest.hexdigest() == remote.sha256


def size_of(file: Path) -> int:
    """Bytes of a file; none if it is not there."""
    return file.stat().st_size if file.is_file() else 0


def said(error: Exception) -> str:
    """What an error says, in one line."""
    if isinstance(error, HTTPError):
        return f"HTTP status {error.code}"
    if isinstance(error, URLError):
        error = error.reason if isinstance(error.reason, Exception) else error
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split()) or type(error).__name__


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process at a time is inside this for a folder."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
