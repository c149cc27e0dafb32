"""The optional TensorBoard writer."""

import sys

import pytest
from tiny import changed

from advnets.errors import BadInput
from advnets.experiment import Log
from advnets.runs.training import train


def test_event_files_are_written_where_asked(tmp_path, without_report):
    pytest.importorskip("tensorboardX")
    train(changed(log=Log(every=10, tensorboard=True)), tmp_path / "run")
    [events] = (tmp_path / "run").glob("events.out.tfevents.*")
    content = events.read_bytes()
    assert all(name in content for name in (b"cost/D", b"cost/G", b"images_per_second"))


def test_without_the_extra_the_command_that_installs_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(BadInput) as caught:
        train(changed(log=Log(tensorboard=True)), tmp_path / "run")
    assert str(caught.value) == 'log.tensorboard: needs an extra; pip install "advnets[tensorboard]"'
    assert not (tmp_path / "run").exists()
