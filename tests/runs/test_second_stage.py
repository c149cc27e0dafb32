"""The second stage of the faces starts from a first one: its generator on top, raw and averaged, everything else new."""

import dataclasses
import re

import pytest
import torch
from safetensors.torch import load_file
from tiny import DIGITS, changed, tensors

from advnets.errors import BadInput
from advnets.experiment import Average, Data, Faces, FacesSecondStage, Mlp, Prior, Simultaneous
from advnets.runs import checkpoints
from advnets.runs.building import resolve
from advnets.runs.folder import RunFolder
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks
from advnets.runs.training import train

PAIR = Faces(hidden=8, units=4, pieces=2)
FIRST = dataclasses.replace(DIGITS, nets=PAIR, dynamics=Simultaneous(), steps=5, prior=Prior(6))
SECOND = dataclasses.replace(FIRST, nets=FacesSecondStage(hidden=7, codes=6, first=PAIR), prior=Prior(3))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A finished first stage. Not to be changed."""
    path = tmp_path_factory.mktemp("first") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("advnets.runs.training.write_report", lambda folder, live: None)
        train(FIRST, path)
    return path


def started(x, run):
    """An experiment's living objects at the start from another run."""
    live = assemble(x, resolve(x)[0], Ranks())
    fresh = {key: tensor.clone() for key, tensor in checkpoints.flat(live.nets).items()}
    live.start_from(checkpoints.find(RunFolder(run).checkpoints))
    return live, fresh


def test_the_generator_of_the_first_stage_goes_on_top_and_nothing_else_is_taken(first):
    live, fresh = started(SECOND, first)
    folder = checkpoints.find(RunFolder(first).checkpoints)
    raw, averaged = (load_file(folder / f"{name}.safetensors") for name in ("weights", "average"))
    now = checkpoints.flat(live.nets)
    for key in now:
        taken = key.startswith("G.above.")
        assert torch.equal(now[key], raw[key.replace(".above", "")] if taken else fresh[key]), key
    for key, tensor in checkpoints.flat(live.averages).items():
        assert torch.equal(tensor, averaged[key.replace(".above", "")] if "above" in key else fresh[key]), key
    assert any(not torch.equal(raw[f"D.{key}"], tensor) for key, tensor in live.nets["D"].state_dict().items())


def test_all_five_layers_and_the_new_discriminator_are_trained(first, tmp_path, without_report):
    live, _ = started(SECOND, first)
    before = {key: tensor.clone() for key, tensor in checkpoints.flat(live.nets).items()}
    live.play_round()
    assert [key for key, tensor in checkpoints.flat(live.nets).items() if torch.equal(tensor, before[key])] == []


def test_a_second_stage_that_goes_on_takes_everything(first, tmp_path, without_report):
    train(SECOND, tmp_path / "second", init=first)
    live, _ = started(SECOND, tmp_path / "second")
    kept = tensors(tmp_path / "second")["weights.safetensors"]
    assert all(torch.equal(tensor, kept[key]) for key, tensor in checkpoints.flat(live.nets).items())


def test_a_first_stage_without_an_average_gives_its_raw_weights_to_both(tmp_path, without_report):
    train(dataclasses.replace(FIRST, average=Average(0.0)), tmp_path / "first")
    live, _ = started(SECOND, tmp_path / "first")
    raw = tensors(tmp_path / "first")["weights.safetensors"]
    assert torch.equal(live.averages["G"].above.net[0].weight, raw["G.net.0.weight"])


def test_without_a_first_stage_it_is_refused(tmp_path):
    with pytest.raises(BadInput, match=re.escape("--init RUN")):
        train(SECOND, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("nets", "message"),
    [
        (Mlp((8,), (8,)), "a run of --nets mlp; the second stage starts from a run of --nets faces"),
        (dataclasses.replace(PAIR, hidden=9), "another network G than the experiment states (G.net.0.weight differs)"),
    ],
)
def test_a_run_that_is_no_such_first_stage_is_refused(nets, message, tmp_path, without_report):
    train(dataclasses.replace(FIRST, nets=nets, steps=1), tmp_path / "other")
    with pytest.raises(BadInput, match=re.escape(message)):
        train(SECOND, tmp_path / "run", init=tmp_path / "other")
    assert not (tmp_path / "run").exists()


def test_a_first_stage_starts_from_no_second_one(first, tmp_path, without_report):
    train(SECOND, tmp_path / "second", init=first)
    with pytest.raises(BadInput, match="another network G"):
        train(FIRST, tmp_path / "run", init=tmp_path / "second")


def test_points_have_no_faces():
    with pytest.raises(BadInput, match="for pictures, not for points of 2 numbers"):
        assemble(changed(data=Data("ring"), nets=PAIR), resolve(FIRST)[0], Ranks())
