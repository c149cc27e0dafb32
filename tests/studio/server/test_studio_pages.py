"""The pages in a browser: the lab streams, a run is shown and followed, and nothing is asked of any other host."""

import json
import re
import threading
import time

import pytest
import uvicorn

from advnets.studio.app import studio
from advnets.studio.guard import Door
from advnets.studio.pages import PAGES, WEB
from advnets.studio.serving import listen

MILLISECONDS = 60_000
"""How long a slow machine may take."""


@pytest.fixture
def address(runs):
    """A studio that runs."""
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(studio(runs, Door()), log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(browser, address):
    """A page whose requests and errors are kept."""
    page = browser.new_page(base_url=address)
    page.set_default_timeout(MILLISECONDS)
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text) if is_error(message) else None)
    yield page
    page.close()
    assert page.errors == []
    assert [url for url in page.asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))] == []


def is_error(message):
    """Whether a page complains. Plotly's script brings a style for its maps, which the policy blocks and no page needs."""
    return message.type == "error" and not ("inline style" in message.text and message.location["url"].endswith("/plotly.js"))


def until(page, holds):
    """Wait until something holds; the pages' policy lets no page evaluate a text, so the waiting is done here."""
    end = time.monotonic() + MILLISECONDS / 1000
    while not holds():
        assert time.monotonic() < end
        page.wait_for_timeout(50)


def test_the_lab_streams_pauses_and_steps(page):
    page.goto("/lab")
    page.locator("#step:enabled").click()
    until(page, lambda: page.inner_text("#round") == "1")
    page.click("#start")
    until(page, lambda: int(page.inner_text("#round").replace(",", "")) >= 4)
    page.click("#start")
    page.get_by_text("paused at step").wait_for()
    paused = int(re.sub(r"\D", "", page.inner_text("#state")))
    until(page, lambda: int(page.inner_text("#round").replace(",", "")) == paused)
    page.click("#step")
    until(page, lambda: int(page.inner_text("#round").replace(",", "")) == paused + 1)
    page.select_option("select[name='data.source']", "grid")
    until(page, lambda: "--data grid" in page.inner_text("#command"))
    until(page, lambda: page.inner_text("#modes").endswith("of 25"))


def test_a_run_is_shown_and_followed(page, runs):
    page.goto("/runs")
    page.get_by_role("link", name="digits").click()
    page.locator("#charts .main-svg").first.wait_for()
    until(page, lambda: page.locator("#samples img").evaluate("image => image.naturalWidth") > 0)
    assert page.inner_text("#picture-step") == "4"
    assert page.inner_text("#resume") == f"advnets resume {runs / 'digits'}" or page.locator("#resume").is_hidden()
    page.locator("#time").press("ArrowLeft")
    assert page.inner_text("#picture-step") == "2"
    before = page.locator("#walk").get_attribute("src")
    page.fill("#to", "3")
    page.press("#to", "Tab")
    assert page.locator("#walk").get_attribute("src") != before
    with (runs / "digits/log.jsonl").open("a") as log:
        log.write(json.dumps({"step": 6, "images": 96, "cost/D": 1.0, "cost/G": 1.0}) + "\n")
    until(page, lambda: "96 images" in page.inner_text("#facts"))


def test_a_damaged_run_is_a_row(page):
    page.goto("/runs")
    page.get_by_text("cannot be read").wait_for()
    assert page.get_by_role("link", name="digits").is_visible()


def test_the_quiz_is_played_with_the_keyboard_and_with_the_mouse(page, runs):
    page.goto("/run?run=digits")
    page.get_by_role("link", name="Which one is real?").click()
    page.get_by_role("button", name="Begin").press("Enter")
    page.locator("#left img").wait_for()
    assert "real" not in page.inner_text("#pair")
    page.keyboard.press("ArrowLeft")
    until(page, lambda: page.inner_text("#feedback").endswith("one is real."))
    assert "1 of 1" in page.inner_text("#score") or "0 of 1" in page.inner_text("#score")
    assert "52.4 %" in page.inner_text("#score")
    page.keyboard.press("ArrowRight")  # answered already
    page.keyboard.press("Enter")
    until(page, lambda: page.inner_text("#feedback") == "")
    page.locator("#right").click()
    until(page, lambda: "of 2" in page.inner_text("#score"))
    assert [json.loads(line)["chosen"] for line in (runs / "quiz.jsonl").read_text().splitlines()] == ["left", "right"]


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_their_width_and_label_their_controls(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for path in [*PAGES, "/game/"]:
        page.goto(f"{path}?run=digits")
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        unnamed = "[...document.querySelectorAll('select, input')].filter((x) => !x.labels.length && !x.ariaLabel).map((x) => x.outerHTML)"
        assert page.evaluate(unnamed) == []


@pytest.mark.parametrize("file", sorted(str(file.relative_to(WEB)) for file in WEB.rglob("*.*") if file.parent.name != "game"))
def test_sources_name_no_other_host_and_carry_nothing_inline(file):
    text = (WEB / file).read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", text)
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|<script(?![^>]*\ssrc=)|innerHTML|eval\(", text)


def test_the_game_is_served_with_the_way_to_the_other_parts(page):
    page.goto("/game/")
    page.get_by_role("button", name="Train").wait_for()
    page.get_by_role("link", name="Paper").click()
    page.get_by_role("heading", name="The ledger").wait_for()
