"""What all metrics have in common: plain values, the same again for the same seed, one line for bad input."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from advnets.data import Images, Points, Reading, density, open_data
from advnets.errors import BadInput
from advnets.metrics import METRICS, measure, official_test
from advnets.metrics.measuring import FUNCTIONS


@pytest.fixture(scope="module")
def samples(bands) -> torch.Tensor:
    return bands(150, seed=7).rows(torch.arange(150))


OF_PICTURES = [name for name in METRICS if name != "modes"]


def test_names_and_functions_agree():
    assert METRICS.keys() == FUNCTIONS.keys()


def test_names_need_no_torch():
    code = "import sys, advnets.metrics.names; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", OF_PICTURES)
def test_values_are_plain_and_the_same_again_and_the_random_state_stays(name, samples, known: Images):
    measure(name, samples, known)
    state = torch.random.get_rng_state()
    first, again = (json.dumps(measure(name, samples, known, seed=3), allow_nan=False) for _ in range(2))
    assert first == again
    assert torch.equal(torch.random.get_rng_state(), state)
    assert json.loads(first)["samples"] == 150


@pytest.mark.parametrize("name", ["neighbours", "frechet"])
def test_another_seed_resamples_anew(name, samples, known: Images):
    assert measure(name, samples, known, seed=0) != measure(name, samples, known, seed=1)


def test_measuring_works_inside_inference_mode_and_leaves_no_graph(samples, known: Images):
    fresh = replace(known, pixels=known.pixels.flip(-1))  # another fingerprint: trained here
    with torch.inference_mode():
        inside = measure("classes", samples, fresh)
    assert inside == measure("classes", samples.clone().requires_grad_(), fresh)


def changed(**changes):
    return lambda samples, known: (samples, replace(known, **changes))


BAD = {
    "unknown metric": ("frechett", lambda s, k: (s, k), "did you mean frechet"),
    "unknown and like none": ("zzz", lambda s, k: (s, k), "the metrics are neighbours, classes, frechet"),
    "another shape": ("neighbours", lambda s, k: (s[..., :7], k), "shape 1x8x7, but bands is of shape 1x8x8"),
    "bytes": ("neighbours", lambda s, k: ((s * 255).byte(), k), "floating point"),
    "NaN": ("neighbours", lambda s, k: (s.clone().index_fill_(0, torch.tensor([3]), torch.nan), k), "1 of 150 hold NaN"),
    "infinity": ("classes", lambda s, k: (s.clone().index_fill_(0, torch.tensor([3, 4]), torch.inf), k), "2 of 150 hold NaN or infinity"),
    "outside [0, 1]": ("classes", lambda s, k: (s * 2 - 1, k), r"must lie in \[0, 1\], not \[-1, 1\]"),
    "no samples": ("neighbours", lambda s, k: (s[:0], k), "at least 10, not 0"),
    "too few for neighbours": ("neighbours", lambda s, k: (s[:9], k), "at least 10, not 9"),
    "too few for classes": ("classes", lambda s, k: (s[:9], k), "at least 10, not 9"),
    "too few for frechet": ("frechet", lambda s, k: (s[:127], k), "at least 128, not 127"),
    "no labels (classes)": ("classes", changed(labels=None, classes=()), "bands: has no labels"),
    "no labels (frechet)": ("frechet", changed(labels=None, classes=()), "bands: has no labels"),
    "one class": ("classes", lambda s, k: (s, k.select((k.labels == 1).nonzero().squeeze(1))), "two classes or more"),
    "too small a set": ("classes", lambda s, k: (s, k.select(torch.arange(12))), "needs 10 pictures held out, not 0"),
    "too small a part held out": ("frechet", lambda s, k: (s, k.select(torch.arange(45))), "needs 10 pictures held out, not 9"),
    "too few real ones": ("neighbours", lambda s, k: (s, k.select(torch.arange(9))), "at least 10 real examples, not 9"),
    "points have no classes": ("classes", lambda s, k: (torch.randn(20, 2), Points(torch.randn(20, 2))), "labelled pictures in memory"),
    "a density has no neighbours": ("neighbours", lambda s, k: (torch.randn(20, 2), density("ring")), "ring: .* not a density"),
    "a density has no classes": ("frechet", lambda s, k: (torch.randn(200, 2), density("ring")), "not a density"),
    "tiny pictures": ("classes", lambda s, k: (s[..., :7], replace(k, pixels=k.pixels[..., :7])), "sides of 8 pixels or more"),
}


@pytest.mark.parametrize("row", BAD)
def test_bad_input_is_one_line(row, samples, known: Images):
    name, spoil, message = BAD[row]
    with pytest.raises(BadInput, match=message) as error:
        measure(name, *spoil(samples, known))
    assert "\n" not in str(error.value)


def test_what_is_held_out_must_be_alike(samples, known: Images, bands):
    other = bands(60, seed=1)
    with pytest.raises(BadInput, match="other classes"):
        measure("classes", samples, known, held_out=replace(other, classes=("a", "b", "c")))
    for name in ("classes", "neighbours"):
        with pytest.raises(BadInput, match="of shape 1x8x4, but bands is of shape 1x8x8"):
            measure(name, samples, known, held_out=replace(other, pixels=other.pixels[..., :4]))


def test_a_set_with_a_test_part_gives_it(tmp_path: Path):
    pixels = np.arange(3 * 64, dtype=np.uint8).reshape(3, 8, 8)
    np.savez(tmp_path / "both.npz", x_train=pixels, x_test=pixels[:2])
    test = official_test(str(tmp_path / "both.npz"))
    assert isinstance(test, Images)
    assert len(test) == 2
    assert official_test("mnist-5k") is None
    assert official_test("ring") is None
    assert official_test("mnist", Reading(), root=tmp_path) is None


@pytest.mark.parametrize("name", OF_PICTURES)
def test_streamed_pictures(name, samples, known: Images, tmp_path: Path):
    for n, (row, label) in enumerate(zip(known.pixels[:60], known.labels[:60].tolist(), strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray(row[0].numpy()).save(tmp_path / str(label) / f"{n:04}.png")
    streamed, kept = open_data(str(tmp_path), Reading(memory=0)), open_data(str(tmp_path))
    if name in ("neighbours", "parzen"):
        assert measure(name, samples, streamed) == measure(name, samples, kept)
    else:
        with pytest.raises(BadInput, match=r"--data\.memory"):
            measure(name, samples, streamed)
