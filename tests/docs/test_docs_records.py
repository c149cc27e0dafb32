"""Tables of measurements in the documents are what the records hold."""

import json

from documents import DOCS, ROOT

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
