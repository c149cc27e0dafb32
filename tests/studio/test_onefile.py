"""One file from a page, its style sheet and its modules."""

import re
from pathlib import Path

import pytest

from advnets.studio.onefile import GAME, bundled, digest, one_file

PUBLISHED = Path(__file__).resolve().parents[2] / "docs/game/plot.html"
PAGE = '<link rel="stylesheet" href="./a.css"><script type="module" src="./a.js"></script>'


@pytest.fixture
def page(tmp_path):
    """A page of two modules."""
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "a.css").write_text("p { color: red; }")
    (tmp_path / "b.js").write_text("const inner = 1;\nexport function two() {\n  return inner + 1;\n}\nexport default { two };\n")
    (tmp_path / "a.js").write_text('import { two as deux } from "./b.js";\n\nconst inner = deux();\n')
    return tmp_path / "index.html"


def test_the_published_page_is_what_the_modules_give():
    told = "out of date: python -m advnets.studio.onefile docs/game/plot.html"
    assert PUBLISHED.read_text(encoding="utf-8") == one_file(GAME), told


def test_the_documents_embed_the_published_page():
    text = (PUBLISHED.parents[1] / "game.md").read_text()
    assert [PUBLISHED.parents[1] / source for source in re.findall(r'<iframe src="([^"]*)"', text)] == [PUBLISHED]


def test_modules_come_after_what_they_import_and_keep_their_own_names(page):
    program = bundled(page.parent / "a.js")
    assert re.findall(r"const (module_\d)", program) == ["module_0", "module_1"]
    assert "const { two: deux } = module_0;" in program
    assert "return { two };" in program
    assert "export" not in program


def test_the_policy_names_the_style_and_the_program_as_they_stand(page):
    text = one_file(page)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    program = re.search(r'<script type="module">(.*?)</script>', text, re.DOTALL)[1]
    assert f"style-src '{digest(style)}'; script-src '{digest(program)}'" in text
    assert "default-src 'none'" in text


def test_a_page_without_a_module_is_refused(page):
    page.write_text(PAGE.replace("module", "text/javascript"))
    with pytest.raises(ValueError, match=r"index\.html: one style sheet and one module"):
        one_file(page)


@pytest.mark.parametrize("line", ['import all from "./b.js";', "export { inner };", 'import * as b from "./b.js";'])
def test_other_manners_of_import_and_export_are_refused(page, line):
    (page.parent / "a.js").write_text(f"{line}\n")
    with pytest.raises(ValueError, match=r"a\.js: an import or export"):
        one_file(page)
