"""The constructed models of `evaluation-is-hard`, and the figure of `counting`."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from advnets.reproduce.claims import Setting
from advnets.reproduce.tutorial.evaluation import apart, draw_counts, windowed


def test_samples_of_a_window_lie_about_its_centres():
    centres = torch.tensor([0.3, 0.7])[:, None, None, None].expand(2, 1, 20, 20)
    x = windowed(centres, 0.02, 200, torch.Generator().manual_seed(0))
    means = x.mean((1, 2, 3))
    assert set(means.mul(10).round().tolist()) == {3, 7}
    assert x.sub(means[:, None, None, None]).std().item() == pytest.approx(0.02, rel=0.02)
    wide = windowed(centres, 1.0, 50, torch.Generator().manual_seed(0))
    assert (float(wide.min()), float(wide.max())) == (0, 1)


def test_numbers_are_apart_with_their_whole_intervals():
    low, high = {"interval": [0.0, 1.0]}, {"interval": [1.1, 2.0]}
    assert apart(low, high)
    assert not apart(high, low)
    assert not apart(low, {"interval": [0.9, 2.0]})


def test_samples_with_a_wrong_number_are_framed(tmp_path: Path):
    samples = torch.zeros(64, 1, 28, 28)
    samples[0, :, 4:8, 4:8] = 1
    setting = Setting(0, "quick", None, tmp_path, tmp_path)
    draw_counts(samples, {"right_number": 0, "number_shares": {"0": 63 / 64, "1": 1 / 64}}, setting)
    with Image.open(tmp_path / "counting.png") as picture:
        pixels = torch.from_numpy(np.array(picture.convert("RGB").resize((500, 230)))).long().flatten(0, 1)
    orange = torch.tensor([0xD5, 0x5E, 0x00])
    assert int(((pixels - orange).abs().max(1).values < 40).sum()) > 20
