"""A page's WebSocket, and the process that plays for it. The process waits for nobody; the server only passes on what both say."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from starlette.websockets import WebSocket, WebSocketDisconnect

from advnets.studio.guard import PROTOCOL
from advnets.studio.lab.playing import serve

MOST_SESSIONS = 4
LONGEST_WORD = 4096
TRY_AGAIN_LATER, TOO_BIG = 1013, 1009


class Sessions:
    """The pages that play now, a few at most."""

    def __init__(self) -> None:
        self.open = 0

    async def play(self, page: WebSocket) -> None:
        """Play for a page until it leaves."""
        await page.accept(PROTOCOL)
        if self.open >= MOST_SESSIONS:
            await page.send_text(json.dumps({"error": f"{MOST_SESSIONS} pages are playing already; close one"}))
            return await page.close(TRY_AGAIN_LATER)
        self.open += 1
        try:
            process, game = await asyncio.to_thread(begin)
            try:
                await converse(page, game)
            finally:
                process.kill()  # it holds nothing that outlives it; its end of the pipe closes, which frees the thread that listens
                await asyncio.to_thread(process.join)
                game.close()
        finally:
            self.open -= 1


def begin() -> tuple[BaseProcess, Connection]:
    """A process that plays, forked from one that has imported the engine and done nothing else."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["advnets.studio.lab.game"])
    game, far_end = context.Pipe()
    process = context.Process(target=serve, args=(far_end,), daemon=True)
    process.start()
    far_end.close()
    return process, game


async def converse(page: WebSocket, game: Connection) -> None:
    """Pass words and frames on until one of the two leaves."""
    sides = [asyncio.create_task(hear(page, game)), asyncio.create_task(show(page, game))]
    try:
        await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for side in sides:
            side.cancel()


async def hear(page: WebSocket, game: Connection) -> None:
    """What the page says goes to the game."""
    with suppress(WebSocketDisconnect, OSError, KeyError):  # KeyError: bytes, which no page of ours sends
        while len(text := await page.receive_text()) <= LONGEST_WORD:
            game.send(text)
        await page.close(TOO_BIG)


async def show(page: WebSocket, game: Connection) -> None:
    """What the game says goes to the page. There is one frame on its way at most: a page asks for the next when it has drawn the last."""
    with suppress(EOFError, OSError, WebSocketDisconnect):
        while True:
            said = await asyncio.to_thread(game.recv)
            await (page.send_text(said) if isinstance(said, str) else page.send_bytes(said))
