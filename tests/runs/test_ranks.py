"""Several processes as one run: they move as one process would, and the loss of one ends the run clearly."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import torch
from tiny import lines, record, tensors

from advnets.errors import BadInput, Stopped
from advnets.runs import ranks
from advnets.runs.folder import RunFolder
from advnets.runs.training import resume

WORDS = [
    *("ring", "--batch-size", "32", "--device", "cpu", "--precision", "float32", "--log.every", "4"),
    *("--nets.generator", "8", "--nets.discriminator", "8", "--prior.dim", "4", "--checkpoints.every", "5", "--samples.every", "100000"),
]
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1"}
TOGETHER = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "-m", "advnets"]
"""What the command torchrun does, without looking for it on the PATH."""


def together(*words):
    """torchrun on a port of its own."""
    return [*TOGETHER[:3], "--rdzv-backend=c10d", "--rdzv-endpoint=localhost:0", *TOGETHER[3:], *map(str, words)]


def run(command):
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=120, check=False)


def test_two_ranks_equal_one_process(tmp_path):
    from advnets.cli import main

    assert main(["train", *WORDS, "--steps", "12", "--out", str(tmp_path / "one")]) == 0
    done = run(together("train", *WORDS, "--steps", 12, "--out", tmp_path / "two"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'two' / 'report.html'}\n"
    assert record(tmp_path / "two")["world"] == 2
    one, two = tensors(tmp_path / "one"), tensors(tmp_path / "two")
    for name in ("weights.safetensors", "average.safetensors"):
        for key, t in one[name].items():
            torch.testing.assert_close(two[name][key], t, rtol=0, atol=1e-6)
    for a, b in zip(lines(tmp_path / "one"), lines(tmp_path / "two"), strict=True):
        names = ["cost/D", "cost/G", "watch/D(x)", "watch/D(G(z))", "watch/V"]
        assert [a[name] for name in names] == pytest.approx([b[name] for name in names], abs=1e-6)
    with pytest.raises(BadInput, match="was started on 2 ranks, not 1; a run goes on as it began"):
        resume(tmp_path / "two", 20)


def signalled(path, number, *ranks):
    """A run of two ranks of which some get a signal once there is a checkpoint: exit status, standard output and error."""
    process = subprocess.Popen(
        together("train", *WORDS, "--steps", 1_000_000, "--out", path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        wait_for(lambda: any((path / "checkpoints").glob("step-*")), process)
        for rank in ranks:
            os.kill(worker(process.pid, rank), number)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err
    finally:
        process.kill()


def test_a_rank_that_dies_ends_the_run_with_a_checkpoint_that_resumes(tmp_path):
    path = tmp_path / "run"
    status, _, told = signalled(path, signal.SIGKILL, 1)
    assert status != 0
    said = [line for line in told.splitlines() if "advnets: error:" in line]
    assert len(said) == 1, told
    assert "a rank was lost" in said[0]
    assert f"advnets resume {path}" in said[0]
    assert RunFolder(path).status()["state"] == "stopped"
    played = tensors(path)["state.pt"]["round"]
    done = run(together("resume", path, "--steps", played + 1))
    assert done.returncode == 0, done.stderr
    assert tensors(path)["state.pt"]["round"] == played + 1


def test_a_run_of_two_ranks_that_is_stopped_says_how_torchrun_goes_on(tmp_path):
    path = tmp_path / "run"
    _, told, _ = signalled(path, signal.SIGINT, 0, 1)
    (line,) = [line for line in told.splitlines() if line.startswith("stopped")]
    assert line.endswith(f"saved; torchrun --nproc-per-node 2 -m advnets resume {path}")


def wait_for(condition, process, seconds=60):
    """Until it holds; the process must live as long."""
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end
        time.sleep(0.05)


def worker(parent, rank):
    """The process of a rank among the children of torchrun."""
    with open(f"/proc/{parent}/task/{parent}/children") as file:
        children = file.read().split()
    for child in children:
        with open(f"/proc/{child}/environ") as file:
            if f"RANK={rank}" in file.read().split("\0"):
                return int(child)
    raise AssertionError("no such rank")


def test_a_batch_that_cannot_be_shared_evenly_is_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(BadInput) as caught:
        ranks.join("cpu", 64)
    assert str(caught.value) == "--batch-size 64: cannot be shared evenly by 3 ranks"


def test_a_rank_that_waits_for_one_that_has_ended_says_so(monkeypatch):
    def barrier():
        raise RuntimeError("Connection closed by peer")

    monkeypatch.setattr(ranks.dist, "barrier", barrier)
    with pytest.raises(Stopped, match="another rank has ended; what it said tells why"):
        ranks.Ranks(1, 2).wait()


DEAF = """
import ctypes, os, signal, threading
from advnets.runs import ranks
ranks.GRACE = 0.2
signal.signal(signal.SIGTERM, lambda number, frame: None)
with ranks.Ranks(0, 2).watched(lambda: print("a rank was lost", flush=True)):
    mutex = ctypes.create_string_buffer(64)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
    for _ in range(2):
        ctypes.CDLL(None).pthread_mutex_lock(mutex)
"""
"""A rank that waits in C for what never comes, where Python's own handlers do not run."""


def test_a_rank_that_waits_in_vain_ends_with_a_last_word():
    done = subprocess.run(
        [sys.executable, "-c", DEAF],
        capture_output=True,
        text=True,
        env=ENVIRONMENT | {"TORCHELASTIC_RUN_ID": "1"},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "a rank was lost\n"), done.stderr


def test_a_signal_that_is_heeded_in_time_has_no_last_word(monkeypatch):
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    monkeypatch.setattr(ranks, "GRACE", 0.3)
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    said = []
    threads = threading.active_count()
    try:
        with ranks.Ranks(0, 2).watched(lambda: said.append("lost")):
            assert threading.active_count() == threads + 1
            os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.4)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (said, threading.active_count(), signal.set_wakeup_fd(-1)) == ([], threads, -1)


def test_one_process_alone_waits_for_nobody(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    alone = ranks.join("cpu", 7)
    assert (alone.rank, alone.world, alone.leads) == (0, 1, True)
    alone.wait()
    assert [alone.any(True), alone.any(False)] == [True, False]


def test_every_rank_has_its_own_gpu(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert ranks.own_device("cuda") == "cuda:3"
    assert (ranks.own_device("cuda:1"), ranks.own_device("cpu")) == ("cuda:1", "cpu")
