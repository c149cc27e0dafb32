"""EfficientNet-Lite0: its size, and its borders."""

import pytest
import torch

from advnets.nets.efficientnet import EfficientNetLite0, Same


def test_it_has_the_published_number_of_weights():
    net = EfficientNetLite0()
    assert sum(p.numel() for p in net.parameters()) == 4_652_008
    assert len(net.convolutions) == 3 + 16 + 3 + 2


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "borders"), [(224, 3, 2, (0, 1)), (7, 3, 2, (1, 1)), (14, 5, 2, (1, 2)), (9, 5, 1, (2, 2))]
)
def test_a_side_becomes_its_half_rounded_up_with_the_odd_pixel_after_it(side, kernel, stride, borders):
    layer = Same(1, 1, kernel, stride)
    assert layer.borders(side, 0) == borders
    assert layer(torch.zeros(1, 1, side, side)).shape[-1] == -(-side // stride)
