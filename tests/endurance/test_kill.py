"""Three kills of the endurance test, one of them inside a write; `python tests/endurance/kill.py` makes a hundred."""

from kill import difference, endure


def test_killed_runs_end_as_if_nothing_had_happened(tmp_path):
    tally = endure(3, ["ring"], seed=5, folder=tmp_path)
    assert (tally.kills, tally.inside_writes) == (3, 1)
    assert tally.identical == tally.runs > 0
    assert not tally.different


def test_a_difference_of_a_bit_is_found():
    import torch

    a = {"x": [torch.tensor([1.0, 2.0]), 3], "log": [{"step": 1}]}
    b = {"x": [torch.tensor([1.0, 2.0]), 3], "log": [{"step": 1}]}
    assert difference(a, b) is None
    b["x"][0][1] += 1e-6
    assert difference(a, b) == ".x.0"
    assert difference(a, {"x": a["x"], "log": []}) == ".log"
    assert difference(a, {"x": a["x"]}, "run") == "run"
    assert difference(torch.zeros(1), torch.zeros(1).double(), "dtype") == "dtype"
