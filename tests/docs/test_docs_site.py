"""The site builds without a warning, and needs nothing from elsewhere."""

import re
import shutil
import subprocess
import sys
from importlib import import_module
from inspect import isclass, isfunction
from pathlib import Path

import pytest
from documents import PAGES, ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A place beside the repository in which the site was built, and what the builder said."""
    place = tmp_path_factory.mktemp("site")
    for name in ("docs", "src", "examples"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy(ROOT / "mkdocs.yml", place)
    words = [str(Path(sys.executable).with_name("zensical")), "build", "--clean", "--strict"]
    return place, subprocess.run(words, cwd=place, capture_output=True, text=True)


def test_the_site_builds_without_a_warning(built):
    _, result = built
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    assert "No issues found" in said
    assert "griffe:" not in said


def test_every_page_was_built_and_includes_what_it_names(built):
    place, _ = built
    assert len(list((place / "site").rglob("index.html"))) == len(PAGES)
    for page in (place / "site").rglob("*.html"):
        assert "--8<--" not in page.read_text()


def test_pages_load_nothing_from_elsewhere(built):
    place, _ = built
    for page in (place / "site").rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|img|iframe|source)[^>]*\ssrc=\"(?:https?:)?//[^\"]*|<link[^>]*\shref=\"(?:https?:)?//[^\"]*", page.read_text()
        )
        assert loaded == [], page


@pytest.mark.parametrize("room", ["advnets", "advnets.core", "advnets.dynamics", "advnets.experiment", "advnets.data", "advnets.metrics"])
def test_the_reference_has_every_public_function_and_class(room, built):
    place, _ = built
    pages = "".join(page.read_text() for page in (place / "site/reference").rglob("*.html"))
    module = import_module(room)
    public = [getattr(module, name) for name in module.__all__]
    documented = [thing for thing in public if isclass(thing) or isfunction(thing)]
    assert documented
    assert [thing for thing in documented if f'id="{thing.__module__}.{thing.__qualname__}"' not in pages] == []
