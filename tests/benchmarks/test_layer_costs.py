"""Steps with and without a minibatch's layers are compared on the same game."""

from dataclasses import replace

import pytest

import ours
from advnets.experiment import Dcgan
from layers import minibatch_discrimination, virtual_batch_norm, virtual_batch_norm_both


@pytest.mark.parametrize("row", [minibatch_discrimination, virtual_batch_norm, virtual_batch_norm_both])
def test_a_row_says_how_many_plain_steps_a_step_takes(row):
    made = row(0.0, replace(ours.dcgan(), nets=Dcgan(2, 2), batch_size=8))
    assert made.extra["cost"] == pytest.approx(1 / made.ratio)
    assert made.ours.startswith("the same, with")
    assert not made.same_algorithm
