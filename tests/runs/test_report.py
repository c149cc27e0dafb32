"""The report is one page that needs nothing else."""

import re
import shutil
from base64 import b64decode

import pytest
from PIL import Image
from tiny import DIGITS, changed

from advnets.errors import BadInput
from advnets.experiment import Metrics, Samples
from advnets.runs.folder import RunFolder
from advnets.runs.report import write_report
from advnets.runs.training import train


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run on pictures, measured once."""
    import dataclasses

    path = tmp_path_factory.mktemp("report") / "run"
    train(dataclasses.replace(DIGITS, steps=6, samples=Samples(3, 9), metrics=Metrics(("neighbours",), 6, 20)), path)
    return path


def test_the_page_needs_no_other_file(run):
    html = (run / "report.html").read_text()
    assert not re.search(r"https?://", html)
    assert not re.search(r"<(script|link|iframe|object)", html)
    sources = re.findall(r'src="([^"]*)"', html)
    assert len(sources) == 4
    assert all(source.startswith("data:image/") for source in sources)


def test_the_pictures_are_those_of_the_folder(run):
    html = (run / "report.html").read_text()
    contents = {b64decode(data) for data in re.findall(r'base64,([^"]*)"', html)}
    files = [run / "samples" / "00000006.png", run / "samples.gif", run / "nearest.png", run / "curves.svg"]
    assert contents == {file.read_bytes() for file in files}


def test_the_animation_has_a_frame_for_every_picture(run):
    with Image.open(run / "samples.gif") as animation:
        assert animation.n_frames == 3


def test_the_page_says_what_was_done(run):
    html = (run / "report.html").read_text()
    for words in ("6 of 6 (done)", "digits", "Nearest neighbours", "Measurements", "step 6", "1×8×8"):
        assert words in html, words


def test_words_from_outside_are_escaped(tmp_path, without_report):
    train(changed(recipe="<script>alert(1)</script>", steps=1), tmp_path / "run")
    write_report(RunFolder(tmp_path / "run"))
    html = (tmp_path / "run" / "report.html").read_text()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_it_can_be_drawn_again(run, tmp_path):
    again = shutil.copytree(run, tmp_path / "run")
    for name in ("report.html", "nearest.png", "samples.gif", "curves.svg"):
        (again / name).unlink()
    write_report(RunFolder(again))
    for name in ("nearest.png", "samples.gif", "curves.svg", "report.html"):
        assert (again / name).read_bytes() == (run / name).read_bytes(), name


def test_an_unfinished_run_has_a_report_too(tmp_path, killed_at):
    from tiny import Killed

    killed_at(2)
    with pytest.raises(Killed):
        train(changed(), tmp_path / "run")
    write_report(RunFolder(tmp_path / "run"))
    assert "of 20 (running)" in (tmp_path / "run" / "report.html").read_text()


def test_there_is_no_report_of_what_is_no_run(tmp_path):
    with pytest.raises(BadInput, match="not a run folder"):
        write_report(RunFolder(tmp_path))
