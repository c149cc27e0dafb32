"""What a user sees of a run that is under way: a bar, or lines now and then; on standard error."""

import io
import time

import pytest
from rich.console import Console

from advnets.runs.progress import Bar, Lines, Silent, left, progress


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (45, "45 s"), (180, "3 min"), (80 * 60, "80 min"), (3600 * 2 + 20 * 60, "2 h 20 min")]
)
def test_durations_in_words(seconds, words):
    assert left(seconds) == words


def test_a_line_every_few_seconds_and_one_at_the_end(monkeypatch, capsys):
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with Lines(start=10, total=20, images=64, every=3.0) as lines:
        for round in range(11, 21):
            clock[0] += 1
            lines.step(round, "V -1.386" if round == 12 else "")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "step 13/20  64 images/s, 7 s left  V -1.386",
        "step 16/20  64 images/s, 4 s left  V -1.386",
        "step 19/20  64 images/s, 1 s left  V -1.386",
        "step 20/20  64 images/s  V -1.386",
    ]


def test_the_bar_shows_steps_speed_and_what_is_said(capsys):
    bar = Bar(start=0, total=4, images=8)
    screen = io.StringIO()
    with bar:
        bar.step(2, "V -1.2")
        bar.say("[best] so far")
        bar.step(4)
    task = bar.progress.tasks[0]
    Console(file=screen, width=200).print(bar.progress.get_renderable())
    assert (task.completed, task.total, task.fields["note"]) == (4, 4, "V -1.2")
    assert "images/s" in screen.getvalue()
    assert "4/4" in screen.getvalue()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "[best] so far" in captured.err


def test_the_fitting_one_is_chosen(monkeypatch):
    assert type(progress(False, 0, 5, 8)) is Silent
    for terminal, kind in ((True, Bar), (False, Lines)):
        monkeypatch.setattr("sys.stderr.isatty", lambda terminal=terminal: terminal, raising=False)
        assert type(progress(True, 0, 5, 8)) is kind


def test_ranks_that_do_not_lead_are_silent(capsys):
    with Silent() as silent:
        silent.step(1, "x")
        silent.say("x")
    assert capsys.readouterr() == ("", "")
