"""The metric `parzen`: the paper's protocol, what it warns of, and its controls."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from advnets.data import Images, Points, Reading, density, open_data
from advnets.errors import BadInput
from advnets.metrics import measure, parzen, parzen_controls
from advnets.metrics.parzen import SIGMAS
from advnets.metrics.roles import roles
from advnets.metrics.window import log_densities


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def digits() -> Images:
    data = open_data("digits")
    assert isinstance(data, Images)
    return data


@pytest.fixture(scope="module")
def split(digits) -> dict[str, Images]:
    """As for the paper: what is trained on, the rows after it, and others to test."""
    return {
        "reference": digits.select(torch.arange(1000)),
        "validation": replace(digits.select(torch.arange(1000, 1200)), name="digits train[1000:1200]"),
        "held_out": digits.select(torch.arange(1200, 1797)),
    }


def near(images: Images, n: int) -> torch.Tensor:
    """Samples near to a set's pictures, but not at them."""
    return (images.rows(torch.arange(n)) + 0.1 * torch.rand(n, *images.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)


def test_sigma_is_chosen_on_validation_and_the_score_is_of_the_test_pictures(split):
    samples = near(split["reference"], 300)
    value = measure("parzen", samples, **split)
    chosen = log_densities(samples, split["validation"], SIGMAS).mean(0)
    scores = log_densities(samples, split["held_out"], [value["sigma"]])[:, 0].numpy()
    assert value["sigma"] == SIGMAS[int(chosen.argmax())]
    assert value["log_likelihood"] == pytest.approx(scores.mean())
    assert value["standard_error"] == pytest.approx(scores.std() / math.sqrt(len(scores)))
    low, high = value["log_likelihood_interval"]
    assert high - low == pytest.approx(2 * 1.959964 * value["standard_error"])
    assert value["validation"] == {"log_likelihood": chosen.max().item(), "count": 200, "origin": "digits train[1000:1200]"}
    assert value["test"] == {"count": 597, "origin": "held out"}
    assert (value["samples"], value["seed"], value["sigmas"]) == (300, 0, SIGMAS)


def test_without_validation_pictures_some_of_those_held_out_choose_and_are_not_scored(digits, split):
    real = roles(split["reference"], split["held_out"], None, 0)
    assert (len(real.validation), len(real.test)) == (119, 478)  # a fifth, and the rest
    assert (real.validation_origin, real.test_origin) == ("some of those held out", "others of those held out")
    assert torch.equal(real.training.rows(torch.arange(5)), digits.rows(torch.arange(5)))
    both = torch.cat([real.validation.rows(torch.arange(119)), real.test.rows(torch.arange(478))]).flatten(1)
    assert torch.equal(both.sort(0).values, split["held_out"].rows(torch.arange(597)).flatten(1).sort(0).values)


def test_with_nothing_held_out_a_fifth_of_the_set_is_neither_trained_on(digits):
    real = roles(digits, None, None, 0)
    assert (len(real.training), len(real.validation), len(real.test)) == (1442, 71, 284)
    assert real.test_origin == "others of a fifth of the set"


def test_what_follows_a_stretch_serves_for_both_where_there_is_no_test_part(split):
    real = roles(split["reference"], None, split["validation"], 0)
    assert (len(real.training), len(real.validation), len(real.test)) == (1000, 40, 160)
    assert real.validation_origin == "some of digits train[1000:1200]"


def test_no_more_are_used_than_the_protocol_says():
    many = Points(torch.rand(12_000, 1))
    real = roles(many, many, many, 0)
    assert (len(real.validation), len(real.test)) == (1000, 10_000)
    real = roles(many, many, None, 0)
    assert (len(real.validation), len(real.test)) == (1000, 10_000)
    assert not torch.equal(real.test.rows(torch.arange(10)), roles(many, many, None, 1).test.rows(torch.arange(10)))


def test_too_few_samples_are_told(split, capsys):
    value = measure("parzen", near(split["reference"], 300), **split)
    assert value["warnings"] == ["300 samples, not 10,000 as for published numbers; the estimate grows with their number"]
    assert f"parzen: {value['warnings'][0]}\n" in capsys.readouterr().err
    assert parzen.warned(10_000, SIGMAS[4]) == []


@pytest.mark.parametrize(("distance", "edge"), [(0.0, SIGMAS[0]), (3.0, SIGMAS[-1])])
def test_a_sigma_at_the_edge_of_the_grid_is_told(distance, edge, capsys):
    points = 0.01 * torch.rand(60, 2, generator=torch.Generator().manual_seed(0))
    value = measure("parzen", points + distance, Points(points), validation=Points(points), held_out=Points(points))
    assert value["sigma"] == edge
    assert f"parzen: sigma {edge:.3g} is at the edge of the grid from 0.1 to 1: the best may lie outside\n" in capsys.readouterr().err
    assert any("edge of the grid" in warning for warning in value["warnings"])


def test_controls_are_training_pictures_and_centres_scored_alike(split):
    real = roles(**split, seed=0)
    value = measure("parzen", near(split["reference"], 300), **split)
    pictures, centres = value["controls"]["training_pictures"], value["controls"]["k_means"]
    order = torch.randperm(1000, generator=torch.Generator().manual_seed(0))[:300]
    assert pictures["log_likelihood"] == parzen.scored(split["reference"].rows(order), real)["log_likelihood"]
    assert (pictures["count"], centres["count"], centres["clustered"], centres["iterations"]) == (300, 200, 1000, 5)
    noise = measure("parzen", torch.rand(300, 1, 8, 8, generator=torch.Generator().manual_seed(0)), **split)
    assert min(pictures["log_likelihood"], centres["log_likelihood"]) > noise["log_likelihood"] + 10
    assert noise["controls"] == value["controls"]


def test_centres_are_means_of_what_is_nearest_to_them():
    points = torch.cat([torch.zeros(50, 2), torch.ones(50, 2)]) + 0.01 * torch.rand(100, 2, generator=torch.Generator().manual_seed(0))
    centres = parzen_controls.k_means(points, 2, 0)
    assert torch.allclose(centres.sort(0).values, torch.stack([points[:50].mean(0), points[50:].mean(0)]), atol=1e-5)


def test_more_centres_than_different_pictures_are_no_trouble(recwarn):
    assert parzen_controls.k_means(torch.zeros(20, 2), 4, 0).shape == (4, 2)
    assert not recwarn.list


def test_controls_are_kept_and_made_again_where_the_file_is_spoiled(split, cache, capsys):
    samples = near(split["reference"], 300)
    first = measure("parzen", samples, **split)
    assert "k-means, 200 centres of 1,000" in capsys.readouterr().err
    (kept,) = (cache / "controls").iterdir()
    assert measure("parzen", samples, **split) == first
    assert "k-means" not in capsys.readouterr().err
    for spoiled in (b"", b"\xff", b"[1]", b"{}", kept.read_bytes()[:-9], json.dumps({"fingerprint": "other", "controls": {}}).encode()):
        kept.write_bytes(spoiled)
        assert measure("parzen", samples, **split) == first
        assert json.loads(kept.read_bytes())["controls"] == first["controls"]


def test_a_cache_that_cannot_be_written_costs_only_time(split, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path / "file"))
    assert measure("parzen", near(split["reference"], 300), **split)["controls"]
    assert "cannot be kept there" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["training", "validation", "test", "count", "seed"])
def test_other_data_or_settings_have_other_controls(change, split):
    real = roles(**split, seed=0)
    settings = {"count": 300, "seed": 0}

    def fingerprint() -> str:
        return parzen_controls.fingerprint(parzen_controls.clustered(real.training, 0), real, **settings)

    before = fingerprint()
    assert fingerprint() == before
    if change in settings:
        settings[change] += 1
    else:
        data = getattr(real, change)
        pixels = data.pixels.clone()
        pixels[-1, 0, 0, 0] ^= 1
        real = replace(real, **{change: replace(data, pixels=pixels)})
    assert fingerprint() != before


def test_points_have_a_likelihood_too(cache):
    draw = density("gaussian").sample
    points = [Points(draw(n, torch.Generator().manual_seed(n))) for n in (400, 100, 300)]
    value = measure("parzen", draw(500, torch.Generator().manual_seed(1)), points[0], validation=points[1], held_out=points[2])
    entropy = 0.5 * math.log(2 * math.pi * math.e * 0.5**2)
    assert value["log_likelihood"] == pytest.approx(-entropy, abs=0.15)


def test_pictures_read_from_disk_count_as_those_in_memory(tmp_path, cache, known: Images):
    from PIL import Image

    for n, row in enumerate(known.pixels[:60]):
        Image.fromarray(row[0].numpy()).save(tmp_path / f"{n:04}.png")
    streamed, kept = (open_data(str(tmp_path), Reading(memory=memory)) for memory in (0, 2))
    samples = known.rows(torch.arange(60, 90))
    assert measure("parzen", samples, streamed) == measure("parzen", samples, kept)


BAD = {
    "another shape": (lambda s: s[..., :7], {}, "shape 1x8x7, but digits is of shape 1x8x8"),
    "NaN": (lambda s: s.index_fill(0, torch.tensor([3]), torch.nan), {}, "1 of 20 hold NaN"),
    "none": (lambda s: s[:0], {}, "metric parzen needs at least 1, not 0"),
    "a density": (lambda s: torch.rand(9, 2), {"reference": density("ring")}, "ring: metric parzen needs pictures or points"),
    "held out, a density": (lambda s: s, {"held_out": density("ring")}, "ring: metric parzen needs pictures or points"),
    "held out of another shape": (lambda s: s, {"held_out": Points(torch.rand(20, 2))}, "points: of shape 2, but digits is of shape 1x8x8"),
    "too few held out": (lambda s: s, {"held_out": "9"}, "metric parzen needs 10 examples held out, not 9"),
    "points at the end of the world": (
        lambda s: 1e25 * torch.eye(20, 40),
        dict.fromkeys(("reference", "validation", "held_out"), Points(torch.rand(20, 40))),
        "overflow float32",
    ),
}


@pytest.mark.parametrize("row", BAD)
def test_bad_input_is_one_line(row, split, cache):
    spoil, changes, message = BAD[row]
    changes = {key: split["held_out"].select(torch.arange(9)) if value == "9" else value for key, value in changes.items()}
    with pytest.raises(BadInput, match=message) as error:
        measure("parzen", spoil(split["reference"].rows(torch.arange(20))), **(split | changes))
    assert "\n" not in str(error.value)
