"""Every command line that the project promises, at tiny settings."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image
from spoken import TINY

from advnets.data.names import NAMES
from advnets.experiment.tricks import TRICKS
from advnets.metrics.names import METRICS
from advnets.recipes import RECIPES


def test_list_names_everything_with_a_line(advnets):
    for what, names in (("recipes", RECIPES), ("data", NAMES), ("metrics", METRICS), ("tricks", TRICKS)):
        plain, found = advnets("list", what), advnets("list", what, "--json")
        assert (plain.status, found.status) == (0, 0)
        assert set(json.loads(found.out)) == set(names)
        assert [line.split()[0] for line in plain.out.splitlines()] == list(names)
        assert all(json.loads(found.out).values())


@pytest.mark.parametrize("name", TRICKS)
def test_the_option_of_a_trick_is_one(advnets, name):
    words = TRICKS[name].option.split()
    recipe = "mnist-conditional" if name in ("labels", "projection", "mismatched-classes") else "ring"
    said = advnets("train", recipe, *words, "--dry-run")
    assert said.status == 0, said.err
    assert advnets("train", recipe, "--dry-run").out != said.out or name in ("non-saturating-cost", "labels")


def test_train_makes_a_run_and_says_where(advnets, tmp_path):
    said = advnets("train", "ring", *TINY, "--steps", "7", "--seed", "3", "--out", tmp_path / "run")
    assert said.status == 0
    assert said.out == f"{tmp_path / 'run' / 'report.html'}\n"
    assert "step 7/7" in said.err
    experiment = json.loads((tmp_path / "run" / "run.json").read_text())["experiment"]
    assert (experiment["steps"], experiment["seed"], experiment["batch_size"], experiment["nets"]["generator"]) == (7, 3, 16, [8])


def test_train_finds_a_folder_that_is_not_used(advnets, tmp_path, monkeypatch, without_report):
    monkeypatch.chdir(tmp_path)
    for name in ("ring", "ring-2"):
        said = advnets("train", "ring", *TINY, "--steps", "1")
        assert said.status == 0
        assert (tmp_path / "runs" / name / "run.json").exists()
        assert f"training into runs/{name}\n" in said.err


def test_train_counts_epochs(advnets, tmp_path, without_report):
    words = ["train", "mnist-demo", "--data", "digits", *TINY, "--batch-size", "600", "--epochs", "2", "--out", tmp_path / "run"]
    assert advnets(*words).status == 0
    assert json.loads((tmp_path / "run" / "run.json").read_text())["rounds"] == 2 * (1797 // 600)


def test_train_reads_local_data(advnets, tmp_path, without_report):
    np.savez(tmp_path / "mine.npz", images=np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8))
    words = ["train", "mnist-demo", "--data", tmp_path / "mine.npz", "--data-root", tmp_path, *TINY, "--steps", "2"]
    assert advnets(*words, "--skip-bad-files", "--out", tmp_path / "run").status == 0


def test_train_takes_another_run_s_experiment(advnets, points, tmp_path, without_report):
    for number, words in enumerate(([], ["ring"])):
        out = tmp_path / str(number)
        assert advnets("train", *words, "--config", points / "run.json", "--steps", "3", "--out", out).status == 0
        experiment, before = (json.loads((path / "run.json").read_text())["experiment"] for path in (out, points))
        assert experiment == before | {"steps": 3}


def test_train_starts_from_another_run(advnets, points, tmp_path, without_report):
    words = ["train", "ring", *TINY, "--steps", "2", "--init", points, "--device", "cpu", "--out", tmp_path / "run"]
    assert advnets(*words).status == 0
    assert json.loads((tmp_path / "run" / "run.json").read_text())["init"] == str(points)


def test_train_replaces_a_run_where_asked(advnets, points, tmp_path, without_report):
    run = shutil.copytree(points, tmp_path / "run")
    assert advnets("train", "ring", *TINY, "--steps", "2", "--overwrite", "--out", run).status == 0
    assert json.loads((run / "status.json").read_text()) == {"state": "done", "step": 2}


@pytest.mark.parametrize("name", RECIPES)
def test_a_dry_run_prints_the_resolved_experiment_and_does_nothing(advnets, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    said = advnets("train", name, "--compile", "--seed=5", "--prior.dim", "3", "--epochs", "2", "--dry-run")
    assert (said.status, said.err) == (0, "")
    experiment = json.loads(said.out)
    assert (experiment["recipe"], experiment["compile"], experiment["seed"], experiment["prior"]["dim"]) == (name, True, 5, 3)
    assert (experiment["steps"], experiment["epochs"]) == (None, 2)
    assert not [*tmp_path.iterdir()]


def test_resume_says_that_a_run_is_finished(advnets, points):
    said = advnets("resume", points)
    assert (said.status, said.out, said.err) == (0, f"{points} is finished: all 10 steps were played\n", "")
    assert advnets("resume", points, "--steps", 10) == said


def test_resume_plays_on_to_a_new_total(advnets, points, tmp_path, without_report):
    run = shutil.copytree(points, tmp_path / "run")
    said = advnets("resume", run, "--steps", 13)
    assert said.status == 0
    assert said.out == f"{run / 'report.html'}\n"
    assert "resumed at step 10" in said.err
    assert json.loads((run / "status.json").read_text()) == {"state": "done", "step": 13}


@pytest.mark.parametrize("options", [[], ["--weights", "raw"], ["--at", "5"], ["--seed", "1"]])
def test_sample_writes_what_was_asked_for(advnets, digits, tmp_path, options):
    for name in ("grid.png", "samples.npz", "folder/"):
        said = advnets("sample", digits, "--count", "6", "--out", f"{tmp_path}/{name}", *options)
        assert (said.status, said.err) == (0, "")
        assert said.out == f"{tmp_path / name}\n"
    assert Image.open(tmp_path / "grid.png").format == "PNG"
    assert len([*(tmp_path / "folder").iterdir()]) == 6
    with np.load(tmp_path / "samples.npz") as arrays:
        samples = arrays["samples"]
    assert (samples.shape, samples.dtype) == ((6, 1, 8, 8), np.float32)
    advnets("sample", digits, "--count", "6", "--out", tmp_path / "plain.npz")
    with np.load(tmp_path / "plain.npz") as arrays:
        assert np.array_equal(arrays["samples"], samples) == (options == [])


def test_sample_draws_points_too(advnets, points, tmp_path):
    for name in ("grid.png", "samples.npz"):
        assert advnets("sample", points, "--out", tmp_path / name).status == 0
    with np.load(tmp_path / "samples.npz") as arrays:
        assert arrays["samples"].shape == (64, 2)


@pytest.fixture
def quick_classifier(monkeypatch, tmp_path):
    """A classifier that is hardly trained, and not kept for others."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("advnets.metrics.classifier.PICTURES_SHOWN", 1)
    monkeypatch.setattr("advnets.metrics.classifier.FEWEST_PASSES", 1)


def test_evaluate_prints_one_json_object_and_nothing_else(advnets, digits, tmp_path, quick_classifier):
    of_pictures = [name for name in METRICS if name != "modes"]
    words = ["evaluate", digits, "--data", "digits", "--metrics", *of_pictures, "--count", "130", "--json"]
    said = advnets(*words)
    assert said.status == 0, said.err
    values = json.loads(said.out)
    assert list(values) == of_pictures
    assert said.out.count("\n") == 1
    assert json.loads(advnets(*words).out) == values, "the same command gives the same numbers"


def test_evaluate_measures_runs_arrays_and_folders_alike(advnets, digits, tmp_path):
    advnets("sample", digits, "--count", "40", "--out", tmp_path / "samples.npz")
    advnets("sample", digits, "--count", "40", "--out", f"{tmp_path}/folder/")
    found = [
        json.loads(advnets("evaluate", target, "--data", "digits", "--metrics", "neighbours", "--count", "40", "--json").out)
        for target in (digits, tmp_path / "samples.npz", tmp_path / "folder")
    ]
    assert found[0] == found[1]
    for name, value in found[0]["neighbours"].items():
        if isinstance(value, float):
            assert found[2]["neighbours"][name] == pytest.approx(value, rel=0.05, abs=0.02), name


PARZEN = """
    reference samples log_likelihood log_likelihood_interval standard_error sigma validation test sigmas seed warnings controls
"""


def test_parzen_of_a_run_arrays_and_a_folder(advnets, digits, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    advnets("sample", digits, "--count", "40", "--out", tmp_path / "samples.npz")
    advnets("sample", digits, "--count", "40", "--out", f"{tmp_path}/folder/")
    found = []
    words = ["--data", "digits", "--data.split", "train[:1000]", "--metrics", "parzen", "--count", "40", "--json"]
    for target in (digits, tmp_path / "samples.npz", tmp_path / "folder"):
        said = advnets("evaluate", target, *words)
        assert said.status == 0, said.err
        assert "parzen: 40 samples, not 10,000" in said.err
        found.append(json.loads(said.out)["parzen"])
    assert found[0] == found[1]
    assert found[2]["log_likelihood"] == pytest.approx(found[0]["log_likelihood"], abs=0.5)
    assert list(found[0]) == PARZEN.split()
    assert found[0]["controls"].keys() == {"training_pictures", "k_means"}
    assert found[0]["validation"]["origin"] == "some of digits train[1000:2000]"


def test_evaluate_draws_as_many_samples_as_the_metrics_want(advnets, digits, monkeypatch):
    drawn = []
    monkeypatch.setattr("advnets.metrics.measure", lambda name, samples, *args, **kwargs: drawn.append(len(samples)) or {"nothing": []})
    for metrics in (["neighbours"], ["neighbours", "parzen"]):
        assert advnets("evaluate", digits, "--metrics", *metrics).out.startswith("neighbours\n  nothing: none\n")
    assert drawn == [2000, 10_000, 10_000]


def test_evaluate_takes_the_run_s_own_data_and_prints_for_people(advnets, digits):
    said = advnets("evaluate", digits, "--metrics", "neighbours", "--count", "30")
    assert said.status == 0
    assert said.out.startswith("neighbours\n  ")
    assert "digits" in said.out


@pytest.mark.parametrize("name", ["generator.safetensors", "generator.onnx"])
def test_export_writes_the_generator(advnets, digits, tmp_path, name):
    if name.endswith("onnx"):
        pytest.importorskip("onnxscript")
    said = advnets("export", digits, "--out", tmp_path / name)
    assert said.status == 0
    assert said.out.splitlines()[-1] == str(tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000


def test_inspect_tells_and_draws(advnets, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for source in ("digits", "ring"):
        said = advnets("inspect", source)
        assert (said.status, said.err) == (0, "")
        assert said.out.startswith(source)
        assert Image.open(tmp_path / "inspect.png").format == "PNG"
    found = advnets("inspect", "digits", "--json", "--out", tmp_path / "other.png")
    assert json.loads(found.out)["count"] == 1797
    assert found.out.count("\n") == 1
    assert (tmp_path / "other.png").exists()


def test_report_draws_the_page_again(advnets, points, tmp_path):
    run = shutil.copytree(points, tmp_path / "run")
    (run / "report.html").unlink()
    said = advnets("report", run)
    assert (said.status, said.out) == (0, f"{run / 'report.html'}\n")
    assert (run / "report.html").read_bytes() == (points / "report.html").read_bytes()


def test_version_and_verbs(advnets):
    assert advnets("--version").out.startswith("advnets 0.")
    for verb in ("list", "train", "resume", "sample", "evaluate", "export", "inspect", "report"):
        assert f"\n  {verb} " in advnets("--help").out
        said = advnets(verb, "--help")
        assert (said.status, said.err) == (0, "")
        assert f"advnets {verb}" in said.out
    assert advnets().status == 2


def test_help_of_train_names_every_field_of_a_recipe(advnets):
    plain, said = advnets("train", "--help"), advnets("train", "ring", "--help")
    assert "--nets.generator" not in plain.out
    assert "RECIPE --help" in plain.out
    for option in ("--nets.generator", "--optimisers.D.lr", "--checkpoints.best-is", "--data.size"):
        assert option in said.out


def test_help_of_train_names_the_fields_of_the_kinds_that_its_words_choose(advnets, points):
    said = advnets("train", "ring", "--nets", "dcgan", "--game=wasserstein", "--seed", "3", "--help")
    for text in ("fields of ring:", "--nets.discriminator-width", "--game.penalty.weight", "what D pays for its slope"):
        assert text in said.out
    assert "--nets.generator" not in said.out
    assert "layers (8)" in advnets("train", "--config", points / "run.json", "--help").out
    assert advnets("train", "rign", "--help").complaint == "unknown recipe 'rign'; did you mean 'ring'?"


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["list", "recipes"], ["list", "data"], ["list", "metrics"], ["train", "-h"], ["train", "ring", "-h"]],
)
def test_help_imports_no_torch(words):
    code = f"import sys; from advnets.cli import main; main({words}); sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_python_m_advnets_is_the_command():
    done = subprocess.run([sys.executable, "-m", "advnets", "list", "recipes", "--json"], capture_output=True, text=True, check=False)
    assert (done.returncode, set(json.loads(done.stdout)), done.stderr) == (0, set(RECIPES), "")


def test_a_reader_that_leaves_early_is_no_error():
    code = "import sys; from advnets.cli import main; sys.exit(main(['list', 'data']))"
    reader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    reader.stdout.close()
    with reader.stderr:
        assert reader.stderr.read() == ""
    assert reader.wait() == 0


def test_ctrl_c_saves_and_says_how_to_resume(advnets, tmp_path):
    run = tmp_path / "run"
    command = [sys.executable, "-m", "advnets", "train", "ring", *TINY, "--checkpoints.every", "1000000", "--steps", "10000000"]
    process = subprocess.Popen(
        [*command, "--out", str(run)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    try:
        end = time.monotonic() + 60
        while not (run / "log.jsonl").exists():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err
    step = json.loads((run / "status.json").read_text())["step"]
    assert out == f"stopped at step {step}, saved; advnets resume {run}\n"
    assert [folder.name for folder in (run / "checkpoints").iterdir()] == [f"step-{step:08d}"]
    assert advnets("resume", run, "--steps", step + 1).status == 0
    assert json.loads((run / "status.json").read_text()) == {"state": "done", "step": step + 1}


def test_a_run_that_diverges_ends_with_status_1_and_one_line(advnets, tmp_path):
    words = ["train", "ring", *TINY, "--steps", "50", "--optimisers.D.lr", "1e38", "--out", tmp_path / "run"]
    said = advnets(*words)
    assert said.status == 1
    errors = [line for line in said.err.splitlines() if line.startswith("advnets: error:")]
    assert len(errors) == 1
    assert "not finite" in errors[0]
    assert "Traceback" not in said.err


def test_a_second_ctrl_c_interrupts_at_once(advnets, tmp_path, monkeypatch):
    from advnets.runs.live import Live

    def play_round(live):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Live, "play_round", play_round)
    said = advnets("train", "ring", *TINY, "--steps", "50", "--out", tmp_path / "run")
    assert said.status == 130
    assert said.err.splitlines()[-1] == "advnets: error: interrupted"
