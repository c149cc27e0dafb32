"""Half-precision products in the field, and the measurement that decides whether they pay."""

import time

import pytest
import torch
from torch import nn

from advnets.core import Game, Player, Rng, simultaneous
from advnets.core.field import field
from advnets.dynamics import autocast, extragradient, fast_at_bfloat16, rounded
from advnets.games.gan import gan

CPU = torch.device("cpu")


class Probe(nn.Module):
    """A linear map that notes the type of its products."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear, self.types = nn.Linear(inputs, outputs), []

    def forward(self, x):
        y = self.linear(x)
        self.types.append(y.dtype)
        return y.squeeze(1)


class Rows:
    def data(self, rng: Rng):
        return rng.normal(32, 3)

    def noise(self, rng: Rng):
        return rng.normal(32, 2)


def test_products_are_in_bfloat16_and_gradients_in_float32():
    torch.manual_seed(0)
    nets = {"D": Probe(3, 1), "G": Probe(2, 3)}
    game = gan(turns=simultaneous("D", "G"))
    batch = game.draw(Rows(), nets, Rng(0, 0, 0))
    plain = field(game, game.turns[0], nets, batch)
    assert {t for net in nets.values() for t in net.types} == {torch.float32}
    half = autocast(field, CPU)(game, game.turns[0], nets, batch)
    assert all(net.types[-1] == torch.bfloat16 for net in nets.values())
    for mover, move in half.items():
        assert move.cost.dtype == torch.float32
        for key, gradient in move.gradients.items():
            assert gradient.dtype == torch.float32
            torch.testing.assert_close(gradient, plain[mover].gradients[key], rtol=0.05, atol=0.02)
    assert any(not torch.equal(half[m].gradients[key], plain[m].gradients[key]) for m in half for key in half[m].gradients)


@pytest.mark.parametrize("ahead", [False, True])
def test_seen_from_rounded_matrices_products_are_the_same_and_gradients_are_in_bfloat16(ahead):
    torch.manual_seed(0)
    nets = {"D": Probe(3, 1), "G": Probe(2, 3)}
    game = gan(turns=simultaneous("D", "G"))
    batch = game.draw(Rows(), nets, Rng(0, 0, 0))
    half, low = autocast(field, CPU), rounded(autocast(field, CPU))
    if ahead:
        half, low = (extragradient(inner, lambda player: 0.1) for inner in (half, low))
    expected, found = (inner(game, game.turns[0], nets, batch) for inner in (half, low))
    for mover, move in found.items():
        torch.testing.assert_close(move.cost, expected[mover].cost, rtol=0, atol=1e-4 if ahead else 0)
        for (net, name), gradient in move.gradients.items():
            assert gradient.dtype == (torch.bfloat16 if name == "linear.weight" else torch.float32)
            torch.testing.assert_close(gradient.float(), expected[mover].gradients[net, name], rtol=0.02, atol=2e-3)


def test_nothing_outside_the_field_is_touched():
    game = Game({"D": Player(("D",), lambda n, b: n.D(b).mean())}, simultaneous("D"), lambda data, nets, rng: torch.ones(4, 3))
    autocast(field, CPU)(game, game.turns[0], {"D": Probe(3, 1)}, torch.ones(4, 3))
    assert not torch.is_autocast_enabled("cpu")


@pytest.mark.parametrize(("half", "expected"), [(1.0, True), (2.0, False), (3.0, False)])
def test_timings_decide_on_a_processor(monkeypatch, half, expected):
    """float32 products take 3 s here, bfloat16 products 1, 2 or 3 s; they must be more than 1.5 times faster."""
    clock = [0.0]

    def product(a, b):
        clock[0] += half if a.dtype == torch.bfloat16 else 3.0
        return a

    monkeypatch.setattr(torch, "mm", product)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    assert fast_at_bfloat16(CPU, size=4) is expected


def test_the_measurement_answers():
    assert isinstance(fast_at_bfloat16(CPU, size=16, tries=2), bool)


@pytest.mark.parametrize(("capability", "expected"), [((7, 5), False), ((8, 0), True), ((9, 0), True)])
def test_a_gpu_is_asked(monkeypatch, capability, expected):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert fast_at_bfloat16(torch.device("cuda")) is expected


def test_other_devices_stay_at_float32():
    assert fast_at_bfloat16(torch.device("mps")) is False
