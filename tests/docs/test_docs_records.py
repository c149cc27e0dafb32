"""Tables of measurements in the documents are what the records hold."""

import json

import pytest
from documents import DOCS, ROOT

from advnets.cli.reproduce import declared
from advnets.cli.words import Parser
from advnets.reproduce.ledger import CLAIMS, GROUPS
from advnets.reproduce.records import VERDICTS, over_seeds, read_record
from advnets.reproduce.tables import PAGES, page

COLUMNS = ("baseline", "ours", "baseline_ms", "ours_ms", "ratio", "threads")


def test_the_table_of_speeds_is_the_record():
    rows = json.loads((ROOT / "results" / "benchmarks.json").read_text())["rows"]
    lines = (DOCS / "precision-and-speed.md").read_text().splitlines()
    shown = [line for line in lines if line.startswith("| `") and line.count("|") == len(COLUMNS) + 2]
    assert shown == [f"| `{name}` | {' | '.join(str(row[column]) for column in COLUMNS)} |" for name, row in rows.items()]


def test_the_record_holds_every_benchmark():
    source = (ROOT / "benchmarks" / "run.py").read_text()
    rows = json.loads((ROOT / "results" / "benchmarks.json").read_text())["rows"]
    assert rows
    for name, row in rows.items():
        assert f'"{name}": ' in source
        assert {"baseline_ms", "ours_ms", "ratio", "threads", "same_algorithm"} <= row.keys()


PRECISION = ("precision-mnist-demo.json", "precision-dcgan.json", "precision-mnist-paper.json")


@pytest.mark.parametrize("file", PRECISION)
def test_the_table_of_precisions_is_the_record(file):
    found = json.loads((ROOT / "results" / file).read_text())
    distances = {precision: [row["frechet_distance"] for row in found[precision]] for precision in ("float32", "bfloat16")}
    low, high = found["difference_of_frechet_distances"]
    cells = [", ".join(f"{distance:.2f}" for distance in row) for row in distances.values()]
    row = [f"`{found['recipe']}`", str(found["epochs"]), *cells, f"{low:.2f} to {high:.2f}", found["verdict"]]
    assert f"| {' | '.join(row)} |" in (DOCS / "precision-and-speed.md").read_text().splitlines()


@pytest.mark.parametrize("name", ["table-1-mnist", "table-1-mnist-raw"])
def test_the_readme_has_the_numbers_of_the_records(name):
    found = read_record(ROOT / "results" / f"{name}.json")
    low, high = found["interval"]
    assert f"{found['measured']['value']:.1f} ({low:.1f} to {high:.1f})" in (ROOT / "README.md").read_text()


def test_the_page_of_the_alarm_has_the_numbers_of_its_record():
    (seed,) = read_record(ROOT / "results" / "collapse-alarm.json")["seeds"]
    text = " ".join((DOCS / "alarm.md").read_text().split())
    ended = f"{seed['failed_runs_stopped']} of {seed['failed']} runs that failed"
    good = f"{seed['good_runs_stopped']} of {seed['runs'] - seed['failed']} good ones"
    assert f"would have ended {ended}, and {good}" in text


CLAIM_RECORDS = [ROOT / "results" / f"{name}.json" for name in CLAIMS if (ROOT / "results" / f"{name}.json").exists()]


@pytest.mark.parametrize("group", GROUPS)
def test_the_pages_of_the_ledger_are_made_from_the_records(group):
    assert (DOCS / PAGES[group][0]).read_text() == page(group, ROOT / "results")


def test_nothing_else_lies_among_the_records():
    known = {f"{name}.json" for name in CLAIMS} | {"benchmarks.json"} | set(PRECISION)
    assert {file.name for file in (ROOT / "results").glob("*.json")} <= known


@pytest.mark.parametrize("file", CLAIM_RECORDS, ids=lambda file: file.stem)
def test_a_record_is_of_its_claim_and_its_command_parses(file, monkeypatch):
    found = read_record(file)
    claim = CLAIMS[file.stem]
    assert (found["id"], found["claim"], found["source"]) == (claim.id, claim.claim, claim.source)
    assert found["measured"]["unit"] == claim.unit
    assert found["published"] == (None if claim.published is None else dict(claim.published))
    assert found["deviations"][: len(claim.deviations)] == list(claim.deviations) or found["verdict"] == "path-only"
    assert found["verdict"] in VERDICTS
    assert found["commit"]
    assert "+" not in found["commit"], "measured with changes that no commit holds"
    assert len(found["seeds"]) >= claim.seeds
    if len(found["seeds"]) > 1:
        assert found["interval"] == over_seeds([seed["value"] for seed in found["seeds"] if seed["value"] is not None], claim.bounds)
    program, verb, *words = found["command"].split()
    assert (program, verb) == ("advnets", "reproduce")
    args = declared(Parser("reproduce", "")).read(words)
    assert args.ids == [file.stem]
    assert not args.quick
