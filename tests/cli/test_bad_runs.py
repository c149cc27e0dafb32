"""Bad runs and bad places for them: one line on standard error that names the file or the field, exit status 2, nothing lost."""

import errno
import os
import pickle
import resource
import shutil
import sys

import numpy as np
import pytest
import torch
from spoken import TINY

from advnets.cli import main
from advnets.runs import checkpoints, files
from advnets.runs.sampling import load


def test_an_out_folder_that_exists(advnets, points, tmp_path):
    run = shutil.copytree(points, tmp_path / "run")
    complaint = advnets("train", "ring", *TINY, "--steps", "2", "--out", run).complaint
    assert complaint == f"--out {run}: holds a run already; resume it (advnets resume {run}) or say --overwrite"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    for words in ([], ["--overwrite"]):
        complaint = advnets("train", "ring", *TINY, "--steps", "2", "--out", tmp_path / "other", *words).complaint
        assert complaint == f"--out {tmp_path / 'other'}: exists and is not a run folder; name another"
    assert (tmp_path / "other" / "mine.txt").read_text() == "mine"


def test_a_read_only_folder(advnets, points, tmp_path, monkeypatch):
    def refuse(path, *args, **more):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "mkdir", refuse)
        complaint = advnets("train", "ring", *TINY, "--steps", "2", "--out", tmp_path / "run").complaint
    assert complaint.endswith("Read-only file system")
    assert str(tmp_path) in complaint
    monkeypatch.setattr(files, "open", refuse, raising=False)
    for words in (
        ["sample", points, "--out", tmp_path / "x.png"],
        ["sample", points, "--out", tmp_path / "x.npz"],
        ["export", points, "--out", tmp_path / "x.safetensors"],
    ):
        complaint = advnets(*words).complaint
        assert complaint.endswith("Read-only file system")
        assert "x." in complaint
    assert not [*tmp_path.iterdir()]


def test_a_disk_that_is_full(tmp_path, capsys, without_report):
    """The operating system refuses files larger than 100 kB, as a full disk would refuse more."""
    run = tmp_path / "run"
    words = ["train", "ring", *TINY, "--nets.generator", "300,300", "--steps", "12", "--out", str(run)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        status = main(words)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = capsys.readouterr()
    assert status == 2
    assert "Traceback" not in said.err
    [line] = [line for line in said.err.splitlines() if line.startswith("advnets: error: ")]
    assert line.endswith("File too large")
    assert "weights.safetensors" in line
    assert not [*run.rglob("*.part")]
    assert not checkpoints.steps(run / "checkpoints")
    assert main(["resume", str(run)]) == 0


def test_a_disk_that_fills_up_in_a_checkpoint(advnets, tmp_path, monkeypatch, without_report):
    whole, run = files.write, tmp_path / "run"

    def write(path, content):
        if "step-00000010" in str(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        whole(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "write", write)
        said = advnets("train", "ring", *TINY, "--steps", "12", "--out", run)
    assert said.status == 2
    assert said.err.splitlines()[-1].endswith("No space left on device")
    assert "Traceback" not in said.err
    assert not [*run.rglob("*.part")]
    assert load(run).step == 5
    assert advnets("resume", run).status == 0


# ---- checkpoints


@pytest.fixture
def unfinished(points, tmp_path):
    """A run that can go on, and its last checkpoint."""
    run = shutil.copytree(points, tmp_path / "run")
    return run, checkpoints.find(run / "checkpoints")


@pytest.mark.parametrize("name", ["weights.safetensors", "average.safetensors", "state.pt"])
def test_a_checkpoint_torn_in_the_middle(advnets, unfinished, tmp_path, name):
    run, checkpoint = unfinished
    content = (checkpoint / name).read_bytes()
    (checkpoint / name).write_bytes(content[: len(content) // 2])
    assert advnets("resume", run, "--steps", "20").complaint.startswith(f"{checkpoint / name}: ")
    if name == "average.safetensors":
        for words in (["sample", run, "--out", tmp_path / "x.png"], ["export", run, "--out", tmp_path / "x.onnx"], ["report", run]):
            assert advnets(*words).complaint.startswith(f"{checkpoint / name}: ")
        assert advnets("sample", run, "--at", "5", "--out", tmp_path / "x.png").status == 0


def test_a_checkpoint_without_its_average(advnets, unfinished):
    run, checkpoint = unfinished
    (checkpoint / "average.safetensors").unlink()
    assert advnets("resume", run, "--steps", "20").complaint == f"{checkpoint / 'average.safetensors'}: does not exist"


@pytest.mark.parametrize("torn", [True, False])
def test_a_torn_or_foreign_picture_of_a_run(advnets, unfinished, torn):
    run, _ = unfinished
    file = sorted((run / "samples").iterdir())[0]
    file.write_bytes(file.read_bytes()[:200] if torn else b"mine")
    assert advnets("report", run).complaint.startswith(f"{file}: not a picture that can be read (")


@pytest.mark.parametrize(("seed", "bound"), [("-1", "at least 0"), ("99999999999999999999", "less than 4.61169e+18")])
def test_a_seed_that_is_none(advnets, points, tmp_path, seed, bound):
    for words in (["sample", points, "--out", tmp_path / "x.png"], ["evaluate", points, "--metrics", "modes"]):
        assert advnets(*words, "--seed", seed).complaint == f"--seed: {seed} is not {bound}"


def test_a_folder_that_is_no_run_has_no_weights_either(advnets, tmp_path):
    words = ["sample", tmp_path, "--weights", "raw", "--out", tmp_path / "x.png"]
    assert advnets(*words).complaint == f"{tmp_path}: not a run folder (it has no run.json)"


def test_a_start_that_is_no_run(advnets, tmp_path):
    complaint = advnets("train", "ring", *TINY, "--steps", "2", "--init", tmp_path / "none", "--out", tmp_path / "new").complaint
    assert complaint == f"{tmp_path / 'none'}: not a run folder (it has no run.json)"


def test_a_pickle_where_safetensors_is_expected(advnets, unfinished, tmp_path):
    run, checkpoint = unfinished
    for dump in (lambda file: torch.save({"G": torch.ones(2)}, file), lambda file: file.write_bytes(pickle.dumps({"G": 1}))):
        dump(checkpoint / "average.safetensors")
        complaint = advnets("sample", run, "--out", tmp_path / "x.png").complaint
        assert complaint.startswith(f"{checkpoint / 'average.safetensors'}: not a safetensors file")
        assert "pickles are never opened" in complaint


def test_a_checkpoint_of_another_recipe(advnets, unfinished, digits):
    run, checkpoint = unfinished
    shutil.rmtree(checkpoint)
    shutil.copytree(checkpoints.find(digits / "checkpoints"), checkpoint)
    said = advnets("resume", run, "--steps", "20").complaint
    assert said == f"{checkpoint}: is a checkpoint of recipe 'mnist-demo', not of 'ring'"
    assert advnets("train", "ring", *TINY, "--steps", "2", "--init", digits, "--out", run.parent / "new").complaint.endswith("differs)")


def test_a_record_of_another_recipe(advnets, points, tmp_path):
    complaint = advnets("train", "dcgan", "--config", points / "run.json", "--out", tmp_path / "run").complaint
    assert complaint == f"--config {points / 'run.json'}: is of recipe 'ring', not 'dcgan'"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "experiment: [] is not an object"),
        (b"{}", "recipe: is missing"),
        (b'{"recipe": "ring", "sed": 1}', "sed: experiment has no such field; did you mean 'seed'?"),
    ],
)
def test_a_configuration_that_is_none(advnets, tmp_path, content, message):
    (tmp_path / "x.json").write_bytes(content)
    assert message in advnets("train", "--config", tmp_path / "x.json", "--dry-run").complaint


@pytest.mark.parametrize("verb", ["sample", "export"])
def test_a_checkpoint_that_is_not_there(advnets, points, tmp_path, verb):
    name = "x.png" if verb == "sample" else "x.safetensors"
    complaint = advnets(verb, points, "--at", "7", "--out", tmp_path / name).complaint
    assert complaint == "--at 7: no checkpoint at this step; there are 5, 10"
    assert advnets(verb, points, "--weights", "best", "--out", tmp_path / name).complaint.startswith(
        f"{verb}: argument --weights: invalid choice"
    )
    assert not [*tmp_path.iterdir()]


# ---- what is not here


def test_a_suffix_that_nobody_writes(advnets, points, tmp_path):
    assert "neither .safetensors nor .onnx" in advnets("export", points, "--out", tmp_path / "x.pt").complaint
    assert "neither .png nor .npz" in advnets("sample", points, "--out", tmp_path / "x.bmp").complaint


def test_the_onnx_extra_is_not_installed(advnets, points, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    complaint = advnets("export", points, "--out", tmp_path / "x.onnx").complaint
    assert complaint == '--out: ONNX needs an extra; pip install "advnets[onnx]"'


def test_cuda_is_asked_for_and_absent(refused, monkeypatch):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    assert refused("--device", "cuda", recipe="ring").startswith("device: 'cuda' cannot be used here (")
    assert refused("--device", "banana", recipe="ring").startswith("device: 'banana' cannot be used here (")


def test_samples_from_elsewhere_need_data_to_be_compared_with(advnets, tmp_path):
    np.savez(tmp_path / "a.npz", samples=np.zeros((30, 8, 8), np.uint8))
    complaint = advnets("evaluate", tmp_path / "a.npz", "--metrics", "neighbours").complaint
    assert complaint == "--data: needed to measure samples that do not come from a run"


def test_bad_input_says_one_line_also_without_out(advnets, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert advnets("train", "ring", "--device", "banana").complaint.startswith("device: 'banana'")
    assert not [*tmp_path.iterdir()]
