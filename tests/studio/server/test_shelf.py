"""What the pages are told of runs, and the samples they are given."""

import json
import os
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from advnets.runs.grids import Origin, read_origin
from advnets.runs.process import identity
from advnets.runs.sampling import load
from advnets.studio.shelf import listing
from advnets.studio.shelf.generators import KEPT, Generators, Wanted


def row(client, name="digits"):
    """The row of a run."""
    return next(row for row in client.get("/api/runs").json()["runs"] if row["run"] == name)


def test_a_run_s_row(client):
    found = row(client)
    expected = {"recipe": "mnist-demo", "data": "digits", "state": "done", "step": 4, "rounds": 4, "images": 64, "metrics": {}}
    assert {key: found[key] for key in expected} == expected
    assert set(found["watch"]) == {"watch/D(x)", "watch/D(G(z))", "watch/V"}


def test_no_folder_yet_is_no_run_yet(client, runs):
    runs.rename(runs.with_name("elsewhere"))
    assert client.get("/api/runs").json()["runs"] == []


def test_runs_may_lie_deeper_and_hidden_ones_are_not_shown(client, runs):
    (runs / "sweep/seeds").mkdir(parents=True)
    (runs / "digits").rename(runs / "sweep/seeds/1")
    (runs / ".half.part").mkdir()
    (runs / ".half.part/run.json").write_text("{}")
    assert [row["run"] for row in client.get("/api/runs").json()["runs"]] == ["damaged", "sweep/seeds/1"]
    assert client.get("/api/run", params={"run": "sweep/seeds/1"}).json()["state"] == "done"


@pytest.mark.parametrize(("change", "expected"), [({}, "running"), ({"started": 1}, "stale")])
def test_a_run_whose_process_is_gone_is_stale(client, running, change, expected):
    running(identity() | change)
    assert row(client)["state"] == expected


@pytest.mark.parametrize(("age", "expected"), [(0, "running"), (2 * listing.QUIET_SECONDS, "stale")])
def test_a_run_of_another_machine_is_stale_after_a_long_silence(client, running, runs, age, expected):
    running({"pid": 1, "started": 1, "boot": "another"})
    for place in (runs / "digits").iterdir():
        then = place.stat().st_mtime - age
        os.utime(place, (then, then))
    assert row(client)["state"] == expected
    assert row(client)["here"] is False


def test_the_newest_metrics_are_shown_by_their_first_number(client, runs):
    line = {"step": 4, "frechet": {"reference": "digits", "samples": 10, "distance": 2.5, "control": {"distance": 1.0}}}
    (runs / "digits/metrics.jsonl").write_text(json.dumps(line) + "\n")
    assert row(client)["metrics"] == {"frechet.distance": 2.5}


def test_a_last_line_that_is_half_written_is_left_out(client, runs):
    with (runs / "digits/log.jsonl").open("a") as log:
        log.write('{"step": 6, "images"')
    assert row(client)["images"] == 64


def test_a_run_s_page_is_told_everything(client, runs):
    about = client.get("/api/run?run=digits").json()
    assert [picture["step"] for picture in about["pictures"]] == [0, 2, 4]
    assert about["checkpoints"] == [4]
    assert about["averaged"] is True
    assert about["nearest"] is about["report"] is None
    assert about["resume"] == f"advnets resume {runs / 'digits'}"
    picture = client.get("/api/run/picture.png?run=digits&file=00000002.png")
    assert Image.open(BytesIO(picture.content)).format == "PNG"


def test_curves_follow_a_run(client, runs):
    whole = client.get("/api/run/curves?run=digits").json()
    assert [line["step"] for line in whole["log"]] == [2, 4]
    rest = client.get("/api/run/curves?run=digits&after=2").json()
    assert rest["log"] == whole["log"][1:]
    assert rest["last"] == 4


def test_samples_are_those_of_the_run(client, runs):
    answer = client.get("/api/run/samples.npz?run=digits&count=5&seed=3")
    samples = np.load(BytesIO(answer.content))["samples"]
    assert np.array_equal(samples, load(runs / "digits").sample(5, seed=3).numpy())
    raw = client.get("/api/run/samples.npz?run=digits&count=5&seed=3&weights=raw&at=4")
    assert np.array_equal(np.load(BytesIO(raw.content))["samples"], load(runs / "digits", "raw").sample(5, seed=3).numpy())


def test_a_picture_of_samples_says_which_ones_they_are(client, tmp_path):
    (tmp_path / "few.png").write_bytes(client.get("/api/run/samples.png?run=digits&count=5&seed=3").content)
    (tmp_path / "walk.png").write_bytes(client.get("/api/run/walk.png?run=digits&count=5").content)
    assert read_origin(tmp_path / "few.png") == Origin("mnist-demo", 4, "averaged", seed=3, count=5)
    assert read_origin(tmp_path / "walk.png") is None


def test_a_walk_begins_and_ends_at_its_samples(client):
    walk = pixels(client.get("/api/run/walk.png?run=digits&count=9&from=0&to=8"))
    grid = pixels(client.get("/api/run/samples.png?run=digits&count=9"))
    cell = (walk.shape[1] - walk.shape[0]) // 10  # eleven frames in a row, and one gap more
    size = walk.shape[0]
    assert np.array_equal(walk[:, :size], grid[:size, :size])
    assert np.array_equal(walk[:, -size:], grid[-size:, -size:])
    assert cell < size < 2 * cell


def pixels(answer):
    """The grey levels of a picture that was sent."""
    return np.asarray(Image.open(BytesIO(answer.content)))


@pytest.mark.parametrize(
    "query",
    [
        "count=0",
        "count=10001",
        "count=many",
        "seed=-1",
        "weights=best",
        "at=3",
        "run=damaged",
        "count=9&from=9",
        "count=9&to=-1",
        "count=300",
    ],
)
def test_what_cannot_be_drawn_is_one_line(client, query):
    answer = client.get(f"/api/run/walk.png?{'' if 'run' in query else 'run=digits&'}{query}")
    assert answer.status_code in (404, 422)
    assert answer.json()["error"].count("\n") == 0


def test_few_models_are_kept(runs):
    generators = Generators(runs)
    for weights in ("averaged", "raw"):
        for at in (None, 4):
            with generators.model(Wanted("digits", weights, at)) as model:
                pass
    assert len(generators.kept) == 2
    with generators.model(Wanted("digits", "raw", 4)) as again:
        assert again is model
    generators.kept.update({("x", "raw", i, i): model for i in range(9)})
    with generators.model(Wanted("digits")):
        pass
    assert len(generators.kept) == KEPT
