"""The process that plays for one page. Rounds are never interrupted: words are heard, and frames shown, between two."""

from __future__ import annotations

import json
import signal
import time
from multiprocessing.connection import Connection
from typing import Any

from advnets.errors import BadInput

FRAMES_A_SECOND = 15


class Playing:
    """A page's game: what the page asked for, and what it has been shown.

    Attributes:
        lab: the game.
        running: rounds are played without being asked for one by one.
        wanted: the page is ready for a frame. It says so when it has drawn the last; what lies between two frames, nobody sees.
    """

    def __init__(self) -> None:
        from advnets.studio.lab.game import Lab  # the server names this module too, and has no need of torch

        self.begin = Lab
        self.lab = self.begin({})
        self.running = self.wanted = False
        self.shown: tuple[int, float] | None = None

    def obey(self, text: str) -> dict[str, Any] | None:
        """Do what a page says, and answer when it is done. A pause that was answered is one: no round follows it.

        Args:
            text: {"do": "start" | "pause" | "step" | "more"} or {"do": "reset", "chosen": {option: value}}.
        """
        try:
            asked = json.loads(text)
            act = asked.get("do") if isinstance(asked, dict) else None
            if act == "more":
                self.wanted = True
                return None
            if act == "reset":
                self.reset(asked.get("chosen", {}))
            elif act in ("start", "pause", "step"):
                self.running = act == "start" and not self.lab.diverged
                if act == "step" and not self.lab.diverged:
                    self.lab.play_round()
            else:
                raise BadInput(f"do: unknown {act!r}; known: start, pause, step, reset, more")
        except (BadInput, json.JSONDecodeError) as error:
            return {"error": str(error)}
        answer = {"done": act, "step": self.lab.round, "running": self.running}
        return answer | {"about": self.lab.about()} if act == "reset" else answer

    def reset(self, chosen: Any) -> None:
        """Begin anew. A game that was running goes on running.

        Raises:
            BadInput: the options do not fit; the old game stays.
        """
        if not isinstance(chosen, dict):
            raise BadInput("chosen: is not an object")
        self.lab = self.begin(chosen)
        self.shown = None

    @property
    def has_news(self) -> bool:
        """Whether the page is ready for a frame and has not seen this round."""
        return self.wanted and (self.shown is None or self.shown[0] != self.lab.round)

    def play_round(self) -> None:
        """A round, if the game is running."""
        if self.running:
            self.lab.play_round()
            self.running = not self.lab.diverged

    def frame(self) -> bytes | None:
        """The newest state, if the page waits for it and it is time for one."""
        now = time.monotonic()
        too_early = self.running and self.shown is not None and now - self.shown[1] < 1 / FRAMES_A_SECOND
        if not self.has_news or too_early:
            return None
        self.wanted, self.shown = False, (self.lab.round, now)
        return self.lab.frame()


def serve(page: Connection) -> None:
    """Play for one page until it leaves.

    Args:
        page: gives what the page says, takes answers (str) and frames (bytes).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its games
    playing = Playing()
    try:
        page.send(json.dumps({"done": "reset", "step": 0, "running": False, "about": playing.lab.about()}))
        while True:
            while page.poll(0 if playing.running or playing.has_news else None):
                if answer := playing.obey(page.recv()):
                    page.send(json.dumps(answer))
            playing.play_round()
            if frame := playing.frame():
                page.send(frame)
    except (EOFError, ConnectionError):  # the page has left
        return
