"""The lab over its WebSocket: a process for each page, freed when the page leaves, and never waiting for it."""

import json
import multiprocessing
import threading

import pytest
from starlette.testclient import TestClient

from advnets.studio.app import studio
from advnets.studio.guard import PROTOCOL
from advnets.studio.lab import session

HERE = "http://127.0.0.1:2014"


class Pretended:
    """A process that says what it is told, and nothing by itself."""

    def __init__(self, far_end):
        self.far_end = far_end
        self.thread = threading.Thread(target=self.echo)
        self.thread.start()

    def echo(self):
        try:
            while True:
                self.far_end.send(self.far_end.recv())
        except (EOFError, OSError):
            pass

    def kill(self):
        self.far_end.send(b"")  # wakes the server's thread, as the end of a process does
        self.far_end.close()

    def join(self):
        pass


@pytest.fixture
def pretended(monkeypatch):
    """Sessions whose processes are threads; the list of them."""
    begun = []

    def begin():
        game, far_end = multiprocessing.Pipe()
        begun.append(Pretended(far_end))
        return begun[-1], game

    monkeypatch.setattr(session, "begin", begin)
    return begun


@pytest.fixture
def connect(runs, door):
    """connect() opens the lab's WebSocket, as its page does."""
    with TestClient(studio(runs, door), base_url=HERE) as client:
        yield lambda: client.websocket_connect(f"{HERE.replace('http', 'ws')}/lab/play", subprotocols=[PROTOCOL, door.page])


def test_a_page_plays_by_its_websocket(connect):
    with connect() as page:
        assert page.accepted_subprotocol == PROTOCOL
        begun = page.receive_json()
        assert (begun["done"], begun["step"], begun["running"]) == ("reset", 0, False)
        page.send_json({"do": "more"})
        assert b'"step": 0' in page.receive_bytes()
        page.send_json({"do": "step"})
        assert page.receive_json() == {"done": "step", "step": 1, "running": False}
        page.send_json({"do": "start"})
        page.receive_json()
        page.send_json({"do": "pause"})
        paused = page.receive_json()
        page.send_json({"do": "step"})
        assert page.receive_json()["step"] == paused["step"] + 1  # no round between the pause and the step
        players = multiprocessing.active_children()
        assert players
    for player in players:
        player.join(10)
        assert not player.is_alive()


def test_words_and_frames_are_passed_on(connect, pretended):
    with connect() as page:
        page.send_text("hello")
        assert page.receive_text() == "hello"


def test_there_are_few_sessions_and_one_that_leaves_makes_room(connect, pretended):
    pages = [connect() for _ in range(session.MOST_SESSIONS)]
    for page in pages:
        page.__enter__()
        page.send_text("here")
        assert page.receive_text() == "here"
    with connect() as late:
        assert "playing already" in late.receive_json()["error"]
        assert late.receive()["code"] == session.TRY_AGAIN_LATER
    pages.pop().__exit__(None, None, None)
    with connect() as page:
        page.send_text("in")
        assert page.receive_text() == "in"
    for page in pages:
        page.__exit__(None, None, None)
    assert len(pretended) == session.MOST_SESSIONS + 1


def test_a_page_that_talks_too_much_is_closed(connect, pretended):
    with connect() as page:
        page.send_text(json.dumps({"do": "x" * session.LONGEST_WORD}))
        assert page.receive()["code"] == session.TOO_BIG


def test_a_game_ends_when_its_page_is_gone():
    from advnets.studio.lab.playing import serve

    page, far_end = multiprocessing.Pipe()
    player = threading.Thread(target=run_quietly, args=(serve, far_end))
    player.start()
    page.recv()
    page.send('{"do": "start"}')
    page.recv()
    page.close()
    player.join(20)
    assert not player.is_alive()


def run_quietly(serve, far_end):
    """Play in a thread, where there are no signals to ignore."""
    from unittest.mock import patch

    with patch("signal.signal"):
        serve(far_end)
