"""What the lab manages on one core: frames a second over a WebSocket, and rounds a second meanwhile. Prints one JSON object.

Server, game and reader share the core; the reader asks for a frame as soon as it has the last, as a page does.

python benchmarks/studio.py --seconds 10
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn
from websockets.sync.client import ClientConnection, connect

from advnets.studio.app import studio
from advnets.studio.guard import PROTOCOL, Door
from advnets.studio.serving import listen


def lab(seconds: float) -> dict[str, object]:
    """Frames and rounds a second of the lab's first game, and the rounds it plays while nobody asks for a frame."""
    door = Door()
    with TemporaryDirectory() as runs, listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(studio(Path(runs), door), log_level="error"))
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            address = f"ws://127.0.0.1:{listener.getsockname()[1]}/lab/play"
            with connect(address, subprotocols=[PROTOCOL, door.page]) as page:  # type: ignore[list-item]
                page.recv()
                watched, unwatched = watch(page, seconds), leave_alone(page, seconds)
        finally:
            server.should_exit = True
            thread.join()
    return watched | {"rounds_per_second_unwatched": unwatched, "seconds": seconds, "cores": len(os.sched_getaffinity(0))}


def watch(page: ClientConnection, seconds: float) -> dict[str, object]:
    """Read frames as fast as they come."""
    begun, frames, step = time.perf_counter(), 0, 0
    say(page, "start")
    while time.perf_counter() - begun < seconds:
        say(page, "more")
        step, frames = frame(page)["step"], frames + 1
    taken = time.perf_counter() - begun
    return {"frames_per_second": round(frames / taken, 1), "rounds_per_second": round(step / taken, 1)}


def leave_alone(page: ClientConnection, seconds: float) -> float:
    """Rounds a second while no frame is asked for."""
    begun, first = time.perf_counter(), answer(page, "start")["step"]
    time.sleep(seconds)
    last = answer(page, "pause")["step"]
    return round((last - first) / (time.perf_counter() - begun), 1)


def say(page: ClientConnection, act: str) -> None:
    """Say a word to the lab."""
    page.send(json.dumps({"do": act}))


def answer(page: ClientConnection, act: str) -> dict[str, int]:
    """What the lab answers."""
    say(page, act)
    return json.loads(page.recv())


def frame(page: ClientConnection) -> dict[str, int]:
    """The head of the next frame."""
    while isinstance(said := page.recv(), str):
        pass
    (length,) = struct.unpack("<I", said[:4])
    return json.loads(said[4 : 4 + length])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="to measure each part")
    os.environ["OMP_NUM_THREADS"] = "1"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(json.dumps(lab(parser.parse_args().seconds)))
