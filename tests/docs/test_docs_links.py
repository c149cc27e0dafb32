"""Links lead somewhere, and every page is in the navigation."""

import pytest
import yaml
from documents import DOCS, DOCUMENTS, PAGES, ROOT, anchors, links


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_relative_links_resolve(file):
    for link in links(file):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT)
        assert not anchor or anchor in anchors(target), f"{link} names no heading"


def named(nav):
    """The files of a navigation, however deep."""
    if isinstance(nav, str):
        return [nav]
    return [file for item in (nav if isinstance(nav, list) else nav.values()) for file in named(item)]


def test_the_navigation_lists_every_page_once():
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    assert sorted(named(nav)) == sorted(str(page.relative_to(DOCS)) for page in PAGES)


def test_pictures_are_pictures():
    from PIL import Image

    for picture in (DOCS / "images").iterdir():
        with Image.open(picture) as image:
            image.verify()
