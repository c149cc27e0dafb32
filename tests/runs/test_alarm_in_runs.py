"""A run with its alarm on: it ends as without it, is resumed with it, and stops where it is asked to."""

import dataclasses

import pytest
import torch
from tiny import EXPERIMENTS, Killed, changed, lines, same_runs, same_tensors, tensors

from advnets.errors import BadInput, Stopped
from advnets.experiment import Alarm, Checkpoints, Experiment, Log, decode, encode
from advnets.runs import checkpoints
from advnets.runs.folder import RunFolder
from advnets.runs.report import write_report
from advnets.runs.training import resume, train

ALARM = Alarm(samples=32, every=5)
COLLAPSE = changed(alarm=Alarm(samples=64, every=1, stop_on="collapse"), log=Log(every=1), steps=40, checkpoints=Checkpoints(1000))
"""A run so short that its generator never leaves the place where it began."""

SOME = (
    "ring",
    "digits, flips, dropout, more than an epoch",
    "digits, inpainting",
    "mnist-5k, conditional, dcgan",
    "mnist-5k, virtual batch norm in both, minibatch discrimination",
    "ring, Wasserstein with gradient penalty, spectral norm",
)


@pytest.mark.parametrize("name", SOME)
def test_a_run_ends_bit_for_bit_as_without_its_alarm(name, tmp_path, without_report):
    for folder, alarm in (("with", ALARM), ("without", Alarm(samples=0))):
        train(dataclasses.replace(EXPERIMENTS[name], alarm=alarm), tmp_path / folder)
    same_tensors(tensors(tmp_path / "with"), tensors(tmp_path / "without"))
    seen, unseen = lines(tmp_path / "with"), lines(tmp_path / "without")
    assert [{key: value for key, value in line.items() if not key.startswith("alarm/")} for line in seen] == unseen
    assert all("alarm/lost" in line for line in seen)


@pytest.mark.parametrize("name", SOME[:2])
def test_a_run_is_resumed_with_what_its_alarm_had_seen(name, tmp_path, killed_at, without_report):
    x = dataclasses.replace(EXPERIMENTS[name], alarm=Alarm(samples=32, every=1), log=Log(every=1), steps=30)
    train(x, tmp_path / "whole")
    killed_at(23)
    with pytest.raises(Killed):
        train(x, tmp_path / "killed")
    killed_at(None)
    torch.manual_seed(99)
    resume(tmp_path / "killed")
    same_runs(tmp_path / "whole", tmp_path / "killed")
    assert lines(tmp_path / "whole")[-1]["alarm/seen"]


def test_looks_come_with_lines_of_the_log_and_no_oftener_than_asked(tmp_path, without_report):
    train(changed(alarm=Alarm(samples=16, every=6), log=Log(every=4)), tmp_path / "run")
    assert [line["step"] for line in lines(tmp_path / "run") if "alarm/lost" in line] == [8, 12, 20]


def test_a_collapse_ends_a_run_that_asked_for_it(tmp_path, capsys):
    with pytest.raises(Stopped) as caught:
        train(COLLAPSE, tmp_path / "run")
    step = RunFolder(tmp_path / "run").status()["step"]
    assert str(caught.value).startswith(f"step {step}: collapse: samples miss 100 % of the data")
    assert str(caught.value).endswith(f"the checkpoint of step {step} stands; advnets resume {tmp_path / 'run'}")
    assert "\n" not in str(caught.value)
    assert RunFolder(tmp_path / "run").status() == {"state": "stopped", "step": step}
    assert checkpoints.steps(tmp_path / "run" / "checkpoints") == [step]
    assert f"step {step}: alarm: collapse: " in capsys.readouterr().err


def test_a_run_that_is_resumed_after_its_collapse_goes_on(tmp_path, without_report):
    with pytest.raises(Stopped):
        train(COLLAPSE, tmp_path / "run")
    resume(tmp_path / "run")
    train(dataclasses.replace(COLLAPSE, alarm=dataclasses.replace(COLLAPSE.alarm, stop_on="nothing")), tmp_path / "whole")
    assert RunFolder(tmp_path / "run").status() == {"state": "done", "step": 40}
    same_tensors(tensors(tmp_path / "run") | {"state.pt": None}, tensors(tmp_path / "whole") | {"state.pt": None})


def test_the_report_and_the_progress_say_what_was_seen(tmp_path, capsys):
    train(dataclasses.replace(COLLAPSE, alarm=dataclasses.replace(COLLAPSE.alarm, stop_on="nothing")), tmp_path / "run")
    assert capsys.readouterr().err.splitlines()[-1].endswith("  collapse")
    html = (tmp_path / "run" / "report.html").read_text()
    assert "<h2>Alarms</h2>" in html
    assert "collapse: samples miss 100 % of the data" in html
    assert "what the alarm measures" in (tmp_path / "run" / "curves.svg").read_text()


def test_a_run_without_looks_has_a_report_without_alarms(finished, tmp_path):
    import shutil

    run = shutil.copytree(finished, tmp_path / "run")
    write_report(RunFolder(run))
    assert "<h2>Alarms</h2>" not in (run / "report.html").read_text()


def test_experiments_of_before_have_an_alarm_that_stops_nothing():
    tree = encode(changed())
    del tree["alarm"]
    assert decode(Experiment, tree).alarm == Alarm()
    assert Alarm().stop_on == "nothing"
    with pytest.raises(BadInput, match=r"alarm\.stop_on: unknown choice 'collapsed'; did you mean 'collapse'"):
        decode(Experiment, tree | {"alarm": {"stop_on": "collapsed"}})
