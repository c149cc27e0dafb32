"""Exported generators give the samples of the run."""

import dataclasses
import sys

import numpy as np
import pytest
import torch
from tiny import EXPERIMENTS

from advnets.errors import BadInput
from advnets.runs.checkpoints import load_weights, metadata_of
from advnets.runs.exporting import export
from advnets.runs.sampling import load, prior_noise
from advnets.runs.training import train


@pytest.fixture(
    scope="module",
    params=[
        "mnist-5k, dcgan, dropout and batch norm",
        "mnist-5k, virtual batch norm in both, minibatch discrimination",
        "digits, the paper's pair",
        "ring",
    ],
)
def run(request, tmp_path_factory):
    """A finished run of each kind of networks."""
    path = tmp_path_factory.mktemp("exporting") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("advnets.runs.training.write_report", lambda folder, live: None)
        train(dataclasses.replace(EXPERIMENTS[request.param], steps=5), path)
    return path


@pytest.mark.parametrize("weights", ["averaged", "raw"])
def test_safetensors_give_the_same_samples(run, tmp_path, weights):
    model = load(run, weights)
    out = export(model, tmp_path / "generator.safetensors")
    empty = load(run, "raw" if weights == "averaged" else "averaged")
    load_weights(out, {"G": empty.generator})
    assert torch.equal(empty.sample(7, 3), model.sample(7, 3))
    metadata = metadata_of(out)
    assert (metadata["step"], metadata["format"]) == ("5", "advnets-1")


def test_onnx_agrees_with_torch_at_any_batch_size(run, tmp_path):
    reference = pytest.importorskip("onnx.reference")
    pytest.importorskip("onnxscript")
    model = load(run)
    out = export(model, tmp_path / "generator.onnx")
    evaluator = reference.ReferenceEvaluator(str(out))
    assert evaluator.input_names == ["z"]
    for n in (1, 7):
        z = prior_noise(model.experiment.prior, n, 5)
        [samples] = evaluator.run(["samples"], {"z": z.numpy()})
        with torch.no_grad():
            np.testing.assert_allclose(samples, model.generator(z).numpy(), rtol=0, atol=1e-5)


def test_exporting_says_nothing(finished, tmp_path, capfd):
    pytest.importorskip("onnxscript")
    export(load(finished), tmp_path / "generator.onnx")
    assert capfd.readouterr().out == ""


def test_another_suffix_is_refused(finished, tmp_path):
    with pytest.raises(BadInput) as caught:
        export(load(finished), tmp_path / "generator.pt")
    assert str(caught.value) == f"--out {tmp_path / 'generator.pt'}: its suffix is neither .safetensors nor .onnx"


def test_without_the_extra_the_command_that_installs_it_is_named(finished, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(BadInput) as caught:
        export(load(finished), tmp_path / "generator.onnx")
    assert str(caught.value) == '--out: ONNX needs an extra; pip install "advnets[onnx]"'
    assert not [*tmp_path.iterdir()]
