"""Checkpoints: torn, foreign or dangerous files are refused in one line; the latest and the best are kept."""

import pickle
import shutil

import pytest
import torch
from safetensors.torch import save_file
from tiny import RING, changed

from advnets.errors import BadInput
from advnets.runs import checkpoints, training
from advnets.runs.files import read_lines
from advnets.runs.sampling import load
from advnets.runs.training import resume, train


@pytest.fixture
def unfinished(tmp_path, finished):
    """A run that has rounds to play, and its last checkpoint."""
    run = shutil.copytree(finished, tmp_path / "run")
    return run, checkpoints.find(run / "checkpoints")


def refusal(run):
    with pytest.raises(BadInput) as caught:
        resume(run, 25)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("name", ["weights.safetensors", "average.safetensors", "state.pt"])
def test_a_torn_file_is_named(unfinished, name, share):
    run, checkpoint = unfinished
    content = (checkpoint / name).read_bytes()
    (checkpoint / name).write_bytes(content[: int(share * len(content))])
    assert refusal(run).startswith(f"{checkpoint / name}: ")
    if name == "average.safetensors":
        with pytest.raises(BadInput, match=r"average\.safetensors"):
            load(run)


@pytest.mark.parametrize("name", ["weights.safetensors", "state.pt"])
def test_a_missing_file_is_named(unfinished, name):
    run, checkpoint = unfinished
    (checkpoint / name).unlink()
    assert refusal(run) == f"{checkpoint / name}: does not exist"


class Trap:
    """Says when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("name", ["weights.safetensors", "average.safetensors", "state.pt"])
@pytest.mark.parametrize("dump", [lambda file: file.write_bytes(pickle.dumps(Trap())), lambda file: torch.save({"x": Trap()}, file)])
def test_pickles_are_never_opened(unfinished, name, dump):
    run, checkpoint = unfinished
    dump(checkpoint / name)
    assert refusal(run).startswith(f"{checkpoint / name}: ")


def test_weights_of_somebody_else(unfinished):
    run, checkpoint = unfinished
    save_file({"x": torch.ones(2)}, checkpoint / "weights.safetensors")
    assert refusal(run) == f"{checkpoint / 'weights.safetensors'}: holds no experiment; it was not written by advnets"


def test_a_checkpoint_of_another_recipe(unfinished, tmp_path, without_report):
    run, checkpoint = unfinished
    train(changed(recipe="dcgan"), tmp_path / "other")
    shutil.rmtree(checkpoint)
    shutil.copytree(checkpoints.find(tmp_path / "other" / "checkpoints"), checkpoint)
    assert refusal(run) == f"{checkpoint}: is a checkpoint of recipe 'dcgan', not of 'ring'"


def test_a_state_of_another_experiment(unfinished):
    run, checkpoint = unfinished
    torch.save({"recipe": "ring"}, checkpoint / "state.pt")
    assert refusal(run).startswith(f"{checkpoint}: is a checkpoint of recipe")


def test_the_latest_are_kept(finished, tmp_path, without_report):
    assert checkpoints.steps(finished / "checkpoints") == [15, 20]
    train(changed(checkpoints=checkpoints_kept(3)), tmp_path / "run")
    assert checkpoints.steps(tmp_path / "run" / "checkpoints") == [10, 15, 20]


def checkpoints_kept(keep, **more):
    from advnets.experiment import Checkpoints

    return Checkpoints(every=5, keep=keep, **more)


@pytest.mark.parametrize(("best_is", "kept"), [("lowest", 8), ("highest", 12)])
def test_the_best_is_kept_and_known_after_resuming(tmp_path, monkeypatch, killed_at, without_report, best_is, kept):
    from tiny import Killed

    from advnets.experiment import Metrics

    scores = iter([0.0, 3.0, 1.0, 4.0, 2.0, 2.0, 2.0])  # the first is a rehearsal's; step 16 is played, and measured, again
    known = {}

    def measure(name, samples, source, **more):
        step = len(known)
        known[step] = next(scores)
        assert samples.shape == (9, 2)
        return {"distance": known[step]}

    monkeypatch.setattr(training, "measure", measure)
    x = changed(
        metrics=Metrics(("frechet",), every=4, samples=9), checkpoints=checkpoints_kept(1, best="frechet.distance", best_is=best_is)
    )
    killed_at(17)
    with pytest.raises(Killed):
        train(x, tmp_path / "run")
    assert kept in checkpoints.steps(tmp_path / "run" / "checkpoints")
    killed_at(None)
    resume(tmp_path / "run")
    assert checkpoints.steps(tmp_path / "run" / "checkpoints") == [kept, 20]
    measured = {line["step"]: line["frechet"]["distance"] for line in read_lines(tmp_path / "run" / "metrics.jsonl")}
    assert measured == {4: 3.0, 8: 1.0, 12: 4.0, 16: 2.0, 20: 2.0}


def test_a_best_that_is_no_number(tmp_path, monkeypatch, without_report):
    from advnets.experiment import Metrics

    monkeypatch.setattr(training, "measure", lambda *args, **more: {"distance": 1.0})
    x = changed(metrics=Metrics(("frechet",), every=4), checkpoints=checkpoints_kept(1, best="frechet.distanse"))
    with pytest.raises(BadInput) as caught:
        train(x, tmp_path / "run")
    assert str(caught.value) == "checkpoints.best: no number 'frechet.distanse' among the metrics (frechet)"


def test_saving_again_what_is_there_changes_nothing(finished):
    from advnets.runs.building import Means
    from advnets.runs.live import assemble
    from advnets.runs.ranks import Ranks

    live = assemble(RING, Means("cpu", "float32", False, 1), Ranks())
    before = (finished / "checkpoints" / "step-00000020" / "state.pt").read_bytes()
    checkpoints.save(finished / "checkpoints", 20, RING, live.nets, {}, live.state(), {})
    assert (finished / "checkpoints" / "step-00000020" / "state.pt").read_bytes() == before


def test_other_folders_among_the_checkpoints_are_left_alone(unfinished):
    run, _ = unfinished
    (run / "checkpoints" / "step-backup").mkdir()
    assert checkpoints.steps(run / "checkpoints") == [15, 20]
