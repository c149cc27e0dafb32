"""The quiz: pairs are fair, answers are judged once and kept beside the runs, and real pictures come from data that may be opened."""

import json
import shutil
from base64 import b64decode
from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from starlette.testclient import TestClient

from advnets.data import open_data
from advnets.errors import BadInput
from advnets.metrics.intervals import share
from advnets.runs.pictures import to_uint8
from advnets.runs.sampling import load
from advnets.studio.app import studio
from advnets.studio.guard import Door
from advnets.studio.quiz import answers
from advnets.studio.quiz.pairs import OPEN, Quiz
from advnets.studio.quiz.real import Reals
from advnets.studio.shelf.generators import Generators

HERE = "http://127.0.0.1:2014"


@pytest.fixture
def post(client, door):
    """post(path, **query) sends what only a page of the studio may."""

    def send(path, **query):
        return client.post(f"/api/quiz/{path}", params=query, headers={"X-Advnets-Token": door.page})

    return send


@pytest.fixture
def quiz(runs):
    """A quiz over the runs."""
    return Quiz(runs, Generators(runs), Reals(paths=True))


def pixels(asked, side):
    """The grey levels of one of the pictures."""
    return np.asarray(Image.open(BytesIO(b64decode(asked[side]))))


def kept(runs):
    """The answers that were kept."""
    return [json.loads(line) for line in (runs / "quiz.jsonl").read_text().splitlines()]


def changed(runs, **data):
    """Let the run name other data."""
    file = runs / "digits/run.json"
    record = json.loads(file.read_text())
    record["experiment"]["data"] |= data
    file.write_text(json.dumps(record))


def test_one_picture_is_a_row_of_the_data_and_the_other_is_the_sample_that_the_log_names(post, runs):
    rows = {image.tobytes() for image in to_uint8(open_data("digits").rows(torch.arange(1797))).numpy()[:, 0]}
    model = load(runs / "digits")
    for _ in range(5):
        asked = post("pair", run="digits").json()
        told = post("answer", pair=asked["pair"], chosen="left").json()
        drawn = "left" if told["real"] == "right" else "right"
        line = kept(runs)[-1]
        assert pixels(asked, told["real"]).tobytes() in rows
        assert np.array_equal(pixels(asked, drawn), to_uint8(model.sample(line["of"], line["seed"])[line["number"], 0]).numpy())
        assert pixels(asked, "left").shape == pixels(asked, "right").shape == (8, 8)


def test_a_question_does_not_tell_its_answer(post):
    asked = post("pair", run="digits").json()
    assert set(asked) == {"run", "step", "weights", "pair", "visit", "left", "right"}
    files = [Image.open(BytesIO(b64decode(asked[side]))) for side in ("left", "right")]
    assert [(file.format, file.mode, file.info) for file in files] == [("PNG", "L", {})] * 2


def test_both_sides_come_by_chance(quiz):
    real = []
    for _ in range(40):
        asked = quiz.ask("digits", "")
        real.append(quiz.open[asked["pair"]].real)
    assert set(real) == {"left", "right"}  # fails by chance once in 2**39


def test_an_answer_is_judged_once_counted_and_kept_beside_the_run(post, client, runs):
    before = {file: file.read_bytes() for file in (runs / "digits").rglob("*") if file.is_file()}
    visit, right = "", 0
    for number in range(1, 5):
        asked = post("pair", run="digits", visit=visit).json()
        visit = asked["visit"]
        told = post("answer", pair=asked["pair"], chosen="right").json()
        right += told["right"]
        assert told["right"] == (told["real"] == "right")
        expected = share(right, number)
        assert told["you"] == {"right": right, "of": number, "share": expected.value, "low": expected.low, "high": expected.high}
        assert post("answer", pair=asked["pair"], chosen="left").status_code == 404
    assert [line["visit"] for line in kept(runs)] == [visit] * 4
    assert set(kept(runs)[0]) == {
        *("time", "run", "step", "weights", "visit", "seed", "number", "of", "real", "chosen", "right", "seconds"),
    }
    another = post("pair", run="digits").json()
    told = post("answer", pair=another["pair"], chosen="left").json()
    assert (told["you"]["of"], told["all"]["of"]) == (1, 5)
    assert client.get("/api/quiz?run=digits").json()["all"] == told["all"]
    assert {file: file.read_bytes() for file in (runs / "digits").rglob("*") if file.is_file()} == before


def test_other_steps_and_weights_do_not_count(runs):
    line = {"run": "digits", "step": 4, "weights": "averaged", "visit": "a", "right": True}
    for change in ({}, {"step": 2}, {"weights": "raw"}, {"run": "other"}):
        answers.keep(runs, line | change)
    assert answers.score(answers.given(runs), run="digits", step=4, weights="averaged")["of"] == 1
    assert answers.score(answers.given(runs), run="digits", step=3, weights="averaged") is None


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("pair", {"run": "../outside"}, 404),
        ("pair", {"run": "damaged"}, 422),
        ("pair", {}, 404),
        ("answer", {"pair": "guessed", "chosen": "left"}, 404),
        ("answer", {"pair": "guessed", "chosen": "middle"}, 422),
    ],
)
def test_what_cannot_be_asked_is_one_line(post, path, query, status):
    answer = post(path, **query)
    assert answer.status_code == status
    assert answer.json()["error"].count("\n") == 0


def test_nothing_is_asked_or_answered_without_the_page_s_token(client):
    assert client.post("/api/quiz/pair?run=digits").status_code == 403
    assert client.post("/api/quiz/answer?pair=x&chosen=left").status_code == 403
    assert client.get("/api/quiz/pair?run=digits").status_code == 405


def test_data_that_are_not_here_are_never_downloaded(post, runs, tmp_path, monkeypatch):
    monkeypatch.delenv("ADVNETS_DATA", raising=False)
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path / "empty"))
    monkeypatch.setattr("advnets.data.named.fetch", lambda *args: pytest.fail("asked to download"))
    changed(runs, source="mnist", root=None)
    assert "cannot be opened here: mnist" in post("pair", run="digits").json()["error"]
    assert not (runs / "quiz.jsonl").exists()


@pytest.mark.parametrize(("door", "status"), [(Door(), 200), (Door(access="secret"), 422)])
def test_data_at_a_path_are_opened_on_loopback_only(runs, tmp_path, door, status):
    np.savez(tmp_path / "mine.npz", images=np.full((20, 8, 8), 200, np.uint8))
    changed(runs, source=str(tmp_path / "mine.npz"))
    client = TestClient(studio(runs, door), base_url=HERE, cookies={"advnets-access": "secret"})
    answer = client.post("/api/quiz/pair?run=digits", headers={"X-Advnets-Token": door.page})
    assert answer.status_code == status
    if status == 200:
        assert any((pixels(answer.json(), side) == 200).all() for side in ("left", "right"))
    else:
        assert "does not open" in answer.json()["error"]


def test_data_of_another_shape_are_refused(post, runs, tmp_path):
    np.savez(tmp_path / "wide.npz", images=np.zeros((20, 8, 16), np.uint8))
    changed(runs, source=str(tmp_path / "wide.npz"))
    assert "where the run learned (1, 8, 8)" in post("pair", run="digits").json()["error"]


@pytest.mark.parametrize("content", ["hello\n", "[]\n", '{"right": true}\n'])
def test_nothing_is_added_to_a_file_that_is_no_log(post, runs, content):
    asked = post("pair", run="digits").json()["pair"]
    (runs / "quiz.jsonl").write_text(content)
    assert "no answers" in post("answer", pair=asked, chosen="left").json()["error"]
    assert (runs / "quiz.jsonl").read_text() == content


def test_a_log_that_leads_elsewhere_is_not_followed(post, runs, tmp_path):
    asked = post("pair", run="digits").json()["pair"]
    (tmp_path / "elsewhere").write_text("")
    (runs / "quiz.jsonl").symlink_to(tmp_path / "elsewhere")
    assert post("answer", pair=asked, chosen="left").status_code == 404
    assert (tmp_path / "elsewhere").read_text() == ""


def test_few_pairs_wait_and_few_pictures_are_kept(quiz):
    first = quiz.ask("digits", "")["pair"]
    quiz.open.update({str(i): quiz.open[first] for i in range(OPEN)})
    quiz.ask("digits", "")
    assert len(quiz.open) == OPEN
    assert first not in quiz.open
    assert [len(rows) for rows in quiz.reals.kept.values()] == [200]


def test_a_run_without_a_checkpoint_has_no_quiz_yet(post, runs):
    shutil.rmtree(runs / "digits/checkpoints/step-00000004")
    assert "no checkpoint yet" in post("pair", run="digits").json()["error"]


def test_points_are_no_pictures(quiz, monkeypatch):
    monkeypatch.setattr(quiz.generators, "model", lambda wanted: nullcontext(SimpleNamespace(shape=(2,), classes=())))
    with pytest.raises(BadInput, match="draws points, not pictures"):
        quiz.ask("digits", "")


def test_a_conditional_generator_shows_any_of_its_classes(quiz, monkeypatch):
    model = load(quiz.shelf / "digits")
    monkeypatch.setattr(quiz.generators, "model", lambda wanted: nullcontext(replace(model, classes=tuple("0123456789"))))
    asked = [quiz.open[quiz.ask("digits", "")["pair"]] for _ in range(12)]
    assert {pair.of for pair in asked} == {10}
    assert len({pair.number for pair in asked}) > 1
