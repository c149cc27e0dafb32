"""The game's page in a browser, from a file and from a server: it computes, is dragged, is trained, is spoken, asks nothing."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from advnets.studio.onefile import GAME, one_file
from advnets.theory import EQUILIBRIUM, gaussian, jsd, kl, virtual_criterion

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The page as one file."""
    path = tmp_path_factory.mktemp("game") / "game.html"
    path.write_text(one_file(GAME), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser, file):
    """Opens the page in a context of its own, with a clock that stands still until it is told to run; fails on errors."""
    contexts, errors = [], []

    def open_page(**how):
        context = browser.new_context(**{"viewport": WIDE, **how})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.clock.install(time=0)
        page.goto(file.as_uri())
        page.clock.pause_at(1000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def exact(page, name):
    """A read-out's number as the page has it."""
    page.clock.run_for(50)
    return json.loads(page.locator(f"[data-readout={name}]").get_attribute("data-exact"))


def place(page, centre, spread):
    """Put the generator somewhere by its sliders."""
    page.get_by_label("centre of the generator").fill(str(centre))
    page.get_by_label("spread of the generator").fill(str(spread))


def train(page, cost, milliseconds):
    """Choose a cost and train for so long."""
    page.get_by_role("radio", name=cost).check()
    page.get_by_role("button", name="Train").click()
    page.clock.run_for(milliseconds)


def test_equal_bells_give_one_half_and_minus_log_four_by_keyboard(opened):
    page = opened()
    place(page, 0.15, 0.95)
    for _ in range(3):
        page.get_by_label("centre of the generator").press("ArrowLeft")
    page.get_by_label("spread of the generator").press("ArrowRight")
    assert exact(page, "range") == pytest.approx([0.5, 0.5], abs=1e-6)
    assert exact(page, "value") == pytest.approx(EQUILIBRIUM, abs=1e-9)
    assert page.locator("[data-readout=value]").inner_text() == "−1.3863"


def test_the_readouts_are_the_numbers_of_the_theory(opened):
    page = opened()
    place(page, 1.5, 0.6)
    p, q = gaussian(0.0, 1.0), gaussian(1.5, 0.6)
    assert exact(page, "value") == pytest.approx(virtual_criterion(p, q).item(), abs=1e-9)
    assert exact(page, "jsd") == pytest.approx(jsd(p, q).item(), abs=1e-9)
    assert exact(page, "kl") == pytest.approx(kl(p, q).item(), abs=1e-9)


@pytest.mark.parametrize("cost", ["zero-sum", "non-saturating", "maximum likelihood"])
def test_training_brings_the_generator_to_the_data(opened, cost):
    page = opened()
    before = exact(page, "kl")
    train(page, cost, 2000)
    assert exact(page, "kl") < before / 10


def test_training_ends_where_nothing_is_left_to_learn(opened):
    page = opened()
    place(page, 0.05, 1.05)
    train(page, "maximum likelihood", 2000)
    assert page.get_by_text("At rest: G is the data").is_visible()
    assert page.get_by_role("button", name="Train").is_visible()


@pytest.mark.parametrize(
    ("cost", "least", "greatest"), [("zero-sum", 0.6, 0.7), ("non-saturating", 0.6, 0.7), ("maximum likelihood", 1.0, 3.0)]
)
def test_only_likelihood_makes_one_bell_leave_its_bump(opened, cost, least, greatest):
    page = opened()
    page.get_by_text("data: two bumps").click()
    place(page, 1.8, 0.6)
    train(page, cost, 1000)
    assert least <= float(page.get_by_label("spread of the generator").get_attribute("aria-valuetext")) <= greatest


def test_training_pauses_goes_on_and_is_reset(opened):
    page = opened()
    start = exact(page, "kl")
    page.get_by_role("button", name="Train").click()
    page.clock.run_for(300)
    page.get_by_role("button", name="Pause").click()
    paused = exact(page, "kl")
    page.clock.run_for(500)
    assert exact(page, "kl") == paused < start
    page.get_by_role("button", name="Reset").click()
    assert exact(page, "kl") == start


def test_the_knob_follows_the_pointer(opened):
    page = opened()
    box = page.locator(".knob").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y + 40, steps=3)
    page.clock.run_for(50)
    moved = page.locator(".knob").bounding_box()
    page.mouse.up()
    assert (moved["x"] - box["x"], moved["y"] - box["y"]) == pytest.approx((-90, 40), abs=1)


def test_a_finger_drags_the_body_sideways_only(opened):
    page = opened(viewport=NARROW, has_touch=True)
    spread = page.get_by_label("spread of the generator")
    before = exact(page, "jsd"), spread.get_attribute("aria-valuetext")
    box = page.locator(".knob").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 60
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in (10, 25, 40):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - part, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert exact(page, "jsd") < before[0]
    assert spread.get_attribute("aria-valuetext") == before[1]


def test_the_numbers_are_spoken_once_they_rest(opened):
    page = opened()
    spoken = page.locator("[aria-live=polite]")
    place(page, 0, 1)
    page.clock.run_for(1400)
    assert spoken.inner_text() == ""
    page.clock.run_for(200)
    assert spoken.inner_text() == "Value −1.3863. Jensen–Shannon divergence 0.0000 nats. D from 0.500 to 0.500."


def test_who_asked_for_less_motion_sees_two_pictures_a_second(opened):
    page = opened(reduced_motion="reduce")
    start = exact(page, "kl")
    page.get_by_role("button", name="Train").click()
    page.clock.run_for(400)
    assert exact(page, "kl") == start
    page.clock.run_for(200)
    assert exact(page, "kl") < start


def test_the_reader_chooses_the_version(opened):
    page = opened()
    for version, heading in {
        "introduction": "Two players, one number",
        "depth": "The theory on one axis",
        "plain": "A forger and a detective",
    }.items():
        page.get_by_role("radio", name=version).check()
        assert page.locator("#text h2:visible").all_inner_texts() == [heading]


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_is_wider_than_the_window(opened, viewport):
    page = opened(viewport=viewport)
    for version in ("depth", "introduction", "plain"):
        page.get_by_role("radio", name=version).check()
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_every_control_has_a_name(opened):
    page = opened()
    unnamed = "e => [...e.labels ?? []].map(l => l.innerText).join('') + e.innerText"
    named = [control.evaluate(unnamed).strip() for control in page.locator("input, button").all()]
    assert len(named) == 12
    assert all(named)


def test_the_file_asks_for_nothing_else(browser, file):
    asked = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.get_by_role("button", name="Train").click()
    page.get_by_role("button", name="Pause").click()
    page.close()
    assert [address for address in asked if not address.startswith("data:")] == [file.as_uri()]


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


def test_the_modules_work_from_a_server_and_ask_only_it(browser):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=GAME.parent))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    asked = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert page.locator("[data-readout=value]").inner_text() == "−0.2991"
    page.close()
    server.shutdown()
    server.server_close()
    assert [other for other in asked if not other.startswith((address, "data:"))] == []
