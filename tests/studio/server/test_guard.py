"""Nobody from elsewhere gets in: foreign hosts, foreign origins, requests without the page's token, browsers without the access token."""

from pathlib import Path

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from advnets.studio import ledger, pages
from advnets.studio.app import studio
from advnets.studio.guard import COOKIE, POLICY, PROTOCOL, Door, door
from advnets.studio.quiz import routes as quiz
from advnets.studio.shelf.routes import routes

LAB = "ws://127.0.0.1:2014/lab/play"
NO_TOKEN = "the token of a page of this studio is missing"
EVERYWHERE = [
    *pages.PAGES,
    *(route.path for route in [*routes(None, None), *ledger.routes(Path())] if isinstance(route, Route)),
    *(route.path for route in quiz.routes(None, None, paths=False) if isinstance(route, Route)),
    *("/plotly.js", "/web/shared/studio.css", "/game/", "/nowhere"),
]


def test_the_list_of_paths_is_whole(runs):
    paths = {route.path for route in studio(runs, Door()).routes if isinstance(route, Route | Mount)}
    assert paths - {"/web", "/game"} <= set(EVERYWHERE)


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example:2014"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
def test_foreign_hosts_and_origins_are_refused_on_every_path(client, door, path, method, headers):
    token = {"X-Advnets-Token": door.page}
    assert client.request(method, path, headers=headers | token).status_code == 403


@pytest.mark.parametrize("host", ["localhost:2014", "127.0.0.1:2014", "[::1]:2014", "localhost"])
def test_this_machine_is_let_in_under_its_names(client, host):
    assert client.get("/", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "token"),
    [({"Host": "evil.example"}, True), ({"Origin": "http://evil.example"}, True), ({"Origin": "null"}, True), ({}, False)],
)
def test_foreign_websockets_are_refused(client, door, headers, token):
    protocols = [PROTOCOL, door.page if token else "guess"]
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(LAB, subprotocols=protocols, headers={**headers}):
        pass
    assert refused.value.reason == ("a foreign host" if "Host" in headers else "a foreign origin" if headers else NO_TOKEN)


def test_a_websocket_of_one_of_our_pages_is_let_in(client, door, monkeypatch):
    monkeypatch.setattr("advnets.studio.lab.session.MOST_SESSIONS", 0)
    headers = {"Origin": "http://127.0.0.1:2014"}
    with client.websocket_connect(LAB, subprotocols=[PROTOCOL, door.page], headers=headers) as page:
        assert "playing already" in page.receive_json()["error"]


def test_what_changes_something_needs_the_token_of_a_page(client, door):
    stop = "/api/run/stop?run=digits"
    assert client.post(stop).status_code == 403
    assert client.post(stop, headers={"X-Advnets-Token": "guess"}).status_code == 403
    assert client.post(stop, headers={"X-Advnets-Token": door.page}).status_code == 422  # let in; the run is not running
    assert door.page in client.get("/run").text


def test_elsewhere_a_browser_needs_the_token_that_was_printed(runs):
    entrance = door("192.0.2.7")
    assert entrance.access
    client = TestClient(studio(runs, entrance), base_url="http://192.0.2.7:2014", follow_redirects=False)
    for path in EVERYWHERE:
        assert client.get(path).status_code == 403
    assert client.get("/?token=guess").status_code == 403
    welcome = client.get(f"/run?run=digits&token={entrance.access}")
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/run?run=digits")
    assert "httponly" in welcome.headers["set-cookie"].lower()
    assert client.cookies[COOKIE] == entrance.access
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 403


def test_websockets_need_the_printed_token_too(runs):
    entrance = door("192.0.2.7")
    client = TestClient(studio(runs, entrance), base_url="http://192.0.2.7:2014")
    address = "ws://192.0.2.7:2014/lab/play"
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(address, subprotocols=[PROTOCOL, entrance.page]):
        pass
    assert "asks for its token" in refused.value.reason


def test_a_redirect_after_the_token_stays_here(runs):
    entrance = door("192.0.2.7")
    client = TestClient(studio(runs, entrance), base_url="http://192.0.2.7:2014", follow_redirects=False)
    assert client.get(f"http://192.0.2.7:2014//evil.example/?token={entrance.access}").headers["location"] == "/evil.example/"


def test_only_a_server_that_listens_everywhere_knows_every_address():
    assert door("0.0.0.0").knows("192.0.2.7:2014")
    assert not door("0.0.0.0").knows("evil.example")
    assert not door("192.0.2.7").knows("192.0.2.8")
    assert door("Studio.example").knows("studio.example:2014")
    assert door(None).access is None
    assert not door(None).knows("192.0.2.7")
    assert not door(None).knows("[::1")
    assert door(None).page != door(None).page


@pytest.mark.parametrize("path", [*pages.PAGES, "/nowhere", "/api/runs"])
def test_every_answer_has_the_policy(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
