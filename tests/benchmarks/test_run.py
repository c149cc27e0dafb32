"""The command."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import ours
import run
from advnets.experiment import Data, Mlp
from advnets.recipes import recipe
from end_to_end import end_to_end
from looking_ahead import unrolled_5
from parzen_window import parzen, parzen_product
from two_ranks import two_ranks


def test_json_is_all_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--json", "--only", "engine-overhead-ring", "--seconds", "0"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed.keys() == {"engine-overhead-ring"}
    row = printed["engine-overhead-ring"]
    assert row["baseline_ms"] > 0
    assert row["ours_ms"] > 0
    assert row["same_algorithm"] is True


def test_the_table_names_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--only", "engine-overhead-ring", "--seconds", "0"]) == 0
    printed = capsys.readouterr().out
    assert "engine-overhead-ring" in printed
    assert "overhead_us" in printed


def test_an_unknown_name_is_a_usage_error() -> None:
    with pytest.raises(SystemExit) as ended:
        run.main(["--only", "nothing"])
    assert ended.value.code == 2


def test_a_whole_run_is_measured_with_all_that_it_writes() -> None:
    made = end_to_end(0.0, rounds=2, piece=1)
    assert made.extra["ours_images_per_s"] == pytest.approx(1000 * recipe("mnist-demo").batch_size / made.ours_ms)
    assert made.runs == 2
    assert made.same_algorithm


def test_two_processes_measure_together() -> None:
    made = two_ranks(0.0, replace(ours.dcgan(), data=Data("digits"), nets=Mlp((8,), (8,))))
    assert made.runs == 2
    assert made.threads == 1


def test_five_unrolled_steps_cost_more_operations_and_the_row_says_how_many() -> None:
    made = unrolled_5(0.0, lambda: replace(recipe("ring"), nets=Mlp((8,), (8,))))
    operations = made.extra["operations_ratio"]
    assert isinstance(operations, float)
    assert operations > 3
    assert made.extra["time_over_operations"] == pytest.approx(made.ours_ms / made.baseline_ms / operations)


def test_both_windows_give_the_same_densities() -> None:
    made = parzen(0.0, samples=30, rows=20)
    assert made.extra["difference_nats"] < 1e-4
    assert made.runs == 2


def test_the_estimate_is_measured_against_its_product() -> None:
    made = parzen_product(0.0, samples=30, validation=10, test=20)
    assert made.baseline_ms > 0
    assert made.ours_ms > 0
