"""Nothing outside of the runs folder is read, no pickle is opened, and a damaged run harms only itself."""

import json
import os
import pickle
import shutil

import pytest

from advnets.studio.shelf.inside import NotThere, inside

SECRET = "nobody may read this"
RUN_PATHS = (
    "run",
    "run/curves",
    "run/picture.png",
    "run/nearest.png",
    "run/report.html",
    "run/samples.png",
    "run/samples.npz",
    "run/walk.png",
)


@pytest.fixture
def outside(runs):
    """A whole run beside the runs folder, with a secret in it."""
    path = runs.parent / "outside"
    shutil.copytree(runs / "digits", path)
    (path / "report.html").write_text(SECRET)
    return path


@pytest.mark.parametrize("path", RUN_PATHS)
@pytest.mark.parametrize(
    "name", ["../outside", "..%2foutside", "%2e%2e/outside", "digits/../../outside", "{outside}", "", ".", "a%00b", "x" * 5000]
)
def test_no_name_leads_out(client, outside, path, name):
    answer = client.get(f"/api/{path}?run={name.format(outside=outside)}&file=00000002.png")
    assert answer.status_code == 404
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    "file", ["../run.json", "..%2frun.json", "../../../outside/samples/00000002.png", "%2e%2e/run.json", "00000002.png/../x"]
)
def test_no_picture_s_name_leads_out(client, outside, file):
    assert client.get(f"/api/run/picture.png?run=digits&file={file}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/web/../pages.py", "/web/..%2fpages.py", "/web/%2e%2e/pages.py", "/game/..%2f..%2fpages.py", "/web//etc/passwd"]
)
def test_no_static_path_leads_out(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", RUN_PATHS)
def test_a_run_that_is_a_link_to_elsewhere_is_not_followed(client, runs, outside, path):
    (runs / "linked").symlink_to(outside)
    assert client.get(f"/api/{path}?run=linked&file=00000002.png").status_code == 404
    row = next(row for row in client.get("/api/runs").json()["runs"] if row["run"] == "linked")
    assert row == {"run": "linked", "error": "linked lies outside of the runs folder"}


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("run.json", "run"),
        ("status.json", "run"),
        ("log.jsonl", "run/curves"),
        ("metrics.jsonl", "run/curves"),
        ("report.html", "run/report.html"),
        ("nearest.png", "run/nearest.png"),
        ("samples/00000002.png", "run/picture.png"),
        ("samples", "run/picture.png"),
        ("checkpoints", "run/samples.npz"),
        ("checkpoints/step-00000004/average.safetensors", "run/samples.npz"),
    ],
)
def test_links_in_a_run_that_lead_out_are_not_followed(client, runs, outside, file, path):
    place = runs / "digits" / file
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    if not (outside / file).exists():
        (outside / file).write_text('{"step": 1}\n')
    place.symlink_to(outside / file)
    answer = client.get(f"/api/{path}?run=digits&file=00000002.png")
    assert answer.status_code == 404
    assert "outside of the runs folder" in answer.json()["error"]


def test_a_link_within_the_shelf_is_followed_and_a_circle_is_not(client, runs):
    (runs / "latest").symlink_to("digits")
    (runs / "circle").symlink_to("circle")
    (runs / "up").symlink_to(".")
    found = {row["run"]: row for row in client.get("/api/runs").json()["runs"]}
    assert found["latest"]["step"] == 4
    assert "circle" not in found  # leads nowhere, so it is no folder
    assert "error" in found["up"]


def test_places_inside_are_found(tmp_path):
    (tmp_path / "a").mkdir()
    assert inside(tmp_path, "a", "b") == tmp_path.resolve() / "a" / "b"
    with pytest.raises(NotThere):
        inside(tmp_path, "a", "..", "..")


class Bomb:
    """What a pickle of it does when it is opened."""

    def __reduce__(self):
        return os.mkdir, (os.environ["BOMB"],)


def test_weights_are_read_from_safetensors_only(client, runs, tmp_path, monkeypatch):
    monkeypatch.setenv("BOMB", str(tmp_path / "exploded"))
    content = pickle.dumps(Bomb())
    for name in ("average.safetensors", "weights.safetensors", "state.pt"):
        (runs / "digits/checkpoints/step-00000004" / name).write_bytes(content)
    for path in ("run/samples.png", "run/samples.npz", "run/walk.png"):
        answer = client.get(f"/api/{path}?run=digits")
        assert answer.status_code == 422
        assert "safetensors" in answer.json()["error"]
    assert not (tmp_path / "exploded").exists()


DAMAGE = {
    "no record": lambda run: (run / "run.json").unlink(),
    "a record of nothing": lambda run: (run / "run.json").write_text("[]"),
    "a record without data": lambda run: rewrite(run, data=None),
    "a record of wrong types": lambda run: rewrite(run, rounds="many", experiment={"recipe": 3}),
    "a later format": lambda run: rewrite(run, format=99),
    "bytes": lambda run: (run / "run.json").write_bytes(b"\xff\xfe\x00"),
    "a log of words": lambda run: (run / "log.jsonl").write_text("hello\n"),
    "a log of numbers": lambda run: (run / "log.jsonl").write_text("1\n2\n"),
    "a folder for a log": lambda run: ((run / "log.jsonl").unlink(), (run / "log.jsonl").mkdir()),
    "metrics of words": lambda run: (run / "metrics.jsonl").write_text("hello\n"),
}


def rewrite(run, **changes):
    """Change fields of a run's record."""
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(record | changes))


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_run_is_an_error_row_and_breaks_nothing(client, runs, damage):
    shutil.copytree(runs / "digits", runs / "hurt")
    DAMAGE[damage](runs / "hurt")
    answer = client.get("/api/runs")
    assert answer.status_code == 200
    found = {row["run"]: row for row in answer.json()["runs"]}
    assert "error" in found["hurt"]
    assert str(runs) not in found["hurt"]["error"]
    assert found["digits"]["step"] == 4
    assert {client.get(f"/api/{path}?run=hurt&file=00000002.png").status_code for path in RUN_PATHS} <= {200, 404, 422}


def test_numbers_that_are_none_become_null(client, runs):
    (runs / "digits/log.jsonl").write_text('{"step": 2, "cost/D": NaN, "cost/G": Infinity, "watch/V": -1.0}\n')
    assert client.get("/api/run/curves?run=digits").json()["log"] == [{"step": 2, "watch/V": -1.0}]


def test_a_report_may_run_nothing(client, runs):
    (runs / "digits/report.html").write_text("<script>1</script>")
    policy = client.get("/api/run/report.html?run=digits").headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
