"""Where a run comes from."""

import subprocess

import numpy as np
import pytest

from advnets.data import Reading, open_data
from advnets.runs import provenance


def test_data_have_a_fingerprint(tmp_path):
    points = np.zeros((4, 2), np.float32)
    np.save(tmp_path / "a.npy", points)
    one = provenance.describe(open_data(str(tmp_path / "a.npy")))
    np.save(tmp_path / "a.npy", points + 1)
    other = provenance.describe(open_data(str(tmp_path / "a.npy")))
    assert (one["rows"], one["shape"]) == (4, [2])
    assert one["sha256"] != other["sha256"]
    digits = provenance.describe(open_data("digits"))
    assert (digits["rows"], digits["shape"], digits["skipped"]) == (1797, [1, 8, 8], 0)
    assert digits["sha256"] == provenance.describe(open_data("digits", Reading(flip=True)))["sha256"]
    assert provenance.describe(open_data("ring")) == {"name": "ring", "shape": [2]}


def test_versions_of_what_computes():
    assert all(provenance.versions().values())
    assert provenance.versions().keys() == {"advnets", "torch", "numpy", "python"}


@pytest.mark.parametrize(("changes", "commit"), [("", "abc"), (" M file", "abc+changes")])
def test_the_commit_and_whether_files_differ_from_it(monkeypatch, changes, commit):
    said = {"ls-files": "provenance.py", "rev-parse": "abc", "status": changes}
    monkeypatch.setattr(subprocess, "run", lambda words, **more: subprocess.CompletedProcess(words, 0, said[words[3]] + "\n", ""))
    assert provenance.commit() == commit


@pytest.mark.parametrize("error", [OSError("no git"), subprocess.CalledProcessError(128, "git"), subprocess.TimeoutExpired("git", 10)])
def test_outside_a_checkout_there_is_no_commit(monkeypatch, error):
    def fail(*words, **more):
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    assert provenance.commit() is None


def test_a_tree_without_an_installation_has_no_version(monkeypatch):
    from importlib.metadata import PackageNotFoundError, version

    def missing(name):
        if name == "advnets":
            raise PackageNotFoundError
        return version(name)

    monkeypatch.setattr(provenance, "version", missing)
    assert provenance.versions()["advnets"] == "unknown"
