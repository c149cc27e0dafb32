"""What a run leaves in its folder, and how it ends."""

import dataclasses
import json
import math
import os
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image
from tiny import DIGITS, RING, changed, record

from advnets.errors import BadInput, Diverged
from advnets.experiment import Adam, Checkpoints, Data, Dcgan, Experiment, Log, Metrics, Mlp, Paper, Samples, decode, encode
from advnets.runs import checkpoints, training
from advnets.runs.building import build_game, build_turns, resolve
from advnets.runs.files import read_lines
from advnets.runs.folder import RunFolder
from advnets.runs.live import Live
from advnets.runs.process import identity
from advnets.runs.training import train


def test_a_run_folder_holds_all_that_is_promised(finished):
    assert {file.name for file in finished.iterdir()} == {
        "run.json",
        "status.json",
        "log.jsonl",
        "samples",
        "samples.gif",
        "curves.svg",
        "checkpoints",
        "report.html",
    }
    assert [file.name for file in sorted((finished / "samples").iterdir())] == ["00000000.png", "00000020.png"]
    assert {file.name for file in checkpoints.find(finished / "checkpoints").iterdir()} == {
        "weights.safetensors",
        "average.safetensors",
        "state.pt",
    }
    assert RunFolder(finished).status() == {"state": "done", "step": 20}


def test_run_json_says_how_it_was_started(finished):
    found = record(finished)
    assert decode(Experiment, found["experiment"]) == RING
    assert found["means"] == {"device": "cpu", "precision": "float32", "compile": False, "threads": 1}
    assert (found["format"], found["world"], found["rounds"], found["init"]) == (1, 1, 20, None)
    assert found["versions"].keys() == {"advnets", "torch", "numpy", "python"}
    assert found["command"][0] == "advnets"
    assert found.keys() >= {"commit", "started", "machine", "data"}


def test_the_log_has_costs_what_d_says_gradients_and_speed(finished):
    lines = read_lines(finished / "log.jsonl")
    assert [line["step"] for line in lines] == [5, 10, 15, 20]
    assert [line["images"] for line in lines] == [80, 160, 240, 320]
    expected = {"cost/D", "cost/G", "gradient/D", "gradient/G", "watch/D(x)", "watch/D(G(z))", "watch/V", "images_per_second"}
    for line in lines:
        assert line.keys() == expected | {"step", "images"}
        assert all(math.isfinite(line[name]) for name in expected)
        assert 0 < line["watch/D(x)"] < 1
        assert line["watch/V"] < 0
        assert line["images_per_second"] > 0


def test_pictures_come_every_so_many_rounds_from_the_same_noise(tmp_path, without_report):
    x = dataclasses.replace(DIGITS, steps=7, samples=Samples(every=3, count=9), log=Log(every=4))
    train(x, tmp_path / "run")
    assert [int(file.stem) for file in sorted((tmp_path / "run" / "samples").iterdir())] == [0, 3, 6, 7]
    assert [line["step"] for line in read_lines(tmp_path / "run" / "log.jsonl")] == [4, 7]
    assert len({Image.open(file).size for file in (tmp_path / "run" / "samples").iterdir()}) == 1


@pytest.mark.parametrize("factor", ["parameters", "costs"])
def test_a_run_that_diverges_says_so_and_keeps_its_last_good_checkpoint(tmp_path, monkeypatch, without_report, factor):
    whole = Live.play_round

    def play_round(live):
        moves = whole(live)
        if live.round == 12:
            if factor == "costs":
                return {name: move._replace(cost=move.cost * math.inf) for name, move in moves.items()}
            with torch.no_grad():
                next(live.nets["D"].parameters()).fill_(math.nan)
        return moves

    monkeypatch.setattr(Live, "play_round", play_round)
    with pytest.raises(Diverged) as caught:
        train(changed(log=Log(every=1)), tmp_path / "run")
    message = str(caught.value)
    assert message.startswith("step 12: ")
    assert ("cost/D, cost/G" if factor == "costs" else "the parameters of D") in message
    assert f"the checkpoint of step 10 stands; advnets resume {tmp_path / 'run'}" in message
    assert "\n" not in message
    assert RunFolder(tmp_path / "run").status()["state"] == "diverged"
    assert checkpoints.steps(tmp_path / "run" / "checkpoints") == [5, 10]
    assert torch.isfinite(training_model(tmp_path / "run").sample(4)).all()


def training_model(run):
    from advnets.runs.sampling import load

    return load(run)


def test_an_absurd_learning_rate_diverges(tmp_path, without_report):
    adam = Adam(1e38)
    with pytest.raises(Diverged, match="there was no checkpoint yet; a smaller learning rate may help"):
        train(changed(optimisers={"D": adam, "G": adam}), tmp_path / "run")


@pytest.mark.parametrize(
    "shows", [{"metrics": Metrics(("modes",), every=5, samples=64)}, {"samples": Samples(every=5)}], ids=["metrics", "samples"]
)
def test_what_is_not_finite_is_neither_measured_nor_drawn(tmp_path, without_report, shows):
    never = {"log": Log(every=1000), "checkpoints": Checkpoints(every=1000)}
    with pytest.raises(Diverged, match="step 5: the parameters of"):
        train(changed(optimisers={"D": Adam(1e38), "G": Adam(1e38)}, **never, **shows), tmp_path / "run")
    assert RunFolder(tmp_path / "run").status()["state"] == "diverged"


def test_a_metric_that_fails_on_the_way_ends_the_run_with_a_checkpoint(tmp_path, monkeypatch, without_report):
    whole = training.measurements
    monkeypatch.setattr(training, "measurements", lambda live: whole(live) if live.round == 0 else _refuse())
    with pytest.raises(BadInput, match="features: gone"):
        train(changed(metrics=Metrics(("modes",), every=7, samples=64)), tmp_path / "run")
    assert RunFolder(tmp_path / "run").status() == {"state": "stopped", "step": 7}
    assert checkpoints.steps(tmp_path / "run" / "checkpoints") == [5, 7]


def _refuse():
    raise BadInput("features: gone")


def test_data_that_fail_within_a_round_end_the_run_at_its_last_checkpoint(tmp_path, monkeypatch, without_report):
    """D has moved and G has not: half a round is never saved."""
    whole = Live.play_round

    def play_round(live):
        if live.round == 7:
            (first, *_), noise = live.nets["D"].parameters(), live.feed.noise
            before = first.detach().clone()
            draws = iter([noise, lambda *rest: _refuse()])
            monkeypatch.setattr(live.feed, "noise", lambda *rest: next(draws)(*rest))
            with pytest.raises(BadInput):
                whole(live)
            assert not torch.equal(first, before)
            _refuse()
        return whole(live)

    monkeypatch.setattr(Live, "play_round", play_round)
    with pytest.raises(BadInput, match="features: gone"):
        train(RING, tmp_path / "run")
    assert RunFolder(tmp_path / "run").status() == {"state": "stopped", "step": 7}
    assert checkpoints.steps(tmp_path / "run" / "checkpoints") == [5]


def test_a_taken_place_is_refused_before_anything_that_takes_long(tmp_path, finished, monkeypatch):
    run = shutil.copytree(finished, tmp_path / "run")
    monkeypatch.setattr(training, "assemble", lambda *rest: pytest.fail("was reached"))
    with pytest.raises(BadInput, match="holds a run already"):
        train(RING, run)


def test_a_checkpoint_is_never_written_of_what_is_not_finite(tmp_path, without_report):
    """Also where no line of the log was due since."""
    with pytest.raises(Diverged):
        train(changed(optimisers={"D": Adam(1e38), "G": Adam(1e38)}, log=Log(every=1000)), tmp_path / "run")
    assert not checkpoints.steps(tmp_path / "run" / "checkpoints")


def test_an_existing_run_is_not_replaced_unless_asked(tmp_path, finished, without_report):
    run = shutil.copytree(finished, tmp_path / "run")
    with pytest.raises(BadInput) as caught:
        train(RING, run)
    assert str(caught.value) == f"--out {run}: holds a run already; resume it (advnets resume {run}) or say --overwrite"
    assert RunFolder(run).status() == {"state": "done", "step": 20}
    train(changed(steps=5), run, overwrite=True)
    assert RunFolder(run).status() == {"state": "done", "step": 5}
    assert not (run / "report.html").exists()
    assert [file.name for file in tmp_path.iterdir()] == ["run"]


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(BadInput) as caught:
            train(RING, tmp_path, overwrite=overwrite)
        assert str(caught.value) == f"--out {tmp_path}: exists and is not a run folder; name another"
    with pytest.raises(BadInput, match="is not a run folder"):
        train(RING, tmp_path / "precious.txt")
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_a_run_that_another_process_plays_is_left_alone(tmp_path, finished, without_report):
    run = shutil.copytree(finished, tmp_path / "run")
    status = {"state": "running", "step": 20, "process": identity(os.getppid())}
    (run / "status.json").write_text(json.dumps(status))
    for again in (lambda: training.resume(run, 40), lambda: train(RING, run, overwrite=True)):
        with pytest.raises(BadInput) as caught:
            again()
        assert str(caught.value) == f"{run}: is being played by process {os.getppid()}; end that first"
    assert RunFolder(run).status() == status
    (run / "status.json").write_text(json.dumps(status | {"process": status["process"] | {"started": 0}}))  # a number come round again
    assert training.resume(run, 21).status()["state"] == "done"


def test_a_link_to_a_run_stays_one(tmp_path, finished, without_report):
    shutil.copytree(finished, tmp_path / "elsewhere")
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    train(changed(steps=5), tmp_path / "run", overwrite=True)
    assert (tmp_path / "run").is_symlink()
    assert RunFolder(tmp_path / "elsewhere").status() == {"state": "done", "step": 5}


@pytest.mark.parametrize("out", [".", ".."])
def test_the_current_folder_is_not_replaced_by_a_run(tmp_path, finished, monkeypatch, out):
    run = shutil.copytree(finished, tmp_path / "run")
    monkeypatch.chdir(run if out == "." else run / "samples")
    with pytest.raises(BadInput) as caught:
        train(RING, Path(out), overwrite=True)
    assert str(caught.value) == f"--out {out}: the current folder is it, or lies in it; name another"
    assert RunFolder(run).status()["state"] == "done"


def test_an_empty_folder_will_do(tmp_path, without_report):
    (tmp_path / "run").mkdir()
    train(changed(steps=1), tmp_path / "run")
    assert RunFolder(tmp_path / "run").status()["state"] == "done"


def test_metrics_are_measured_on_the_way(tmp_path, without_report):
    train(dataclasses.replace(DIGITS, steps=4, metrics=Metrics(("neighbours",), every=2, samples=32)), tmp_path / "run")
    lines = read_lines(tmp_path / "run" / "metrics.jsonl")
    assert [line["step"] for line in lines] == [2, 4]
    assert all("neighbours" in line for line in lines)


def test_an_unknown_metric_is_refused_before_the_first_round(tmp_path):
    with pytest.raises(BadInput, match="unknown metric 'frechett'; did you mean 'frechet'"):
        train(changed(metrics=Metrics(("frechett",))), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 1798, "data": Data("digits")}, "batch_size: 1798 rows a batch, but digits has only 1797"),
        ({"steps": None}, "steps: say either steps or epochs"),
        ({"epochs": 3}, "steps: say either steps or epochs"),
        ({"steps": None, "epochs": 3}, "epochs: ring is a density, which has no epochs; say --steps"),
        ({"optimisers": {"D": Adam()}}, "optimisers: are for D; the game's players are D, G"),
        ({"nets": Dcgan()}, "nets: a DCGAN is for 28x28, 32x32 or 64x64 pixels, not points of 2 numbers; --nets mlp is for those"),
        ({"nets": Paper()}, "nets: the paper's pairs are for pictures, not for points of 2 numbers; --nets mlp is for those"),
        ({"data": Data("digits"), "nets": Dcgan()}, "nets: a DCGAN is for 28x28, 32x32 or 64x64 pixels, not 8x8 pixels"),
        ({"checkpoints": Checkpoints(best="frechet.distance")}, "checkpoints.best: 'frechet' is not measured; metrics.names are none"),
        (
            {"metrics": Metrics(("modes",), samples=64), "checkpoints": Checkpoints(best="modes.good_shar")},
            "checkpoints.best: no number 'modes.good_shar' among the metrics (modes)",
        ),
        ({"metrics": Metrics(("classes",), samples=64)}, "ring: metric classes needs"),
        ({"metrics": Metrics(("modes",), samples=64), "data": Data("swiss-roll")}, "swiss-roll: metric modes needs"),
        ({"metrics": Metrics(("neighbours",), samples=1)}, "samples: "),
        ({"device": "banana"}, "device: 'banana' cannot be used here"),
        ({"device": "meta"}, "device: 'meta' cannot be used here"),
        ({"device": "cuda:0"}, "device: 'cuda:0' cannot be used here"),
    ],
)
def test_what_does_not_fit_is_one_line_that_names_the_field(tmp_path, monkeypatch, change, message):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(BadInput) as caught:
        train(changed(**change), tmp_path / "run")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_without_a_compiler_a_run_goes_on_and_says_so(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    means, told = resolve(changed(compile=True))
    assert not means.compile
    assert told == ["runs without compilation: no C++ compiler was found"]


def test_precision_is_detected_or_as_asked(monkeypatch):
    for fast, precision in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr("advnets.runs.building.fast_at_bfloat16", lambda device, fast=fast: fast)
        assert resolve(changed(precision="auto"))[0].precision == precision
    assert resolve(changed(precision="float32"))[0].precision == "float32"


def test_threads_are_as_asked_or_as_the_environment_says(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert resolve(changed(threads=2))[0].threads == 2
    assert resolve(changed(threads=None))[0].threads == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert resolve(changed(threads=None))[0].threads >= 1


def test_what_nobody_can_build_is_an_error_of_ours(tmp_path):
    from advnets.runs.optimisers import build_optimiser, learning_rate

    with pytest.raises(TypeError):
        build_optimiser(object(), [])
    assert learning_rate(object(), 0.1, 3, 5) == 0.1
    assert build_turns(RING.dynamics)[0].movers == ("D",)
    assert build_game(RING.game, build_turns(RING.dynamics)).players.keys() == {"D", "G"}


def test_an_experiment_comes_from_its_own_record(finished):
    assert encode(RunFolder(finished).experiment()) == record(finished)["experiment"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"format": 1, "experi', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[]", "not the record of a run (it has no experiment)"),
        (b'{"format": 1}', "not the record of a run (it has no experiment)"),
        (b'{"format": 9, "experiment": {}}', "format 9 is not 1, which this version of advnets reads"),
    ],
)
def test_a_torn_or_foreign_record_is_named(tmp_path, finished, content, message):
    run = shutil.copytree(finished, tmp_path / "run")
    (run / "run.json").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        training.resume(run)
    assert str(caught.value).startswith(f"{run / 'run.json'}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_record_without_its_means_is_named(tmp_path, finished):
    run = shutil.copytree(finished, tmp_path / "run")
    content = record(run)
    del content["means"]
    (run / "run.json").write_text(json.dumps(content))
    with pytest.raises(BadInput, match=r"run.json"):
        training.resume(run, 30)


def test_a_run_on_a_device_that_is_not_here_is_refused(tmp_path, finished):
    run = shutil.copytree(finished, tmp_path / "run")
    content = record(run)
    content["experiment"]["device"] = content["means"]["device"] = "cuda"
    (run / "run.json").write_text(json.dumps(content))
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(BadInput, match="device: 'cuda' cannot be used here"):
        training.resume(run, 30)


def test_a_torn_status_counts_as_stopped(tmp_path, finished):
    run = shutil.copytree(finished, tmp_path / "run")
    (run / "status.json").write_bytes(b'{"sta')
    assert RunFolder(run).status()["state"] == "stopped"


def test_the_smallest_networks_train(tmp_path, without_report):
    train(changed(nets=Mlp((), ()), steps=2), tmp_path / "run")
    assert RunFolder(tmp_path / "run").status()["state"] == "done"
