import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from advnets.data import named
from advnets.data.download import ATTEMPTS, Remote, cache, fetch

BODY = np.random.default_rng(0).bytes(100_000)
Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


@dataclass
class Mirror:
    """A server on this machine: what it answers at each path, and what it was asked, with the ranges."""

    address: str
    bodies: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def serves(self, path: str, *answers: Answer, body: bytes = BODY) -> str:
        """Answer a path in turn, the last for ever."""
        self.bodies[path], self.answers[path] = body, list(answers)
        return self.address + path


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mirror.asked.append((self.path, self.headers["Range"]))
            answers = mirror.answers.get(self.path, [missing])
            (answers.pop(0) if len(answers) > 1 else answers[0])(self, mirror.bodies.get(self.path, b""))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mirror = Mirror(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    yield mirror
    server.shutdown()
    server.server_close()
    thread.join()


def start_of(handler: BaseHTTPRequestHandler) -> int:
    return int((handler.headers["Range"] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))


def respond(handler: BaseHTTPRequestHandler, status: int, length: int, content: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.write(content)


def whole(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    respond(handler, 200, len(body), body)


def ranged(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    start = start_of(handler)
    if start >= len(body):
        respond(handler, 416, 0, b"")
    else:
        respond(handler, 206 if start else 200, len(body) - start, body[start:])


def interrupted(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Promise the rest, send a quarter of the whole, and hang up."""
    start = start_of(handler)
    respond(handler, 206 if start else 200, len(body) - start, body[start:][: len(body) // 4])
    handler.close_connection = True


def hangs_up(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    respond(handler, 200, len(body), b"")


def stops_in_a_chunk(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Promise no length, and hang up in the middle of a chunk."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n" % len(body) + body[:100])


def missing(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    respond(handler, 404, 0, b"")


def remote(*urls: str, body: bytes = BODY) -> Remote:
    return Remote("file.bin", urls, len(body), hashlib.sha256(body).hexdigest())


def kept(folder: Path) -> list[str]:
    """What is in a folder but for its lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_a_file_is_downloaded_once(mirror, tmp_path):
    wanted = remote(mirror.serves("/a", whole))
    for _ in range(2):
        assert fetch(wanted, tmp_path / "new" / "set", "set").read_bytes() == BODY
    assert mirror.asked == [("/a", None)]
    assert kept(tmp_path / "new" / "set") == ["file.bin"]


def test_an_interruption_is_continued_where_it_stopped(mirror, tmp_path):
    assert fetch(remote(mirror.serves("/a", interrupted, interrupted, ranged)), tmp_path, "set").read_bytes() == BODY
    assert [asked for _, asked in mirror.asked] == [None, "bytes=25000-", "bytes=50000-"]
    assert kept(tmp_path) == ["file.bin"]


def test_a_server_that_cannot_continue_starts_over(mirror, tmp_path):
    assert fetch(remote(mirror.serves("/a", interrupted, whole)), tmp_path, "set").read_bytes() == BODY
    assert len(mirror.asked) == 2


def test_a_mirror_that_hangs_up_is_given_up(mirror, tmp_path, refused):
    with refused("set", "file.bin", "/a", "ended after 0 of 100,000 bytes", "--data-root DIR"):
        fetch(remote(mirror.serves("/a", hangs_up)), tmp_path, "set")
    assert len(mirror.asked) == 1


def test_a_mirror_that_breaks_the_protocol_is_given_up(mirror, tmp_path, refused):
    with refused("set", "/a", "--data-root DIR"):
        fetch(remote(mirror.serves("/a", stops_in_a_chunk)), tmp_path, "set")
    assert not (tmp_path / "file.bin").exists()


def test_what_came_is_kept_and_the_next_time_continues(mirror, tmp_path, refused):
    wanted = remote(mirror.serves("/a", interrupted, missing))
    with refused("HTTP status 404"):
        fetch(wanted, tmp_path, "set")
    mirror.serves("/a", ranged)
    assert fetch(wanted, tmp_path, "set").read_bytes() == BODY
    assert mirror.asked[-1] == ("/a", "bytes=25000-")


def test_one_that_always_stops_is_given_up(mirror, tmp_path, refused):
    def drips(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        start = start_of(handler)
        respond(handler, 206 if start else 200, len(body) - start, body[start : start + 10])

    with refused("interrupted 5 times"):
        fetch(remote(mirror.serves("/a", drips)), tmp_path, "set")
    assert len(mirror.asked) == ATTEMPTS


def test_a_wrong_file_is_not_kept(mirror, tmp_path, refused):
    for body in (BODY[:-1] + b"?", BODY[:-1], BODY + b"?", b"<html>moved</html>"):
        with refused("set", "/a", "another file", "sha256"):
            fetch(remote(mirror.serves("/a", ranged, body=body)), tmp_path, "set")
        assert kept(tmp_path) == []


def test_an_endless_file_is_cut_off(mirror, tmp_path, refused):
    with refused("another file"):
        fetch(remote(mirror.serves("/a", whole), body=BODY[:10]), tmp_path, "set")
    assert kept(tmp_path) == []


def test_a_part_that_continues_another_file_is_begun_anew(mirror, tmp_path, refused):
    wanted = remote(mirror.serves("/a", interrupted, missing, body=bytes(len(BODY))))
    with refused("404"):
        fetch(wanted, tmp_path, "set")
    mirror.serves("/a", ranged)
    assert fetch(wanted, tmp_path, "set").read_bytes() == BODY
    assert [asked for _, asked in mirror.asked[-2:]] == ["bytes=25000-", None]


def test_a_part_that_is_whole_is_taken(mirror, tmp_path):
    url = mirror.serves("/a", ranged)
    part = tmp_path / f"file.bin.{hashlib.sha256(url.encode()).hexdigest()[:8]}.part"
    part.write_bytes(BODY)
    assert fetch(remote(url), tmp_path, "set").read_bytes() == BODY
    assert mirror.asked == [("/a", f"bytes={len(BODY)}-")]


def test_the_next_mirror_is_asked(mirror, tmp_path):
    bad = mirror.serves("/bad", whole, body=b"wrong")
    wanted = remote(mirror.address + "/none", bad, mirror.serves("/good", whole))
    assert fetch(wanted, tmp_path, "set").read_bytes() == BODY
    assert [path for path, _ in mirror.asked] == ["/none", "/bad", "/good"]


def test_all_fail(mirror, tmp_path, refused):
    unreachable = "http://127.0.0.1:9/file"
    with refused("set", "file.bin", unreachable, "Connection refused", "--data-root DIR"):
        fetch(remote(mirror.address + "/none", unreachable), tmp_path, "set")
    with refused("set", "no mirror is known"):
        fetch(remote(), tmp_path, "set")


def test_content_is_checked_however_it_is_packed(mirror, tmp_path):
    for level in (1, 9):
        packed = gzip.compress(BODY, level)
        wanted = replace(remote(mirror.serves(f"/{level}", whole, body=packed)), checks_content=True, file=f"{level}.gz")
        assert gzip.decompress(fetch(wanted, tmp_path, "set").read_bytes()) == BODY


def test_a_torn_packing_is_not_kept(mirror, tmp_path, refused):
    url = mirror.serves("/a", whole, body=gzip.compress(BODY)[:-9])
    with refused("another file"):
        fetch(replace(remote(url), checks_content=True), tmp_path, "set")
    assert kept(tmp_path) == []


def test_processes_that_ask_at_once_download_once(mirror, tmp_path):
    wanted = remote(mirror.serves("/a", whole))
    threads = [threading.Thread(target=fetch, args=(wanted, tmp_path, "set")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mirror.asked) == 1
    assert (tmp_path / "file.bin").read_bytes() == BODY


def test_a_place_that_cannot_be_written(mirror, tmp_path, refused):
    (tmp_path / "file").write_text("in the way")
    with refused(str(tmp_path / "file" / "set"), "cannot keep set there", "ADVNETS_CACHE"):
        fetch(remote(mirror.serves("/a", whole)), tmp_path / "file" / "set", "set")


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path / "own"))
    assert cache() == tmp_path / "own"
    monkeypatch.delenv("ADVNETS_CACHE")
    assert cache() == tmp_path / "xdg" / "advnets"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache() == Path.home() / ".cache" / "advnets"


def test_the_archive_of_cifar_is_downloaded(mirror, refused):
    body = gzip.compress(b"no archive")
    url = mirror.serves("/a", whole, body=body)
    table = {"cifar10": {"cifar-10-binary.tar.gz": replace(remote(url, body=body), file="cifar-10-binary.tar.gz")}}
    with refused(str(cache() / "cifar10" / "cifar-10-binary.tar.gz"), "torn"):
        named.load("cifar10", "train", remotes=table)


def test_a_named_set_is_downloaded_and_then_local(mirror, tmp_path, write_idx):
    files = {"train-images-idx3-ubyte": np.arange(24).reshape(2, 3, 4), "train-labels-idx1-ubyte": np.array([1, 0])}
    table = {}
    for name, values in files.items():
        body = write_idx(tmp_path / name, values).read_bytes()
        url = mirror.serves(f"/{name}.gz", interrupted, ranged, body=gzip.compress(body))
        table[name] = Remote(f"{name}.gz", (url,), len(body), hashlib.sha256(body).hexdigest(), checks_content=True)
    for download in (True, False):
        stored = named.load("mnist", "train", None, download, remotes={"mnist": table})
        assert (stored.pixels[:, 0] == files["train-images-idx3-ubyte"]).all()
        assert stored.labels is not None
        assert stored.labels.tolist() == [1, 0]
    assert len(mirror.asked) == 4
