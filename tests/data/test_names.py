import subprocess
import sys

import pytest

from advnets.data import DENSITIES, NAMES, open_data
from advnets.data.densities import DENSITIES as BUILT
from advnets.data.names import nearest


def test_names_and_readings_are_there_without_torch():
    code = "import sys, advnets.data.names, advnets.data as d; d.Reading(size=8); print('torch' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_every_density_that_is_listed_can_be_built():
    assert list(DENSITIES) == list(BUILT)
    assert [open_data(name).name for name in DENSITIES] == list(DENSITIES)


@pytest.mark.parametrize(("word", "name"), [("mnist5k", "mnist-5k"), ("CIFAR-10", "cifar10"), ("rings", "ring"), ("qqqq", None)])
def test_nearest_name(word, name):
    assert nearest(word) == name


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("fashion-mnits", ["--data fashion-mnits", "did you mean fashion-mnist?"]),
        ("qqqq", ["--data qqqq", *NAMES]),
        ("no/such/folder", ["--data no/such/folder", "no such file or folder"]),
    ],
)
def test_what_is_neither_a_name_nor_a_path_is_refused(source, words, refused):
    with refused(*words):
        open_data(source)


def test_unknown_attribute():
    import advnets.data

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = advnets.data.nothing
