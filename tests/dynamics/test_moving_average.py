"""Averaged networks: the ramp of the decay, buffers, and their count."""

import copy

import pytest
import torch
from torch import nn

from advnets.dynamics import MovingAverage


class Number(nn.Module):
    """A parameter, a floating buffer and a count."""

    def __init__(self, value: float = 0.0) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))
        self.register_buffer("statistic", torch.tensor(value))
        self.register_buffer("seen", torch.tensor(0))

    def set(self, value: float, seen: int = 0) -> None:
        with torch.no_grad():
            self.value.fill_(value)
        self.statistic.fill_(value)
        self.seen.fill_(seen)


def test_the_decay_is_ramped_up_to_its_value():
    net = Number()
    average = MovingAverage({"G": net}, 0.9)
    expected, values = 0.0, [1.0, -2.0, 3.0, 0.5] + [1.5] * 100
    for t, value in enumerate(values, 1):
        net.set(value)
        average.update()
        decay = min(0.9, (1 + t) / (10 + t))
        expected += (1 - decay) * (value - expected)
        assert average.nets["G"].value.item() == pytest.approx(expected, abs=1e-6)
    assert min(t for t in range(1, 105) if (1 + t) / (10 + t) >= 0.9) < len(values), "the ramp was never left"


def test_floating_buffers_are_averaged_and_counts_copied():
    net = Number()
    average = MovingAverage({"G": net}, 0.5)
    net.set(1.0, seen=7)
    average.update()
    shadow = average.nets["G"]
    assert shadow.statistic.item() == pytest.approx(1 - 2 / 11)
    assert shadow.value.item() == pytest.approx(1 - 2 / 11)
    assert shadow.seen.item() == 7


def test_a_decay_of_zero_follows_the_networks():
    net = Number()
    average = MovingAverage({"G": net}, 0.0)
    net.set(5.0)
    average.update()
    assert average.nets["G"].value.item() == 5.0


def test_shadows_are_frozen_copies_in_evaluation_mode():
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).train()
    shadow = MovingAverage({"G": net}, 0.9).nets["G"]
    assert net.training
    assert not shadow.training
    assert not any(p.requires_grad for p in shadow.parameters())
    assert all(p.requires_grad for p in net.parameters())
    before = copy.deepcopy(shadow.state_dict())
    with torch.no_grad():
        net[0].weight.add_(1)
    assert all(torch.equal(t, before[key]) for key, t in shadow.state_dict().items())


def test_its_count_of_updates_is_its_state():
    nets = [Number(), Number()]
    averages = [MovingAverage({"G": net}, 0.9) for net in nets]
    for value in (1.0, 2.0, 3.0):
        nets[0].set(value)
        averages[0].update()
    averages[1].load_state_dict(averages[0].state_dict())
    averages[1].nets["G"].load_state_dict(averages[0].nets["G"].state_dict())
    for net, average in zip(nets, averages, strict=True):
        net.set(4.0)
        average.update()
    assert averages[0].state_dict() == averages[1].state_dict() == {"updates": 4}
    assert torch.equal(averages[0].nets["G"].value, averages[1].nets["G"].value)
