import pytest

from advnets.data import Reading


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"size": 0}, ["--data.size 0", "at least 1"]),
        ({"size": 8193}, ["--data.size 8193", "at most 8,192"]),
        ({"fit": "crop"}, ["--data.fit crop", "--data.size"]),
        ({"size": 8, "fit": "squash"}, ["--data.fit squash", "refuse, resize, crop, pad"]),
        ({"colour": "green"}, ["--data.colour green", "as-stored, grey, rgb"]),
        ({"memory": -1.0}, ["--data.memory -1.0", "0 GiB or more"]),
        ({"memory": float("nan")}, ["--data.memory nan"]),
        ({"workers": 0}, ["--data.workers 0", "at least 1"]),
    ],
)
def test_impossible_readings_are_refused(fields, words, refused):
    with refused(*words):
        Reading(**fields)


def test_bytes_kept():
    assert Reading(memory=0.5).bytes_kept == 2**29
