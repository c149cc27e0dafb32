"""The games of critics and of f-divergences: costs at known outputs, penalties, and what an experiment builds."""

import dataclasses

import pytest
import torch
from torch import nn

from advnets.core import Rng, Turn, View, alternating
from advnets.core.field import field
from advnets.costs.divergences import DIVERGENCES, GAN
from advnets.dynamics import penalised
from advnets.errors import BadInput
from advnets.experiment import (
    R1,
    Experiment,
    FGan,
    Gan,
    GradientPenalty,
    Hinge,
    LeastSquares,
    MaximumLikelihood,
    NonSaturating,
    NoPenalty,
    Wasserstein,
    ZeroSum,
    decode,
    encode,
)
from advnets.games import conditional, critics, fgan, gan, inpainting
from advnets.recipes import recipe
from advnets.runs.building import build_game

TURNS = alternating(D=1, G=1)
BATCH = critics.DataNoiseAndMix(torch.tensor([[2.0], [-1.0]]), torch.tensor([[0.5], [-4.0]]), torch.tensor([0.25, 0.5]))


class Line(nn.Module):
    """A critic of points on the line that says slope x."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.slope * x[:, 0]


def nets(slope=1.0):
    """D(x) = slope x and G(z) = z."""
    net = nn.Linear(1, 1, bias=False)
    nn.init.ones_(net.weight)
    return {"D": Line(slope), "G": net}


def costs(game, slope=1.0, batch=BATCH):
    """What each player pays."""
    return {player: move.cost.item() for player, move in field(game, Turn(("D", "G")), nets(slope), batch).items()}


def approximately(**expected):
    return pytest.approx(expected)


def test_costs_at_known_outputs():
    """D says 2 and -1 of data, 0.5 and -4 of samples."""
    assert costs(critics.least_squares()) == approximately(D=5 / 4 + 16.25 / 4, G=(0.25 + 25) / 4)
    assert costs(critics.hinge()) == approximately(D=1.0 + 0.75, G=1.75)
    assert costs(critics.wasserstein()) == approximately(D=-1.75 - 0.5, G=1.75)


def test_penalties_of_a_straight_critic():
    plain, steep = critics.wasserstein(), 3.0
    by_penalty = penalised(plain, "D", critics.gradient_penalty, 10.0)
    by_r1 = penalised(plain, "D", critics.r1, 10.0)
    before = costs(plain, steep)
    assert costs(by_penalty, steep) == approximately(D=before["D"] + 10 * (steep - 1) ** 2, G=before["G"])
    assert costs(by_r1, steep) == approximately(D=before["D"] + 10 * steep**2 / 2, G=before["G"])


def test_the_gradient_of_a_penalty_in_what_d_owns():
    """d/ds of 10 (s - 1)^2 is 20 (s - 1); of E[D(G(z))] - E[D(x)] it is the difference of the means."""
    game = penalised(critics.wasserstein(), "D", critics.gradient_penalty, 10.0)
    (gradient,) = field(game, Turn(("D",)), nets(3.0), BATCH)["D"].gradients.values()
    assert gradient.item() == pytest.approx(20 * 2 + (-1.75 - 0.5))


def test_wasserstein_takes_five_steps_of_d():
    assert [turn.movers for turn in critics.wasserstein().turns] == [("D",)] * 5 + [("G",)]


def test_places_between_are_drawn_after_data_and_noise_and_shared_by_rank():
    class Feed:
        def data(self, rng):
            return rng.normal(8, 2)

        def noise(self, rng):
            return rng.normal(8, 3)

    whole = critics.draw(Feed(), {}, Rng(0, 0, 0))
    halves = [critics.draw(Feed(), {}, Rng(0, 0, 0, rank=rank, world=2)) for rank in range(2)]
    assert whole.u.shape == (8,)
    assert 0 <= whole.u.min() < whole.u.max() < 1
    for name in ("x", "z", "u"):
        assert torch.equal(torch.cat([getattr(half, name) for half in halves]), getattr(whole, name))


def test_what_critics_say_is_watched():
    values = critics.watch(View(nets(), ()), BATCH)
    assert {name: value.item() for name, value in values.items()} == approximately(**{"critic(x)": 0.5, "critic(G(z))": -1.75, "gap": 2.25})


def test_the_original_game_is_an_f_gan():
    batch = gan.DataAndNoise(BATCH.x, BATCH.z)
    assert costs(fgan.fgan(GAN), batch=batch) == approximately(**costs(gan.gan(gan.value), batch=batch))
    assert costs(fgan.fgan(GAN, fgan.convinces), batch=batch) == approximately(**costs(gan.gan(), batch=batch))
    watched = fgan.fgan(GAN).watch(View(nets(), ()), batch)
    assert watched["bound"].item() == pytest.approx(gan.watch(View(nets(), ()), batch)["V"].item())


def test_smoothed_labels_change_what_d_pays_and_nothing_else():
    batch = gan.DataAndNoise(BATCH.x, BATCH.z)
    plain, smoothed = costs(gan.gan(weight=0.5), batch=batch), costs(gan.gan(weight=0.5, target=0.9), batch=batch)
    assert smoothed["G"] == plain["G"]
    assert smoothed["D"] == pytest.approx(plain["D"] + 0.5 * 0.1 * 0.5)  # E_x[a log D + (1 - a) log(1 - D)]: the mean logit is 0.5


@pytest.mark.parametrize(
    ("likelihood", "batch"), [(conditional.likelihood, conditional.LabelledAndNoise), (inpainting.likelihood, inpainting.HalvesAndNoise)]
)
def test_maximum_likelihood_of_games_that_give_more(likelihood, batch):
    """Minus the mean of exp(logit), with a discriminator that says log 3 of everything."""

    class Says(nn.Module):
        def forward(self, *given):
            return torch.full((2,), 3.0).log()

    given = batch(*[torch.zeros(2, 1)] * len(batch._fields))
    assert likelihood(View({"D": Says(), "G": Says()}, ()), given).item() == pytest.approx(-3)


EXPERIMENTS = {
    "gan, maximum likelihood, smoothed, R1": (
        Gan(MaximumLikelihood(), smooth=0.9, penalty=R1(2.0)),
        penalised(gan.gan(gan.likelihood, target=0.9), "D", gan.r1, 2.0),
    ),
    "least squares": (LeastSquares(), critics.least_squares()),
    "hinge, R1": (Hinge(R1(3.0)), penalised(critics.hinge(), "D", critics.r1, 3.0)),
    "Wasserstein": (Wasserstein(), penalised(critics.wasserstein(), "D", critics.gradient_penalty, 10.0)),
    "Wasserstein, no penalty": (Wasserstein(NoPenalty()), critics.wasserstein()),
    "least squares, gradient penalty": (
        LeastSquares(GradientPenalty(1.0)),
        penalised(critics.least_squares(), "D", critics.gradient_penalty, 1.0),
    ),
    **{f"f-gan, {name}": (FGan(name), fgan.fgan(divergence)) for name, divergence in DIVERGENCES.items()},
    "f-gan, non-saturating": (FGan("pearson", NonSaturating()), fgan.fgan(DIVERGENCES["pearson"], fgan.convinces)),
    "f-gan, zero-sum": (FGan("pearson", ZeroSum()), fgan.fgan(DIVERGENCES["pearson"])),
    "f-gan, R1": (FGan("kl", penalty=R1(3.0)), penalised(fgan.fgan(DIVERGENCES["kl"]), "D", critics.r1, 3.0)),
}


@pytest.mark.parametrize(("stated", "expected"), EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_what_an_experiment_states_is_what_is_built(stated, expected):
    x = dataclasses.replace(recipe("ring"), game=stated)
    assert decode(Experiment, encode(x)) == x
    built = build_game(stated, TURNS)
    assert built.turns == TURNS
    assert costs(built, 1.7) == approximately(**costs(expected, 1.7))


@pytest.mark.parametrize("smooth", [0.0, -0.1, 1.1])
def test_a_target_out_of_range_is_refused(smooth):
    with pytest.raises(BadInput, match=r"^game\.smooth: .* is not greater than 0 and at most 1$"):
        decode(Experiment, encode(dataclasses.replace(recipe("ring"), game=Gan(smooth=smooth))))
