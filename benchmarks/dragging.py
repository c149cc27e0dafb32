"""How often the game's page is drawn anew while its generator is dragged, in headless Chromium. Prints one JSON object.

The pointer moves as fast as the browser takes it; an update is a frame in which the value's read-out has changed.

python benchmarks/dragging.py --seconds 5
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from math import sin
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from advnets.studio.onefile import GAME, one_file

COUNT = """() => {
  const shown = document.querySelector("[data-readout=value]");
  let before = shown.dataset.exact;
  window.updates = 0;
  const look = () => {
    if (shown.dataset.exact !== before) { before = shown.dataset.exact; window.updates += 1; }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def dragging(page: Page, seconds: float) -> dict[str, object]:
    """Updates and pointer moves a second while the slider of the centre is dragged back and forth."""
    box = page.get_by_label("centre of the generator").bounding_box()
    assert box is not None
    middle, height, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * box["width"]
    page.mouse.move(middle, height)
    page.mouse.down()
    page.evaluate(COUNT)
    begun, moves = time.perf_counter(), 0
    while (taken := time.perf_counter() - begun) < seconds:
        page.mouse.move(middle + reach * sin(3 * taken), height)
        moves += 1
    updates = page.evaluate("() => window.updates")
    page.mouse.up()
    return {"updates_per_second": round(updates / taken, 1), "moves_per_second": round(moves / taken, 1), "seconds": round(taken, 1)}


def main(seconds: float) -> dict[str, object]:
    """Open the page as one file, and drag."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder) / "game.html"
        file.write_text(one_file(GAME), encoding="utf-8")
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(file.as_uri())
        found = dragging(page, seconds)
        browser.close()
    return found | {"cores": len(os.sched_getaffinity(0))}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="to drag")
    print(json.dumps(main(parser.parse_args().seconds)))
