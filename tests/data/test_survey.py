import numpy as np
import pytest

from advnets.data import Density, Reading, Streamed, survey


def test_a_folder(cats_and_dogs, noise):
    seen = survey(str(cats_and_dogs))
    assert (seen.kind, seen.count, seen.modes, seen.sizes) == ("picture folder", 12, {"RGB": 12}, {(8, 6): 12})
    assert (seen.labels, seen.bad, seen.problem, seen.peaks) == ({"cat": 7, "dog": 5}, (), None, None)
    pixels = noise(12, 6, 8, 3) / 255
    assert seen.figures is not None
    assert (seen.figures.shape, seen.figures.dtype) == ((3, 6, 8), "uint8")
    assert (seen.figures.low, seen.figures.high) == (pixels.min() * 255, pixels.max() * 255)
    assert seen.figures.mean == pytest.approx(pixels.mean((0, 1, 2)))
    assert seen.figures.std == pytest.approx(pixels.std((0, 1, 2)))


@pytest.mark.parametrize("memory", [2.0, 0.0])
def test_bad_files_and_duplicates_are_told(cats_and_dogs, memory):
    (cats_and_dogs / "dog" / "twin.png").write_bytes((cats_and_dogs / "cat" / "01.png").read_bytes())
    (cats_and_dogs / "dog" / "notes.txt").write_text("notes")
    (cats_and_dogs / "dog" / "torn.png").write_bytes((cats_and_dogs / "cat" / "01.png").read_bytes()[:-60])
    (cats_and_dogs / "loose.png").write_bytes((cats_and_dogs / "cat" / "02.png").read_bytes())
    seen = survey(str(cats_and_dogs), Reading(memory=memory))
    assert seen.figures is not None
    assert (seen.count, seen.figures.duplicates) == (13, 1)
    assert sorted(file.rsplit("/", 1)[1] for file, _ in seen.bad) == ["loose.png", "notes.txt", "torn.png"]
    assert seen.problem is not None
    assert "3 of its 16 files" in seen.problem
    assert "--skip-bad-files" in seen.problem
    assert isinstance(seen.data, Streamed) == (memory == 0)
    assert survey(str(cats_and_dogs), Reading(memory=memory, skip_bad_files=True)).problem is None


def test_mixed_sizes_and_colours_are_told(cats_and_dogs, png, noise):
    (cats_and_dogs / "dog" / "wide.png").write_bytes(png(noise(5, 20)))
    (cats_and_dogs / "dog" / "notes.txt").write_text("notes")
    seen = survey(str(cats_and_dogs))
    assert (seen.count, seen.figures, seen.data) == (None, None, None)
    assert seen.modes == {"RGB": 12, "L": 1}
    assert seen.sizes == {(8, 6): 12, (20, 5): 1}
    assert [file.rsplit("/", 1)[1] for file, _ in seen.bad] == ["notes.txt"]
    assert seen.problem is not None
    assert "--data.fit" in seen.problem
    fitted = survey(str(cats_and_dogs), Reading(size=8, fit="crop", colour="grey", skip_bad_files=True))
    assert (fitted.count, fitted.problem) == (13, None)


def test_a_named_set():
    seen = survey("digits", split="held-out")
    assert (seen.kind, seen.count, len(seen.labels), seen.modes) == ("named set", 355, 10, {})
    assert sum(seen.labels.values()) == 355


def test_points(tmp_path):
    np.save(tmp_path / "points.npy", np.array([[0.0, 1.0], [2.0, 5.0], [0.0, 1.0]]))
    figures = survey(str(tmp_path / "points.npy")).figures
    assert figures is not None
    assert (figures.shape, figures.dtype, figures.low, figures.high, figures.duplicates) == ((2,), "float32", 0, 5, 1)
    assert figures.mean == pytest.approx((2 / 3, 7 / 3))


@pytest.mark.parametrize(("name", "peaks"), [("ring", 8), ("swiss-roll", None)])
def test_a_density(name, peaks):
    seen = survey(name)
    assert (seen.kind, seen.count, seen.peaks) == ("density", None, peaks)
    assert isinstance(seen.data, Density)
    assert seen.figures is not None
    assert seen.figures.shape == (2,)


def test_what_is_not_there(refused, tmp_path):
    with refused("did you mean ring?"):
        survey("rings")
    with refused("empty folder"):
        survey(str(tmp_path))
