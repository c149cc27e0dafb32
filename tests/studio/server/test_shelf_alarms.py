"""The page of a run lists what the alarm saw."""

import json
import shutil

from advnets.studio.shelf.details import about, curves

LOOK = {"alarm/lost": 0.9, "alarm/crowded": 0.9, "alarm/duplicates": 0.0, "alarm/mean_1": 0.0, "images": 16}


def test_what_was_seen_is_listed_with_its_steps_and_its_values_are_curves(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    lines = [{"step": n, **LOOK, "alarm/seen": {"collapse": "samples miss 90 % of the data"} if 25 <= n < 40 else {}} for n in range(1, 51)]
    (run / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (alarm,) = about(tmp_path, "run")["alarms"]
    assert (alarm["name"], alarm["start"], alarm["end"]) == ("collapse", 25, 40)
    assert "90 % of the data" in alarm["words"]
    assert curves(tmp_path, "run", 49)["log"] == [{"step": 50, **LOOK}]


def test_a_run_without_looks_has_no_alarms(trained):
    assert about(trained.parent, trained.name)["alarms"] == []
