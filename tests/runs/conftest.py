"""A finished run to look at, and ways to end one early."""

import signal

import pytest
from tiny import RING, Killed

from advnets.runs import training
from advnets.runs.live import Live


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished tiny run. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("finished") / "ring"
    training.train(RING, path)
    return path


@pytest.fixture
def without_report(monkeypatch):
    """Runs that draw no report, which takes longer than a tiny run."""
    monkeypatch.setattr(training, "write_report", lambda folder, live: None)


@pytest.fixture
def killed_at(monkeypatch):
    """killed_at(n) ends the process, as it were, when n rounds were played; killed_at(None) lets it live."""
    whole = Live.play_round

    def at(rounds):
        def play_round(live):
            if live.round == rounds:
                raise Killed
            return whole(live)

        monkeypatch.setattr(Live, "play_round", play_round)

    return at


@pytest.fixture
def interrupted_at(monkeypatch):
    """interrupted_at(n) presses Ctrl-C in the round after n; interrupted_at(None) does not."""
    whole = Live.play_round

    def at(rounds):
        def play_round(live):
            if live.round == rounds:
                signal.raise_signal(signal.SIGINT)
            return whole(live)

        monkeypatch.setattr(Live, "play_round", play_round)

    return at
