"""The games of section 7: known values, closed gradients, and who sees what."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from advnets.core import Game, Rng, View, play
from advnets.core.field import field
from advnets.games import conditional, inpainting
from advnets.games.inference import inference
from advnets.games.inpainting import halves


class Weighted(nn.Module):
    """The sum of its inputs, weighted row by row: logits of a discriminator whose gradient is known."""

    def __init__(self, *sizes: int) -> None:
        super().__init__()
        self.weights = nn.ParameterList(torch.zeros(size) for size in sizes)

    def forward(self, *inputs: Tensor) -> Tensor:
        return sum((rows.flatten(1) @ weight for rows, weight in zip(inputs, self.weights, strict=True)), torch.zeros(len(inputs[0])))


class Shift(nn.Module):
    """z plus what is learned, plus what is given."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(size))

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return z + self.shift + c


X, C, Z = torch.rand(8, 3), torch.eye(3)[torch.arange(8) % 3], torch.randn(8, 3)
LABELLED = conditional.LabelledAndNoise(X, C, Z, C.roll(1, 0))
PICTURES = torch.rand(8, 1, 2, 6)
HALVES = inpainting.HalvesAndNoise(*halves(PICTURES), torch.randn(8, 1, 2, 3))

CASES: list[tuple[Game[Any, Any], Any, dict[str, nn.Module]]] = [
    (conditional.conditional(), LABELLED, {"D": Weighted(3, 3), "G": Shift(3)}),
    (inpainting.inpainting(), HALVES, {"D": Weighted(6, 6), "G": Shift(3)}),
]


@pytest.mark.parametrize(("game", "batch", "nets"), CASES, ids=["conditional", "inpainting"])
def test_where_d_says_one_half_the_value_is_minus_log_four(game: Game[Any, Any], batch: Any, nets: dict[str, nn.Module]) -> None:
    seen = game.watch(View(nets, ()), batch)
    assert seen["V"].item() == pytest.approx(-math.log(4))
    assert (seen["D(x)"].item(), seen["D(G(z))"].item()) == (0.5, 0.5)


def test_d_learns_what_is_given_from_pairs_that_do_not_match() -> None:
    """At D = 1/2 the gradient of -V in D's weights is (E fake - E real) / 2, row by row."""
    game, batch, nets = CASES[0]
    gradients = field(game, game.turns[0], nets, batch)["D"].gradients
    torch.testing.assert_close(gradients["D", "weights.0"], ((Z + C).mean(0) - X.mean(0)) / 2)
    torch.testing.assert_close(gradients["D", "weights.1"], torch.zeros(3))  # the same classes stand beside data and samples


def test_d_learns_what_belongs_together_from_classes_of_other_rows() -> None:
    """At D = 1/2 the gradient of -V_s in D's weights is half of (1 - s) fakes and s data beside other classes, less the data."""
    _, batch, nets = CASES[0]
    game = conditional.conditional(mismatched=0.25)
    skewed = batch._replace(other=torch.eye(3)[[0] * 8])
    gradients = field(game, game.turns[0], nets, skewed)["D"].gradients
    torch.testing.assert_close(gradients["D", "weights.0"], 0.75 * ((Z + C).mean(0) - X.mean(0)) / 2)
    torch.testing.assert_close(gradients["D", "weights.1"], 0.25 * (skewed.other.mean(0) - C.mean(0)) / 2)
    assert conditional.aware(View(nets, ()), skewed, 0.25).item() == pytest.approx(-math.log(4))


def test_what_is_known_of_other_rows_is_that_of_the_row_before() -> None:
    class Labelled(Noises):
        def labelled(self, rng: Rng) -> tuple[Tensor, Tensor]:
            return X, C

    batch = conditional.draw(Labelled(), {}, Rng(0, 0, 0))
    assert torch.equal(batch.other[1:], C[:-1])
    assert torch.equal(batch.other[0], C[-1])


def test_d_sees_the_true_left_half_beside_both_right_halves() -> None:
    game, batch, nets = CASES[1]
    gradients = field(game, game.turns[0], nets, batch)["D"].gradients
    torch.testing.assert_close(gradients["D", "weights.0"], torch.zeros(6))
    fake = nets["G"](batch.l, batch.z)
    torch.testing.assert_close(gradients["D", "weights.1"], (fake - batch.r).flatten(1).mean(0) / 2)


def test_halves_make_the_whole() -> None:
    x = torch.rand(2, 3, 4, 7)
    left, right = halves(x)
    assert (left.shape, right.shape) == ((2, 3, 4, 3), (2, 3, 4, 4))
    assert torch.equal(torch.cat([left, right], -1), x)


class Noises:
    """A feed of noise."""

    def noise(self, rng: Rng) -> Tensor:
        return rng.normal(256, 3)


def test_an_encoder_finds_the_inverse_of_a_linear_generator() -> None:
    torch.manual_seed(0)
    nets = {"E": nn.Linear(3, 3), "G": nn.Linear(3, 3)}
    before = nets["G"].weight.detach().clone()
    optimisers = {"E": torch.optim.Adam(nets["E"].parameters(), 0.05)}
    costs = [play(inference(), nets, optimisers, Noises(), round)["E"].cost.item() for round in range(400)]
    assert costs[-1] < 0.01 < 0.5 < costs[0]
    torch.testing.assert_close(nets["E"].weight @ nets["G"].weight, torch.eye(3), atol=0.1, rtol=0)
    assert torch.equal(nets["G"].weight, before)
    assert nets["G"].weight.grad is None
