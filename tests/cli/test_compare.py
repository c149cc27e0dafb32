"""Runs side by side: what differs, how they stand, what was measured, what they drew."""

import json
import re
import shutil

import pytest

from advnets.cli import main
from advnets.runs.comparing import flat, intervals


@pytest.fixture(scope="module")
def other(points, tmp_path_factory):
    """The finished run on points with another rate, measurements, and an alarm in its log. Not to be changed."""
    run = shutil.copytree(points, tmp_path_factory.mktemp("other") / "run")
    record = json.loads((run / "run.json").read_text())
    record["experiment"]["optimisers"]["G"]["lr"] = 0.5
    (run / "run.json").write_text(json.dumps(record))
    (run / "metrics.jsonl").write_text(
        json.dumps({"step": 10, "neighbours": {"accuracy": 0.75, "accuracy_interval": [0.7, 0.8], "control": {"mean": 1.0}}}) + "\n"
    )
    looks = {
        "alarm/lost": 0.9,
        "alarm/crowded": 0.9,
        "alarm/duplicates": 0.0,
        "alarm/mean_1": 0.0,
        "alarm/seen": {"collapse": "samples miss 90 % of the data"},
    }
    lines = [json.loads(line) | looks for line in (run / "log.jsonl").read_text().splitlines()]
    (run / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return run


def test_it_prints_what_differs_and_nothing_that_does_not(advnets, points, other, tmp_path):
    said = advnets("compare", points, other, "--out", tmp_path / "page.html")
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].split() == [str(points), str(other)]
    between = lines[lines.index("differs") + 1 : lines.index("at the end")]
    assert [line.split() for line in between] == [["optimisers.G.lr", "0.001", "0.5"]]
    assert any(re.fullmatch(r"  step +10 of 10 +10 of 10", line) for line in lines)
    assert any(line.split()[:2] == ["neighbours.accuracy", "–"] and line.endswith("0.75 [0.7, 0.8]") for line in lines)
    assert f"  {other}: from step 5 on, collapse: samples miss 90 % of the data" in said.out
    assert lines[-1] == f"drawn: {tmp_path / 'page.html'}"


def test_the_page_needs_no_other_file_and_shows_every_run(advnets, points, other, tmp_path):
    advnets("compare", points, other, "--out", tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text()
    assert not re.search(r"https?://|<(script|link|iframe)", html)
    assert len(re.findall(r'src="data:image/png', html)) == 2
    assert len(re.findall(r'src="data:image/svg', html)) == 1
    for words in ("Where they differ", "optimisers.G.lr", str(points), str(other), "Measurements", "0.75 [0.7, 0.8]", "Alarms"):
        assert words in html, words


def test_a_folder_gets_the_page_its_values_and_the_curves(advnets, points, other, tmp_path):
    said = advnets("compare", points, other, "--json", "--out", tmp_path / "folder")
    content = json.loads(said.out)
    assert {file.name for file in (tmp_path / "folder").iterdir()} == {"compare.html", "compare.json", "curves.svg"}
    assert json.loads((tmp_path / "folder" / "compare.json").read_text()) == content


def test_json_is_one_object_and_draws_nothing_unless_asked(advnets, points, other, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = advnets("compare", points, other, "--json")
    assert said.out.count("\n") == 1
    content = json.loads(said.out)
    assert content["differs"] == {"optimisers.G.lr": [0.001, 0.5]}
    assert [run["run"] for run in content["runs"]] == [str(points), str(other)]
    assert content["runs"][0]["alarms"] == []
    assert content["runs"][1]["alarms"][0]["name"] == "collapse"
    assert content["runs"][1]["measured"]["neighbours"]["accuracy_interval"] == [0.7, 0.8]
    assert not [*tmp_path.iterdir()]


def test_metrics_are_measured_now_where_asked(advnets, digits, tmp_path, monkeypatch):
    monkeypatch.setattr("advnets.metrics.names.SAMPLES", {"neighbours": 40})
    again = shutil.copytree(digits, tmp_path / "again")
    said = advnets("compare", digits, again, "--metrics", "neighbours", "--json")
    assert said.status == 0, said.err
    content = json.loads(said.out)
    assert content["differs"] == {}
    values = [run["measured"] for run in content["runs"]]
    assert values[0] == values[1]
    assert (values[0]["step"], values[0]["neighbours"]["samples"]) == (10, 40)


def test_runs_of_one_experiment_differ_in_nothing(advnets, points, tmp_path):
    again = shutil.copytree(points, tmp_path / "again")
    said = advnets("compare", points, again, "--out", tmp_path / "page.html")
    assert "differs: in nothing" in said.out
    assert "In nothing" in (tmp_path / "page.html").read_text()


def test_bad_input_is_one_line(advnets, points, tmp_path):
    torn = shutil.copytree(points, tmp_path / "torn")
    (torn / "log.jsonl").write_text('{"step": 5\n{"step": 10}\n')
    for words, message in (
        ([points], "compare: name two runs or more"),
        ([], "compare: the following arguments are required: RUN"),
        ([points, points], f"{points}: is named twice; compare it with another run"),
        ([points, tmp_path / "none"], f"{tmp_path / 'none'}: not a run folder (it has no run.json)"),
        ([points, torn], f"{torn / 'log.jsonl'}: line 1 is not JSON"),
        ([points, torn, "--metrics", "frechett"], "--metrics: unknown metric 'frechett'; did you mean 'frechet'?"),
        ([points, torn, "--josn"], "compare: unknown argument '--josn'; did you mean '--json'?"),
    ):
        assert advnets("compare", *words).complaint.startswith(message)


def test_a_tree_is_flattened_by_paths():
    tree = {"kind": "experiment", "nets": {"kind": "mlp", "generator": [8]}, "steps": None}
    assert flat(tree) == {"": "experiment", "nets": "mlp", "nets.generator": [8], "steps": None}


def test_numbers_with_intervals_are_found_however_deep():
    assert intervals({"step": 3, "a": {"b": 1.0, "b_interval": [0.5, 1.5], "c": 2}}) == {"a.b": (1.0, 0.5, 1.5)}


def test_stop_on_collapse_is_an_option_of_train(advnets, tmp_path, without_report):
    from spoken import TINY

    words = ["train", "ring", *TINY, "--log.every", "1", "--alarm.every", "1", "--alarm.samples", "64", "--steps", "40"]
    said = advnets(*words, "--stop-on", "collapse", "--out", tmp_path / "run")
    assert said.status == 1
    errors = [line for line in said.err.splitlines() if line.startswith("advnets: error: step ")]
    assert len(errors) == 1
    assert "collapse: samples miss" in errors[0]
    assert json.loads((tmp_path / "run" / "status.json").read_text())["state"] == "stopped"
    assert main([*words, "--stop-on", "collapsed", "--out", str(tmp_path / "other")]) == 2
