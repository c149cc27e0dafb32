"""Samples from runs: determined by the seed, from the averaged generator unless told otherwise."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from tiny import EXPERIMENTS, tensors

import advnets
from advnets.data.samples import read_samples
from advnets.errors import BadInput
from advnets.runs.sampling import generate, load, write_samples
from advnets.runs.training import train


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A finished run on pictures."""
    path = tmp_path_factory.mktemp("pictures") / "run"
    train(EXPERIMENTS["digits, flips, dropout, more than an epoch"], path)
    return path


def test_a_run_gives_samples(pictures, finished):
    images = advnets.load(pictures).sample(16)
    assert images.shape == (16, 1, 8, 8)
    assert images.dtype == torch.float32
    assert 0 <= images.min() < images.max() <= 1
    assert advnets.load(str(finished)).sample(3).shape == (3, 2)


def test_samples_are_determined_by_the_seed(pictures):
    model = load(pictures)
    assert torch.equal(model.sample(5, seed=3), load(pictures).sample(5, seed=3))
    assert not torch.equal(model.sample(5, seed=3), model.sample(5, seed=4))
    torch.manual_seed(1)
    assert torch.equal(model.sample(5), model.sample(5))


def test_batch_norm_sees_no_company(tmp_path, without_report):
    """A sample is a function of its own noise: the generator is in evaluation mode."""
    train(EXPERIMENTS["mnist-5k, dcgan, dropout and batch norm"], tmp_path / "run")
    model = load(tmp_path / "run")
    z = torch.randn(600, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(generate(model.generator, z)[3:4], generate(model.generator, z[3:4]))


def test_averaged_and_raw_weights(finished):
    averaged, raw = load(finished, "averaged"), load(finished, "raw")
    assert not torch.equal(averaged.sample(4), raw.sample(4))
    for model, file in ((averaged, "average.safetensors"), (raw, "weights.safetensors")):
        for key, t in model.generator.state_dict().items():
            assert torch.equal(t, tensors(finished)[file][f"G.{key}"])
    assert torch.equal(load(finished).sample(2), averaged.sample(2))


def test_a_run_that_keeps_no_average(tmp_path, without_report):
    train(EXPERIMENTS["ring, not averaged"], tmp_path / "run")
    with pytest.raises(BadInput) as caught:
        load(tmp_path / "run", "averaged")
    assert str(caught.value) == f"{tmp_path / 'run'}: keeps no averaged generator; say --weights raw"
    assert torch.equal(advnets.load(tmp_path / "run").sample(2), load(tmp_path / "run", "raw").sample(2))


def test_earlier_checkpoints(finished):
    assert (load(finished).step, load(finished, at=15).step) == (20, 15)
    assert not torch.equal(load(finished).sample(4), load(finished, at=15).sample(4))
    with pytest.raises(BadInput) as caught:
        load(finished, at=7)
    assert str(caught.value) == "--at 7: no checkpoint at this step; there are 15, 20"


def test_a_run_without_a_checkpoint(tmp_path, finished):
    run = shutil.copytree(finished, tmp_path / "run")
    shutil.rmtree(run / "checkpoints")
    with pytest.raises(BadInput, match="has no checkpoint yet"):
        load(run)
    with pytest.raises(BadInput, match=r"not a run folder \(it has no run.json\)"):
        load(tmp_path)


def test_samples_are_written_as_a_grid(pictures, finished, tmp_path):
    for run, name in ((pictures, "images.png"), (finished, "points.png")):
        write_samples(tmp_path / name, False, load(run), 9, 0)
        assert Image.open(tmp_path / name).width > 100


def test_samples_are_written_as_arrays_and_read_again(pictures, finished, tmp_path):
    for run in (pictures, finished):
        model = load(run)
        write_samples(tmp_path / "samples.npz", False, model, 7, 2)
        with np.load(tmp_path / "samples.npz") as arrays:
            assert arrays.files == ["samples"]
            assert arrays["samples"].dtype == np.float32
            assert np.array_equal(arrays["samples"], model.sample(7, 2).numpy())
        assert torch.equal(read_samples(tmp_path / "samples.npz"), model.sample(7, 2))


def test_samples_are_written_as_a_folder_of_pictures(pictures, tmp_path):
    model = load(pictures)
    for path, is_folder in ((tmp_path / "new", False), (tmp_path / "other.d", True)):
        write_samples(path, is_folder, model, 3, 0)
        assert [file.name for file in sorted(path.iterdir())] == ["00000.png", "00001.png", "00002.png"]
        assert Image.open(path / "00000.png").size == (8, 8)
        torch.testing.assert_close(read_samples(path), model.sample(3, 0), atol=0.51 / 255, rtol=0)


def test_a_folder_is_filled_once(pictures, tmp_path):
    """Pictures of two commands in one folder would be measured as one set."""
    model, out = load(pictures), tmp_path / "folder"
    out.mkdir()
    write_samples(out, False, model, 4, 0)
    with pytest.raises(BadInput) as caught:
        write_samples(out, False, model, 2, 1)
    assert str(caught.value) == f"--out {out}: holds something already; name a new folder or an empty one"
    torch.testing.assert_close(read_samples(out), model.sample(4, 0), atol=0.51 / 255, rtol=0)


@pytest.mark.parametrize(
    ("out", "message"),
    [("points", "points are no pictures; write them to .npz or .png"), ("points.jpg", "its suffix is neither .png nor .npz, and it is no")],
)
def test_what_cannot_be_written_so(finished, tmp_path, out, message):
    with pytest.raises(BadInput, match=message):
        write_samples(tmp_path / out, False, load(finished), 3, 0)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("key", ["samples", "images", "arr_0"])
def test_arrays_of_other_programs_are_read(tmp_path, key):
    stored = np.random.default_rng(0).integers(0, 256, (4, 1, 8, 8), np.uint8)
    np.savez(tmp_path / "bytes.npz", **{key: stored})
    np.savez(tmp_path / "floats.npz", **{key: stored.astype(np.float32) / 255})
    expected = torch.from_numpy(stored).float() / 255
    for name in ("bytes.npz", "floats.npz"):
        torch.testing.assert_close(read_samples(tmp_path / name), expected)


def test_the_weights_carry_what_they_are(finished):
    from advnets.experiment import Experiment, decode
    from advnets.runs.checkpoints import find, metadata_of

    metadata = metadata_of(find(finished / "checkpoints") / "average.safetensors")
    assert decode(Experiment, json.loads(metadata["experiment"])) == load(finished).experiment
    assert (metadata["step"], metadata["shape"], metadata["format"]) == ("20", "[2]", "advnets-1")
