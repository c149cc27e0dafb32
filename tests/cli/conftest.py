"""A finished run by the command line, and the command line as a function."""

import pytest
from spoken import TINY, Said

from advnets.cli import main


@pytest.fixture
def advnets(capsys):
    """advnets(*words) runs a command in this process."""

    def run(*words):
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as exit:
            status = exit.code
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    return run


@pytest.fixture
def refused(advnets, tmp_path):
    """refused(*words) is what `train` says of it, having made no run folder."""

    def run(*words, recipe="mnist-demo"):
        complaint = advnets("train", recipe, *TINY, "--steps", "2", "--out", tmp_path / "run", *words).complaint
        assert not (tmp_path / "run").exists()
        assert not [*tmp_path.glob(".*")]
        return complaint

    return run


@pytest.fixture
def without_report(monkeypatch):
    """Runs that draw no report, which takes longer than a tiny run."""
    monkeypatch.setattr("advnets.runs.training.write_report", lambda folder, live: None)


@pytest.fixture(scope="session")
def points(tmp_path_factory):
    """A finished run on points. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("points") / "run"
    assert main(["train", "ring", *TINY, "--steps", "10", "--out", str(path)]) == 0
    return path


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """A finished run on small pictures. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("digits") / "run"
    assert main(["train", "mnist-demo", "--data", "digits", *TINY, "--steps", "10", "--out", str(path)]) == 0
    return path
