"""A run that ended early and was resumed ends as if nothing had happened, bit for bit."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import torch
from tiny import DIGITS, EXPERIMENTS, RING, Killed, changed, lines, record, same_runs, same_tensors, tensors

from advnets.errors import BadInput
from advnets.experiment import Adam, Checkpoints, Data, Linear, Samples, Simultaneous
from advnets.runs import checkpoints
from advnets.runs.files import append_line
from advnets.runs.folder import RunFolder
from advnets.runs.training import resume, train


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_killed_and_resumed_equals_uninterrupted(name, tmp_path, killed_at, without_report):
    x = EXPERIMENTS[name]
    train(x, tmp_path / "whole")
    killed_at(13)
    with pytest.raises(Killed):
        train(x, tmp_path / "killed")
    assert checkpoints.steps(tmp_path / "killed" / "checkpoints") == [5, 10]
    killed_at(18)
    torch.manual_seed(99)  # nothing may hang on the state of a generator
    with pytest.raises(Killed):
        resume(tmp_path / "killed")
    killed_at(None)
    resume(tmp_path / "killed")
    same_runs(tmp_path / "whole", tmp_path / "killed")


@pytest.mark.compiles
def test_a_compiled_run_resumes_bit_for_bit(tmp_path, killed_at, without_report):
    nets = dataclasses.replace(RING.nets, dropout=0.3)
    x = changed(compile=True, dynamics=Simultaneous(), nets=nets, steps=8, checkpoints=Checkpoints(3))
    train(x, tmp_path / "whole")
    assert record(tmp_path / "whole")["means"]["compile"]
    killed_at(5)
    with pytest.raises(Killed):
        train(x, tmp_path / "killed")
    killed_at(None)
    resume(tmp_path / "killed")
    same_runs(tmp_path / "whole", tmp_path / "killed")


def test_other_seeds_make_other_runs(tmp_path, finished, without_report):
    train(changed(seed=1), tmp_path / "other")
    with pytest.raises(AssertionError, match="differs"):
        same_tensors(tensors(finished), tensors(tmp_path / "other"))


def test_killed_before_the_first_checkpoint_starts_from_zero(tmp_path, finished, killed_at, without_report):
    killed_at(3)
    with pytest.raises(Killed):
        train(RING, tmp_path / "killed")
    assert not checkpoints.steps(tmp_path / "killed" / "checkpoints")
    killed_at(None)
    resume(tmp_path / "killed")
    same_runs(finished, tmp_path / "killed")


def test_killed_between_the_last_checkpoint_and_the_report(tmp_path, finished, monkeypatch):
    def dies(folder, live):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("advnets.runs.training.write_report", dies)
        with pytest.raises(Killed):
            train(RING, tmp_path / "killed")
    assert RunFolder(tmp_path / "killed").status()["state"] == "running"
    resume(tmp_path / "killed")
    assert (tmp_path / "killed" / "report.html").exists()
    assert RunFolder(tmp_path / "killed").status() == {"state": "done", "step": 20}
    same_runs(finished, tmp_path / "killed")


def test_interrupted_runs_save_and_go_on(tmp_path, finished, interrupted_at, without_report):
    interrupted_at(6)
    train(RING, tmp_path / "stopped")
    assert RunFolder(tmp_path / "stopped").status() == {"state": "stopped", "step": 7}
    assert checkpoints.steps(tmp_path / "stopped" / "checkpoints") == [5, 7]
    interrupted_at(None)
    resume(tmp_path / "stopped")
    same_runs(finished, tmp_path / "stopped")


def test_what_a_kill_leaves_half_written_is_removed(tmp_path, finished, killed_at, without_report):
    killed_at(8)
    with pytest.raises(Killed):
        train(RING, tmp_path / "killed")
    folder = RunFolder(tmp_path / "killed")
    half = folder.checkpoints / ".step-00000010.123.part"
    half.mkdir()
    (half / "weights.safetensors").write_bytes(b"half")
    (half / ".x.123.part").write_bytes(b"half")
    (folder.path / ".run.json.123.part").write_bytes(b"{")
    append_line(folder.log, {"step": 8, "cost/D": 0.0})
    with folder.log.open("ab") as log:
        log.write(b'{"step": 9, "cos')
    killed_at(None)
    resume(folder.path)
    same_runs(finished, folder.path)


def test_a_finished_run_stays_as_it_is(tmp_path, finished):
    run = shutil.copytree(finished, tmp_path / "run")
    before = {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    resume(run)
    assert {file: file.read_bytes() for file in run.rglob("*") if file.is_file()} == before


def test_more_steps_go_on_from_the_end(tmp_path, finished, without_report):
    train(changed(steps=30), tmp_path / "long")
    run = shutil.copytree(finished, tmp_path / "run")
    resume(run, 30)
    assert record(run)["rounds"] == 30
    assert record(run)["experiment"]["steps"] == 30
    assert RunFolder(run).status() == {"state": "done", "step": 30}
    same_tensors(tensors(tmp_path / "long"), tensors(run))
    assert lines(tmp_path / "long") == lines(run)


def test_fewer_steps_than_were_played_are_refused(tmp_path, finished):
    run = shutil.copytree(finished, tmp_path / "run")
    with pytest.raises(BadInput) as caught:
        resume(run, 10)
    assert str(caught.value) == "--steps 10: 20 steps were played already"
    same_runs(finished, run)


def test_steps_take_the_place_of_epochs(tmp_path, without_report):
    x = dataclasses.replace(EXPERIMENTS["digits, flips, dropout, more than an epoch"], steps=None, epochs=1, checkpoints=Checkpoints(100))
    train(x, tmp_path / "run")
    assert record(tmp_path / "run")["rounds"] == 1797 // 200
    resume(tmp_path / "run", 10)
    assert (record(tmp_path / "run")["rounds"], record(tmp_path / "run")["experiment"]["epochs"]) == (10, None)


def test_data_that_changed_since_are_refused(tmp_path, killed_at, without_report):
    import numpy as np

    points = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    np.save(tmp_path / "points.npy", points)
    x = dataclasses.replace(RING, data=dataclasses.replace(RING.data, source=str(tmp_path / "points.npy")))
    killed_at(8)
    with pytest.raises(Killed):
        train(x, tmp_path / "run")
    killed_at(None)
    np.save(tmp_path / "points.npy", points + 1)
    with pytest.raises(BadInput) as caught:
        resume(tmp_path / "run")
    assert "points.npy has changed since the run began (sha256); start a new run with --init" in str(caught.value)
    np.save(tmp_path / "points.npy", points)
    resume(tmp_path / "run")


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_pictures_on_disk_that_changed_since_are_refused(tmp_path, without_report, kind):
    from PIL import Image

    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(20):
        Image.new("L", (8, 8), 10 * number).save(pictures / f"{number}.png")

    def source():
        return Path(shutil.make_archive(str(tmp_path / "zipped"), "zip", pictures)) if kind == "zip" else pictures

    x = dataclasses.replace(DIGITS, data=Data(str(source()), memory=1e-9), batch_size=16, steps=2)
    train(x, tmp_path / "run")
    Image.linear_gradient("L").resize((8, 8)).save(pictures / "7.png")
    source()
    with pytest.raises(BadInput, match=r"has changed since the run began \(sha256\)"):
        resume(tmp_path / "run", 3)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("log.jsonl", b'{"step": 5}\n\x00\x00\n{"step": 10}\n', "log.jsonl: line 2 is not JSON"),
        ("log.jsonl", b"[]\n", "log.jsonl: line 1 is not a JSON object"),
        ("state.pt", torch.ones(2), "state.pt: is not a state of advnets"),
        ("state.pt", {"recipe": "ring", "optimisers": {"D": {}, "G": {}}}, "state.pt: not this experiment's (KeyError"),
        ("run.json", {"means": {"device": "cpu", "precision": "float32", "compile": False, "thread": 1}}, "means"),
        ("run.json", {"versions": None}, "run.json: not the record of a run (it has no versions)"),
    ],
)
def test_a_damaged_run_is_told_in_a_line_that_names_the_file(tmp_path, finished, file, content, message):
    run = shutil.copytree(finished, tmp_path / "run")
    if file == "state.pt":
        torch.save(content, checkpoints.find(run / "checkpoints") / file)
    elif file == "run.json":
        told = record(run) | content
        (run / file).write_text(json.dumps({key: told[key] for key in told if content.get(key, 1) is not None}))
    else:
        (run / file).write_bytes(content)
    with pytest.raises(BadInput) as caught:
        resume(run, 25)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["[]", "{}", '{"state": "done", "step": "many"}'])
def test_a_status_that_says_nothing_counts_as_stopped(tmp_path, content):
    (tmp_path / "status.json").write_text(content)
    assert RunFolder(tmp_path).status() == {"state": "stopped", "step": 0}


def test_another_run_s_weights_as_a_start(tmp_path, finished, without_report):
    new = changed(steps=1, seed=5, optimisers={"D": Adam(1e-12), "G": Adam(1e-12)}, samples=Samples(1000, 4))
    train(new, tmp_path / "run", init=finished)
    assert record(tmp_path / "run")["init"] == str(finished)
    before, after = tensors(finished), tensors(tmp_path / "run")
    for key, t in before["weights.safetensors"].items():
        torch.testing.assert_close(after["weights.safetensors"][key], t)
    for key, t in before["average.safetensors"].items():  # one step of a new average, which starts at the old one
        torch.testing.assert_close(after["average.safetensors"][key], t.lerp(before["weights.safetensors"][key], 9 / 11))
    assert after["state.pt"]["round"] == 1


def test_a_start_of_other_networks_is_refused(tmp_path, finished):
    with pytest.raises(
        BadInput, match=r"weights.safetensors: holds another network D than the experiment states \(D.net.1.0.weight differs\)"
    ):
        train(changed(nets=dataclasses.replace(RING.nets, discriminator=(9,))), tmp_path / "run", init=finished)
    assert not (tmp_path / "run").exists()


def test_a_schedule_s_rates_are_functions_of_the_round(tmp_path, killed_at, without_report):
    x = changed(optimisers={"D": Adam(1e-2, schedule=Linear()), "G": Adam(1e-2, schedule=Linear())})
    train(x, tmp_path / "whole")
    lr = [tensors(tmp_path / "whole")["state.pt"]["optimisers"][p]["param_groups"][0]["lr"] for p in "DG"]
    assert lr == pytest.approx([1e-2 / 20] * 2)
