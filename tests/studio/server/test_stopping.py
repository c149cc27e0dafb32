"""A run in progress can be asked to stop; nothing else can."""

import os
import signal
import subprocess
import sys

import pytest

from advnets.runs.process import alive, identity, listens

STOP = "/api/run/stop?run=digits"
LISTENING = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print(flush=True); signal.pause()"
DEAF = "import signal; print(flush=True); signal.pause()"


@pytest.fixture
def process():
    """process(program) starts a process and waits until it is ready."""
    started = []

    def start(program):
        started.append(subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE))
        started[-1].stdout.readline()
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()
        one.stdout.close()


@pytest.fixture
def stop(client, door):
    """stop() asks the run to stop, as its page does."""
    return lambda: client.post(STOP, headers={"X-Advnets-Token": door.page})


def test_a_run_in_progress_is_asked_to_stop(stop, running, process):
    player = process(LISTENING)
    running(identity(player.pid))
    assert stop().json() == {"asked": "digits"}
    assert player.wait(10) == 7


def test_another_process_with_the_number_of_the_run_s_is_left_alone(stop, running, process):
    player = process(LISTENING)
    running(identity(player.pid) | {"started": 1})
    assert stop().status_code == 422
    assert player.poll() is None


def test_a_process_that_would_die_of_it_is_left_alone(stop, running, process):
    player = process(DEAF)
    running(identity(player.pid))
    answer = stop()
    assert answer.status_code == 422
    assert "does not listen" in answer.json()["error"]
    assert player.poll() is None


@pytest.mark.parametrize("record", [None, {}, [], {"pid": "1"}, {"pid": True}, {"pid": 0}, {"pid": -1}])
def test_a_record_that_names_no_process_stops_nothing(stop, running, record, monkeypatch):
    monkeypatch.setattr("advnets.studio.shelf.stopping.os.kill", lambda *_: pytest.fail("a signal was sent"))
    if isinstance(record, dict):
        record = {"boot": identity()["boot"], "started": 1} | record
    running(record)
    assert stop().status_code == 422


def test_a_run_that_is_done_is_not_stopped(stop):
    assert stop().status_code == 422


def test_stopping_needs_a_post(client):
    assert client.get(STOP).status_code == 405


def test_processes_are_told_apart(process):
    player = process(LISTENING)
    record = identity(player.pid)
    assert record["pid"] == player.pid
    assert alive(record) is True
    assert alive(record | {"boot": "another"}) is None
    assert listens(player.pid, signal.SIGTERM)
    assert not listens(player.pid, signal.SIGUSR1)
    player.kill()
    assert player.wait(10) == -signal.SIGKILL
    assert alive(record) is False
    assert identity()["pid"] == os.getpid()
