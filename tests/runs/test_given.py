"""Generators that are given more than noise: classes that are asked for, and halves of pictures that are completed."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from PIL import Image
from tiny import EXPERIMENTS, record

from advnets.data import open_data
from advnets.errors import BadInput
from advnets.experiment import Conditional, Data, Dcgan, Faces, Inpainting, Paper
from advnets.runs.checkpoints import load_weights, metadata_of
from advnets.runs.exporting import export
from advnets.runs.given import build_unseen, in_turn, inputs
from advnets.runs.players import networks
from advnets.runs.sampling import load, prior_noise, write_samples
from advnets.runs.training import resume, train


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """made(name) is a finished tiny run; the same for all tests."""
    runs = {}

    def make(name):
        if name not in runs:
            runs[name] = tmp_path_factory.mktemp("given") / "run"
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("advnets.runs.training.write_report", lambda folder, live: None)
                train(dataclasses.replace(EXPERIMENTS[name], steps=5), runs[name])
        return runs[name]

    return make


CONDITIONAL = ["digits, conditional", "mnist-5k, conditional, dcgan", "digits, conditional by projection, spectral norm"]
INPAINTING = ["digits, inpainting", "mnist-5k, inpainting, dcgan"]


@pytest.mark.parametrize("name", CONDITIONAL)
def test_classes_come_in_turn_or_as_asked_for(made, name):
    model = load(made(name))
    assert model.classes == tuple("0123456789")
    samples = model.sample(12, seed=2)
    assert samples.shape == (12, *model.shape)
    z = prior_noise(model.experiment.prior, 12, 2)
    expected = model.generator(z, torch.eye(10)[torch.arange(12) % 10])
    torch.testing.assert_close(samples, expected)
    chosen = model.sample(12, seed=2, classes=["3", 7])
    torch.testing.assert_close(chosen, model.generator(z, torch.eye(10)[torch.tensor([3, 7] * 6)]))
    assert torch.equal(chosen, model.at(z, classes=["3", "7"]))
    assert not torch.equal(chosen, samples)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (["3", "11"], "classes: no class '11'; there are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        ([], "classes: name at least one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
    ],
)
def test_a_class_that_does_not_exist(made, classes, message):
    with pytest.raises(BadInput) as caught:
        load(made("digits, conditional")).sample(4, classes=classes)
    assert str(caught.value) == message


def test_more_samples_than_classes_go_round():
    assert in_turn(("a", "b", "c"), None, 7).tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert in_turn(("a", "b", "c"), ["c", "a"], 3).tolist() == [2, 0, 2]


def test_generators_that_are_given_no_classes(made, finished):
    for run in (finished, made("digits, inpainting")):
        with pytest.raises(BadInput, match="classes: this generator is given none"):
            load(run).sample(4, classes=["3"])
    for run in (finished, made("digits, conditional")):
        with pytest.raises(BadInput, match="this generator completes no pictures"):
            load(run).complete(torch.zeros(2, 1, 8, 8))


@pytest.mark.parametrize("name", INPAINTING)
def test_left_halves_stay_and_right_halves_are_drawn(made, name):
    model = load(made(name))
    middle = model.shape[-1] // 2
    pictures = torch.rand(3, *model.shape)
    completed = model.complete(pictures, seed=1)
    assert completed.shape == pictures.shape
    assert torch.equal(completed[..., :middle], pictures[..., :middle])
    z = prior_noise(model.experiment.prior, 3, 1)
    torch.testing.assert_close(completed[..., middle:], model.generator(pictures[..., :middle], z))
    other = pictures.clone()
    other[..., middle:] = 0
    assert torch.equal(model.complete(other, seed=1), completed)
    assert not torch.equal(model.complete(pictures, seed=2), completed)
    with pytest.raises(BadInput, match="but the generator completes"):
        model.complete(torch.rand(3, 1, 5, 5))


def test_samples_complete_pictures_that_were_held_out(made):
    model = load(made("digits, inpainting"))
    held_out = open_data("digits", split="held-out")
    rows = {row.tobytes() for row in held_out.rows(torch.arange(len(held_out)))[..., :4].numpy()}
    assert all(sample.tobytes() in rows for sample in model.sample(20)[..., :4].numpy())
    assert model.sample(len(held_out) + 3).shape[0] == len(held_out) + 3
    assert torch.equal(model.sample(5, 3), load(made("digits, inpainting")).sample(5, 3))


def test_where_nothing_is_held_out_the_data_themselves_are_completed():
    assert len(build_unseen(Data("digits"))) == 1797
    assert len(build_unseen(Data("digits", split="fit"))) < 1797 / 4


@pytest.mark.parametrize("name", CONDITIONAL + INPAINTING)
def test_exports_carry_all_that_is_given(made, name, tmp_path):
    model = load(made(name))
    out = export(model, tmp_path / "generator.safetensors")
    assert json.loads(metadata_of(out)["classes"]) == list(model.classes)
    empty = load(made(name), "raw")
    load_weights(out, {"G": empty.generator})
    assert torch.equal(empty.sample(7, 3), model.sample(7, 3))


@pytest.mark.parametrize("name", CONDITIONAL + INPAINTING)
def test_onnx_takes_what_the_generator_takes(made, name, tmp_path):
    reference = pytest.importorskip("onnx.reference")
    pytest.importorskip("onnxscript")
    model = load(made(name))
    evaluator = reference.ReferenceEvaluator(str(export(model, tmp_path / "generator.onnx")))
    taken = inputs(model.experiment.game, model.experiment.prior, model.shape, model.classes)
    assert evaluator.input_names == list(taken)
    assert evaluator.input_names == (["z", "c"] if name in CONDITIONAL else ["l", "z"])
    for n in (1, 7):
        given = {key: torch.rand(n, *shape) for key, shape in taken.items()}
        [drawn] = evaluator.run(["samples"], {key: t.numpy() for key, t in given.items()})
        np.testing.assert_allclose(drawn, model.generator(*given.values()).numpy(), rtol=0, atol=1e-5)


def test_a_picture_of_classes(made, tmp_path):
    out = write_samples(tmp_path / "grid.png", False, load(made("digits, conditional")), 9, 0, ["1"])
    assert Image.open(out).width > 100


def test_labels_that_changed_since_are_refused(tmp_path, without_report):
    def write(labels):
        np.savez(tmp_path / "mine.npz", images=np.zeros((40, 8, 8), np.uint8), labels=labels)

    write(np.arange(40) % 2)
    x = dataclasses.replace(EXPERIMENTS["digits, conditional"], data=Data(str(tmp_path / "mine.npz")), batch_size=8, steps=1)
    train(x, tmp_path / "run")
    assert record(tmp_path / "run")["data"]["classes"] == ["0", "1"]
    write(np.arange(40) // 20)
    with pytest.raises(BadInput, match=r"has changed since the run began \(labels\)"):
        resume(tmp_path / "run", 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"game": Conditional()}, "game: conditional needs labels, and ring has none (a folder's subfolders are labels)"),
        ({"game": Inpainting()}, "game: inpainting is for pictures, not for points of 2 numbers"),
    ],
)
def test_data_that_do_not_fit_the_game(changes, message, tmp_path):
    with pytest.raises(BadInput) as caught:
        train(dataclasses.replace(EXPERIMENTS["ring"], **changes), tmp_path / "run")
    assert str(caught.value) == message
    assert not (tmp_path / "run").exists()


def test_projection_needs_a_discriminator_that_comes_apart(tmp_path):
    x = dataclasses.replace(EXPERIMENTS["digits, the paper's pair"], game=Conditional(condition="projection"))
    with pytest.raises(BadInput, match=r"game.condition: projection needs a D that comes apart below its last layer; --nets mlp and dcgan"):
        train(x, tmp_path / "run")


def test_spectral_norm_holds_the_weights_of_classes_too():
    x = EXPERIMENTS["digits, conditional by projection, spectral norm"]
    D = networks(x, (1, 8, 8), None, torch.device("cpu"), tuple("abc"))["D"]
    for _ in range(100):
        D(torch.rand(4, 1, 8, 8), torch.eye(3)[[0, 1, 2, 0]])
    assert torch.linalg.matrix_norm(D.classes.weight, 2).item() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("game", [Conditional(), Inpainting()])
@pytest.mark.parametrize("nets", [Paper(hidden=8, units=4, pieces=2), Dcgan(2, 2), Faces(hidden=8, fan_in=4, units=4, pieces=2)])
def test_pairs_for_pictures_play_every_game(game, nets):
    x = dataclasses.replace(EXPERIMENTS["digits, conditional"], game=game, nets=nets)
    found = networks(x, (1, 28, 28), torch.full((1, 28, 28), 0.5), torch.device("cpu"), tuple("abc"))
    z, halves, classes = torch.randn(4, x.prior.dim), torch.rand(2, 4, 1, 28, 14), torch.eye(3)[[0, 1, 2, 0]]
    drawn = found["G"](z, classes) if game == Conditional() else found["G"](halves[0], z)
    assert drawn.shape == ((4, 1, 28, 28) if game == Conditional() else (4, 1, 28, 14))
    logits = found["D"](drawn, classes) if game == Conditional() else found["D"](halves[0], drawn)
    assert logits.shape == (4,)
