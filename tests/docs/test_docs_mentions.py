"""What there is, the documents mention; what they say of versions, licence and fields is so."""

import dataclasses
import re
import tomllib

import pytest
import torch
import yaml
from documents import DOCS, DOCUMENTS, PAGES, ROOT, prose
from experiment_tables import rows

from advnets import __all__ as public
from advnets.data import Images, density
from advnets.data.names import DENSITIES, NAMES, SPLITS
from advnets.metrics import METRICS, measure
from advnets.recipes import RECIPES, recipe
from advnets.runs.building import Means
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("name", [*RECIPES, *NAMES, *METRICS])
def test_the_readme_and_the_docs_mention_every_name(name):
    assert f"`{name}`" in (ROOT / "README.md").read_text()
    assert any(f"`{name}`" in page.read_text() for page in PAGES)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_has_a_page_that_shows_its_code(name):
    page = (DOCS / f"recipes/{name}.md").read_text()
    assert f'--8<-- "src/advnets/recipes/{name.replace("-", "_")}.py"' in page
    assert f"advnets train {name}" in page


@pytest.mark.parametrize("name", DENSITIES)
def test_every_density_has_its_formula(name):
    assert f"| `{name}` |" in (DOCS / "data/densities.md").read_text()


@pytest.mark.parametrize("split", SPLITS)
def test_every_split_is_explained(split):
    assert f"| `{split}` |" in (DOCS / "data/names.md").read_text()


@pytest.mark.parametrize("row", dict.fromkeys(rows()))
def test_every_field_and_kind_of_an_experiment_is_in_its_table(row):
    assert row in (DOCS / "fields.md").read_text().splitlines()


def test_the_field_page_shows_no_other_rows():
    shown = [line for line in (DOCS / "fields.md").read_text().splitlines() if line.startswith("| `--")]
    assert set(shown) == set(rows())


@pytest.mark.parametrize("name", public)
def test_public_names_are_in_the_docs(name):
    assert any(name in page.read_text() for page in PAGES)


def two_kinds(n):
    """Dark and bright pictures, labelled."""
    generator = torch.Generator().manual_seed(n)
    bright = torch.arange(n) % 2
    pixels = (torch.rand(n, 1, 8, 8, generator=generator) * 100 + 120 * bright[:, None, None, None]).to(torch.uint8)
    return Images(pixels, bright, ("dark", "bright"), "two-kinds")


def keys(values):
    """The names of all values, however deep, but not those of classes."""
    found = set()
    for key, value in values.items():
        found.add(key)
        if isinstance(value, dict) and "shares" not in key:
            found |= keys(value)
    return {key for key in found if not key.endswith("_interval")}


@pytest.mark.parametrize("metric", METRICS)
def test_every_measured_value_is_explained(metric, tmp_path, monkeypatch):
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path))
    real = density("ring") if metric == "modes" else two_kinds(60)
    samples = real.sample(150) if metric == "modes" else two_kinds(150).rows(torch.arange(150))
    page = (DOCS / "metrics.md").read_text()
    assert [key for key in keys(measure(metric, samples, real)) if f"`{key}`" not in page] == []


LOGGED = ("step", "images", "images_per_second", "cost/D", "cost/G", "gradient/D", "gradient/G", "watch/D(x)", "watch/D(G(z))", "watch/V")


@pytest.mark.parametrize("page", ["runs.md", *(f"recipes/{name}.md" for name in RECIPES)])
def test_every_logged_value_is_explained(page, logged):
    assert set(LOGGED) == logged
    assert [value for value in LOGGED if f"`{value}`" not in (DOCS / page).read_text()] == []


@pytest.fixture(scope="module")
def logged():
    """The names of the values in a line of the log."""
    x = dataclasses.replace(recipe("ring"), batch_size=4, precision="float32")
    live = assemble(x, Means("cpu", "float32", compile=False, threads=1), Ranks())
    return set(live.line(live.play_round(), 0))


def test_one_version_everywhere():
    version = PROJECT["version"]
    assert f"\n## {version}\n" in (ROOT / "CHANGELOG.md").read_text()
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == version
    assert citation["license"] == PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License\n")


def test_documents_are_calm_and_name_no_machine():
    for file in DOCUMENTS:
        text = prose(file)
        assert not re.search(r"!(?!\[|--)", text), f"{file}: an exclamation mark"
        assert not re.search(r"/(work|home|root|tmp)/", text), f"{file}: a path of one machine"
