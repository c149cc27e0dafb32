"""Bad input: one line on standard error that names the file or the field, exit status 2, nothing lost."""

import json
import struct
import zipfile

import numpy as np
import pytest
from PIL import Image
from spoken import TINY


def picture(path, size=(8, 8), mode="L"):
    """A picture file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise(size, 50).convert(mode).save(path)
    return path


@pytest.fixture
def folder(tmp_path):
    """A folder of twenty pictures."""
    for i in range(20):
        picture(tmp_path / "pictures" / f"{i}.png")
    return tmp_path / "pictures"


def test_the_folder_of_these_tests_is_good(advnets, folder, tmp_path, without_report):
    words = ["train", "mnist-demo", *TINY, "--steps", "2", "--data", folder, "--out", tmp_path / "run"]
    assert advnets(*words).status == 0


# ---- names


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["trian", "ring"], "unknown verb 'trian'; did you mean 'train'?"),
        (["train", "rign"], "unknown recipe 'rign'; did you mean 'ring'?"),
        (["train", "mnist_demo"], "unknown recipe 'mnist_demo'; did you mean 'mnist-demo'?"),
        (["train"], "train: which RECIPE? known: mnist-demo, mnist-paper, "),
        (["train", "ring", "--sed", "3"], "train: unknown argument '--sed'; did you mean '--seed'?"),
        (["train", "ring", "more"], "train: unknown argument 'more'"),
        (["train", "ring", "--nets.widht", "3"], "--nets.widht: nets has no field 'widht'"),
        (["train", "ring", "--steps"], "train: argument --steps: expected one argument"),
        (["train", "ring", "--steps", "3", "--epochs", "3"], "train: argument --epochs: not allowed with argument --steps"),
        (["train", "ring", "--config", "nowhere.json"], "--config nowhere.json: does not exist"),
        (["list", "recipe"], "list: argument what: invalid choice: 'recipe'"),
        (["resume"], "resume: the following arguments are required: RUN"),
        (["resume", "nowhere"], "nowhere: not a run folder (it has no run.json)"),
        (["sample", "nowhere", "--out", "x.png"], "nowhere: not a run folder (it has no run.json)"),
        (["export", "nowhere", "--out", "x.onnx"], "nowhere: not a run folder (it has no run.json)"),
        (["report", "nowhere"], "nowhere: not a run folder (it has no run.json)"),
        (["evaluate", "nowhere", "--data", "digits", "--metrics", "frechet"], "nowhere: no such run, file or folder"),
        (["evaluate", "nowhere", "--metrics", "frechett"], "--metrics: unknown metric 'frechett'; did you mean 'frechet'?"),
        (["inspect", "digist"], "--data digist: no such name, file or folder; did you mean digits?"),
        (["inspect", "digits", "--nets.width", "3"], "--nets.width: only --data... options fit here"),
    ],
)
def test_unknown_words_are_named_with_the_nearest(advnets, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    said = advnets(*words)
    assert said.complaint.startswith(message)
    assert not [*tmp_path.iterdir()]


def test_unknown_data_are_named_with_the_nearest(refused):
    assert refused("--data", "mnist5k") == "--data mnist5k: no such name, file or folder; did you mean mnist-5k?"
    assert refused("--data", "./nowhere") == "--data ./nowhere: no such file or folder"
    assert refused("--data.split", "tets").startswith("split tets: must be one of train, test, fit, held-out")


def test_an_unknown_metric_of_a_recipe_is_named_with_the_nearest(refused):
    assert refused("--metrics.names", "frechett", recipe="ring") == "metrics.names: unknown metric 'frechett'; did you mean 'frechet'?"


# ---- numbers


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--steps", "0"], "steps: 0 is not at least 1"),
        (["--steps", "-5"], "steps: -5 is not at least 1"),
        (["--steps", "many"], "--steps: 'many' is not a whole number"),
        (["--batch-size", "0"], "batch_size: 0 is not at least 1"),
        (["--batch-size", "-64"], "batch_size: -64 is not at least 1"),
        (["--batch-size", "1000000000000"], "batch_size: 1000000000000 is not less than 1e+08"),
        (["--samples.count", "1000000000000"], "samples.count: 1000000000000 is not less than 1e+08"),
        (["--prior.dim", "99999999999999999999"], "prior.dim: 99999999999999999999 is not less than 1e+08"),
        (["--seed", "-1"], "seed: -1 is not at least 0"),
        (["--seed", "99999999999999999999"], "seed: 99999999999999999999 is not less than 4.61169e+18"),
        (["--prior.dim", "0"], "prior.dim: 0 is not at least 1"),
        (["--optimisers.D.lr", "0"], "optimisers.D.lr: 0.0 is not greater than 0"),
        (["--optimisers.D.lr", "-1e-3"], "optimisers.D.lr: -0.001 is not greater than 0"),
        (["--optimisers.D.lr", "nan"], "optimisers.D.lr: nan is not finite"),
        (["--optimisers.D.beta1", "1"], "optimisers.D.beta1: 1.0 is not at least 0 and less than 1"),
        (["--checkpoints.keep", "0"], "checkpoints.keep: 0 is not at least 1"),
        (["--threads", "0"], "threads: 0 is not at least 1"),
        (["--precision", "float16"], "precision: unknown choice 'float16'; did you mean 'bfloat16'?"),
    ],
)
def test_numbers_out_of_range_name_their_field(refused, words, message):
    assert refused(*words, recipe="ring") == message


@pytest.mark.parametrize("number", ["0", "-1", "many", "99999999999999999999"])
@pytest.mark.parametrize("words", [["sample", "RUN", "--out", "x.png", "--count"], ["evaluate", "RUN", "--metrics", "frechet", "--count"]])
def test_counts_of_samples_are_positive_and_fit_in_memory(advnets, points, words, number):
    complaint = advnets(*[points if word == "RUN" else word for word in words], number).complaint
    assert "--count" in complaint
    assert number in complaint


def test_more_than_the_memory_holds(refused):
    complaint = refused("--nets.generator", "50000000,50000000", recipe="ring")
    assert complaint == "out of memory for 10000000000000000 bytes; ask for fewer or smaller rows, samples or networks"


def test_pictures_larger_than_the_memory(refused):
    words = ["--data", "digits", "--data.fit", "resize", "--data.size"]
    assert refused(*words, "1000000") == "--data.size 1000000: must be at least 1 pixel, and at most 8,192"
    assert refused(*words, "8000").startswith("digits: more than the 2 GiB of --data.memory at --data.size 8000; ")


def test_a_run_s_new_total_is_positive_and_no_less_than_was_played(advnets, points):
    assert advnets("resume", points, "--steps", "0").complaint == "--steps 0: is not at least 1"
    assert advnets("resume", points, "--steps", "3").complaint == "--steps 3: 10 steps were played already"
    assert advnets("resume", points, "--steps", "x").complaint.startswith("resume: argument --steps: invalid int value")


def test_too_few_images_for_the_batch(refused, folder):
    assert refused("--data", folder, "--batch-size", "21") == f"batch_size: 21 rows a batch, but {folder} has only 20"


# ---- files of pictures


def test_a_missing_folder_and_an_empty_one(refused, tmp_path):
    assert refused("--data", tmp_path / "none") == f"--data {tmp_path / 'none'}: no such file or folder"
    (tmp_path / "empty").mkdir()
    assert refused("--data", tmp_path / "empty").startswith(f"{tmp_path / 'empty'}: an empty folder")


@pytest.mark.parametrize("content", [b"this is text", b"", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_file_that_is_no_picture_is_named(refused, advnets, folder, tmp_path, content, without_report):
    (folder / "7.png").write_bytes(content)
    assert refused("--data", folder).startswith(f"{folder / '7.png'}: ")
    words = ["train", "mnist-demo", *TINY, "--steps", "1", "--data", folder, "--skip-bad-files"]
    for number, memory in enumerate(("2", "1e-9")):  # kept in memory, and read from disk while training
        run = tmp_path / str(number)
        said = advnets(*words, "--data.memory", memory, "--out", run)
        assert said.status == 0
        assert f"files left out: 1; the first, {folder / '7.png'}: " in said.err
        about = json.loads((run / "run.json").read_text())["data"]
        assert (about["rows"], about["skipped"]) == (19, 1)


def test_a_torn_picture_is_named(refused, folder):
    picture(folder / "7.png", (64, 64))
    content = (folder / "7.png").read_bytes()
    (folder / "7.png").write_bytes(content[: len(content) // 2])
    assert refused("--data", folder, "--data.size", "8", "--data.fit", "resize").startswith(f"{folder / '7.png'}: ")


def test_mixed_sizes_need_a_size(refused, advnets, folder, tmp_path, without_report):
    picture(folder / "big.png", (16, 8))
    complaint = refused("--data", folder)
    assert "16x8" in complaint
    assert "8x8" in complaint
    words = ["train", "mnist-demo", *TINY, "--steps", "1", "--data", folder, "--data.size", "8", "--data.fit", "crop"]
    assert advnets(*words, "--out", tmp_path / "run").status == 0


@pytest.mark.parametrize(
    ("name", "size", "mode", "options"),
    [
        ("7.txt", None, "", ["--skip-bad-files"]),
        ("big.png", (16, 8), "L", ["--data.size", "8", "--data.fit", "crop"]),
        ("colour.png", (8, 8), "RGB", ["--data.colour", "grey"]),
    ],
)
def test_a_folder_to_be_measured_is_read_as_its_complaint_recommends(advnets, folder, name, size, mode, options):
    picture(folder / name, size, mode) if size else (folder / name).write_text("this is text")
    words = ["evaluate", folder, "--data", "digits", "--metrics", "neighbours"]
    assert options[0] in advnets(*words).complaint
    said = advnets(*words, *options)
    assert said.status == 0, said.err


def test_channels_that_no_network_sees(refused, advnets, folder, tmp_path):
    np.savez(tmp_path / "two.npz", images=np.zeros((30, 2, 8, 8), np.uint8))
    assert refused("--data", tmp_path / "two.npz").startswith(f"{tmp_path / 'two.npz'}: ")
    picture(folder / "colour.png", mode="RGB")
    assert str(folder) in refused("--data", folder)


def test_samples_of_another_number_of_channels(advnets, digits, tmp_path):
    np.savez(tmp_path / "rgb.npz", samples=np.zeros((30, 3, 8, 8), np.uint8))
    complaint = advnets("evaluate", tmp_path / "rgb.npz", "--data", "digits", "--metrics", "neighbours").complaint
    assert "3x8x8" in complaint.replace("×", "x")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_arrays_with_numbers_that_are_not_finite(refused, advnets, tmp_path, value):
    pictures = np.zeros((30, 8, 8), np.float32)
    pictures[3, 4, 5] = value
    np.savez(tmp_path / "a.npz", samples=pictures)
    assert refused("--data", tmp_path / "a.npz") == f"{tmp_path / 'a.npz'}: key samples: {value} at [3, 4, 5]; every number must be finite"
    said = advnets("evaluate", tmp_path / "a.npz", "--data", "digits", "--metrics", "neighbours").complaint
    assert said == f"{tmp_path / 'a.npz'}: key samples: {value} at [3, 4, 5]; every number must be finite"


def idx(magic=0x803, n=30, promised=30):
    return struct.pack(">4I", magic, promised, 8, 8) + bytes(64 * n)


def test_idx_files_that_are_truncated_or_of_another_magic(refused, tmp_path):
    file = tmp_path / "train-images-idx3-ubyte"
    for content, word in (
        (idx(n=12), "truncated"),
        (idx(magic=0x801), "magic"),
        (idx(magic=0xD03), "magic"),
        (b"\0\0\x08\x03", "truncated"),
    ):
        file.write_bytes(content)
        complaint = refused("--data", file)
        assert complaint.startswith(f"{file}: ")
        assert word in complaint


def test_a_zip_that_leads_outside(refused, tmp_path):
    inside = picture(tmp_path / "a.png").read_bytes()
    for name in ("../evil.png", "/evil.png", "x/../../evil.png", "..\\evil.png"):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("good.png", inside)
            archive.writestr(name, inside)
        complaint = refused("--data", tmp_path / "a.zip")
        assert complaint.startswith(f"{tmp_path / 'a.zip'}: ")
        assert "leads outside" in complaint
    assert not (tmp_path.parent / "evil.png").exists()


def test_a_zip_of_absurd_expansion(refused, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a.png", bytes(2**20))
    content = (tmp_path / "a.zip").read_bytes()
    assert content.count(struct.pack("<I", 2**20)) == 2
    (tmp_path / "a.zip").write_bytes(content.replace(struct.pack("<I", 2**20), struct.pack("<I", 3 * 2**30)))  # as both headers then say
    assert refused("--data", tmp_path / "a.zip").startswith(f"{tmp_path / 'a.zip'}: ")


def test_a_torn_zip_and_arrays_that_are_pickles(refused, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 torn")
    assert refused("--data", tmp_path / "a.zip").startswith(f"{tmp_path / 'a.zip'}: ")
    np.save(tmp_path / "a.npy", np.array([{"x": 1}], dtype=object), allow_pickle=True)
    assert "never unpickled" in refused("--data", tmp_path / "a.npy")
