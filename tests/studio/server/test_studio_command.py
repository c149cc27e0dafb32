"""The verb `studio`: one line for what is wrong, and where the studio is."""

import socket
import sys
from pathlib import Path

import pytest

from advnets import cli
from advnets.studio.serving import Ready, address_of, listen, ready


@pytest.fixture
def complaint(capsys):
    """complaint(*words) is the one line that the verb says."""

    def run(*words):
        assert cli.main(["studio", *map(str, words)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        return err

    return run


@pytest.mark.parametrize("missing", ["uvicorn", "websockets", "advnets.studio.app"])
def test_without_the_extra_it_says_how_to_install_it(complaint, monkeypatch, missing, tmp_path):
    monkeypatch.setitem(sys.modules, missing, None)  # importing it is then an ImportError, as it is where Starlette is missing
    assert 'studio: needs an extra; pip install "advnets[studio]"' in complaint("--runs", tmp_path, "--port", 0)


def test_without_plotly_too(complaint, monkeypatch, tmp_path):
    monkeypatch.setattr("advnets.studio.pages.find_spec", lambda name: None)
    assert "pip install" in complaint("--runs", tmp_path, "--port", 0)


def test_what_cannot_be_served_is_one_line(complaint, tmp_path):
    (tmp_path / "file").write_text("")
    assert "is a file" in complaint("--runs", tmp_path / "file")
    assert "--port 70000" in complaint("--port", 70000)
    assert "--host" in complaint("--host", "192.0.2.7", "--port", 0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "another port" in complaint("--port", taken.getsockname()[1])


def test_it_listens_on_loopback_and_prints_its_address(tmp_path):
    studio = ready(tmp_path, tmp_path, 0, None)
    assert studio.address.startswith("http://127.0.0.1:")
    assert "token" not in studio.address


def test_elsewhere_it_prints_a_token(tmp_path):
    assert "/?token=" in ready(tmp_path, tmp_path, 0, "0.0.0.0").address


def test_addresses_of_six_parts_are_put_in_brackets():
    try:
        listener = listen("::1", 0)
    except ValueError:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert address_of(listener, "::1", None).startswith("http://[::1]:")


def test_the_verb_says_where_and_runs(capsys, monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr("advnets.studio.serving.ready", lambda *words: Ready(f"at {words}", lambda: ran.append(words)))
    assert cli.main(["studio", "--runs", str(tmp_path), "--port", "7"]) == 0
    assert ran == [(tmp_path, Path("results"), 7, None)]
    assert f"at {ran[0]}" in capsys.readouterr().out
