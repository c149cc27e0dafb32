"""Runs that claims rest on."""

from dataclasses import replace

import pytest

from advnets.errors import BadInput
from advnets.experiment import Checkpoints
from advnets.recipes import recipe
from advnets.reproduce.trained import seconds, trained
from advnets.runs import checkpoints


def tiny(**changes):
    return replace(recipe("bell"), batch_size=8, checkpoints=Checkpoints(every=2, keep=9), threads=1, precision="float32", **changes)


def test_a_run_is_begun_then_gone_on_with_then_found(tmp_path):
    folder = trained(tiny(), 4, tmp_path / "run")
    assert checkpoints.steps(folder.checkpoints) == [2, 4]
    before = (folder.path / "run.json").read_bytes()
    trained(tiny(), 4, tmp_path / "run")
    assert (folder.path / "run.json").read_bytes() == before
    trained(tiny(), 6, tmp_path / "run")
    assert checkpoints.steps(folder.checkpoints) == [2, 4, 6]
    trained(tiny(), 4, tmp_path / "run")  # a longer run serves a shorter look
    assert seconds(folder, 6) > 0


def test_another_experiment_is_refused(tmp_path):
    trained(tiny(), 2, tmp_path / "run")
    with pytest.raises(BadInput, match=r"run of another experiment \(seed differs\)"):
        trained(tiny(seed=1), 2, tmp_path / "run")
