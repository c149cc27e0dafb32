"""Writing at once: whatever goes wrong, a reader finds the old file or the new one, and nothing half-written stays."""

import builtins
import errno
import json
import os
import shutil

import pytest
from tiny import RING, same_runs

from advnets.runs import checkpoints, files
from advnets.runs.files import append_line, clean, cut_lines, new_folder, read_lines, remove_folder, write, write_json
from advnets.runs.sampling import load
from advnets.runs.training import resume, train


class Full:
    """A file on a disk that is full after so many bytes."""

    def __init__(self, file, room):
        self.file, self.room = file, room

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, content):
        self.file.write(content[: self.room])
        if len(content) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.file.name)


@pytest.fixture
def full_for(monkeypatch):
    """full_for(words): the disk is full for files whose path holds all these words."""

    def full(*words, room=10):
        def opened(path, *args, **more):
            file = builtins.open(path, *args, **more)  # noqa: SIM115  the caller closes it
            return Full(file, room) if all(word in str(path) for word in words) else file

        monkeypatch.setattr(files, "open", opened, raising=False)

    return full


def names(folder):
    return sorted(file.name for file in folder.rglob("*"))


def test_a_file_is_replaced_at_once(tmp_path):
    write(tmp_path / "a", b"old")
    write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_a_full_disk_leaves_the_old_file(tmp_path, full_for):
    write(tmp_path / "a", b"old")
    full_for("a", room=2)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_rename_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    write(tmp_path / "a", b"old")

    def refuse(source, target):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(target))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="Read-only"):
        write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_place_that_takes_no_files_is_named_by_the_file(tmp_path):
    (tmp_path / "plain").write_text("no folder")
    with pytest.raises(OSError, match="Not a directory") as caught:
        write(tmp_path / "plain" / "a", b"new")
    assert caught.value.filename == str(tmp_path / "plain" / "a")


def test_what_is_written_reaches_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    order = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("sync"), sync(handle))[1])
    monkeypatch.setattr(os, "replace", lambda *paths: (order.append("rename"), replace(*paths))[1])
    write(tmp_path / "a", b"x")
    with new_folder(tmp_path / "b") as folder:
        (folder / "c").write_bytes(b"x")
    assert order == ["sync", "rename", "sync", "sync", "rename", "sync"]


def test_a_new_folder_appears_when_it_is_complete(tmp_path):
    with new_folder(tmp_path / "deep" / "a") as folder:
        (folder / "x").write_text("x")
        assert not (tmp_path / "deep" / "a").exists()
    assert names(tmp_path) == ["a", "deep", "x"]
    failed = new_folder(tmp_path / "b")
    (failed.__enter__() / "x").write_text("x")
    assert not failed.__exit__(RuntimeError, RuntimeError(), None)
    assert names(tmp_path) == ["a", "deep", "x"]


def test_a_folder_is_removed_with_all_it_holds(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_text("x")
    remove_folder(tmp_path / "a")
    assert not names(tmp_path)


def test_a_removal_that_is_cut_short_has_taken_the_name_already(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()

    def dies(path):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", dies)
        with pytest.raises(KeyboardInterrupt):
            remove_folder(tmp_path / "a")
    assert not (tmp_path / "a").exists()
    clean(tmp_path)
    assert not names(tmp_path)


def test_cleaning_takes_only_what_is_half_written(tmp_path):
    for path in (".a.1.part", "b/.c.2.part", "b/.d.3.part/.e.4.part", "b/kept.part", ".kept", "b/kept"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    clean(tmp_path)
    assert names(tmp_path) == [".kept", "b", "kept", "kept.part"]


def test_lines_are_added_one_by_one_and_a_torn_last_one_is_left_out(tmp_path):
    log = tmp_path / "log.jsonl"
    assert read_lines(log) == []
    for step in range(3):
        append_line(log, {"step": step})
    with log.open("ab") as file:
        file.write(b'{"step": 3')
    assert read_lines(log) == [{"step": step} for step in range(3)]
    cut_lines(log, 1)
    assert log.read_bytes() == b'{"step": 0}\n{"step": 1}\n'
    cut_lines(tmp_path / "none.jsonl", 1)
    assert names(tmp_path) == ["log.jsonl"]


def test_json_is_written_for_people_too(tmp_path):
    write_json(tmp_path / "a.json", {"b": [1, None]})
    assert json.loads((tmp_path / "a.json").read_text()) == {"b": [1, None]}
    assert (tmp_path / "a.json").read_text().endswith("]\n}\n")


@pytest.mark.parametrize("name", ["weights.safetensors", "average.safetensors", "state.pt"])
def test_a_disk_that_fills_up_in_a_checkpoint_leaves_the_one_before(tmp_path, finished, full_for, without_report, name):
    full_for("step-00000010", name)
    with pytest.raises(OSError, match="No space left"):
        train(RING, tmp_path / "run")
    assert checkpoints.steps(tmp_path / "run" / "checkpoints") == [5]
    assert load(tmp_path / "run").step == 5
    assert not [*(tmp_path / "run").rglob("*.part")]
    full_for("nothing")
    resume(tmp_path / "run")
    same_runs(finished, tmp_path / "run")


def test_a_disk_that_fills_up_in_the_log_tears_no_line_that_is_read(tmp_path, finished, full_for, without_report):
    full_for("log.jsonl", room=30)
    with pytest.raises(OSError, match="No space left"):
        train(RING, tmp_path / "run")
    full_for("nothing")
    resume(tmp_path / "run")
    same_runs(finished, tmp_path / "run")
