"""What every game keeps to. A new game joins by a line in GAMES."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import nn

from advnets.core import Game, Rng, Turn, alternating, here, play, simultaneous
from advnets.core.field import field
from advnets.core.play import due
from advnets.costs.divergences import KL, PEARSON
from advnets.dynamics import compiled, extragradient, penalised, unrolled
from advnets.games import conditional, critics, inpainting
from advnets.games.conditional import conditional as conditional_game
from advnets.games.contrastive import noise_contrastive, self_contrastive
from advnets.games.fgan import convinces, fgan
from advnets.games.gan import gan, likelihood, r1, value
from advnets.games.inference import inference
from advnets.games.inpainting import inpainting as inpainting_game
from advnets.games.matching import matching
from advnets.games.matching import r1 as slope_of_both
from advnets.games.xy import Coordinate, xy
from advnets.nets import dcgan, gaussian, mlp, paper
from advnets.nets.apart import apart
from advnets.nets.given import Beside, Channels, Completing, Joined, Projection
from advnets.nets.spectral import spectral


class Feed:
    """A tiny source of points or pictures."""

    def __init__(self, shape: tuple[int, ...], noise: int, batch: int = 6) -> None:
        self.rows, self.dim, self.batch = torch.rand(40, *shape, generator=torch.Generator().manual_seed(1)), noise, batch

    def data(self, rng: Rng) -> torch.Tensor:
        return self.rows[rng.integers(len(self.rows), self.batch)]

    def labelled(self, rng: Rng) -> tuple[torch.Tensor, torch.Tensor]:
        return self.data(rng), torch.eye(3)[rng.integers(3, self.batch)]

    def noise(self, rng: Rng) -> torch.Tensor:
        return rng.normal(self.batch, self.dim)


@dataclass(frozen=True)
class Case:
    game: Game[Any, Any]
    nets: Callable[[], dict[str, nn.Module]]
    data: Any
    zero_sum: bool = False


def smooth(nets: dict[str, nn.Module]) -> dict[str, nn.Module]:
    """Activations without kinks, so that finite differences are exact enough."""
    for net in nets.values():
        for parent in net.modules():
            for name, child in parent.named_children():
                if isinstance(child, nn.ReLU | nn.LeakyReLU):
                    setattr(parent, name, nn.Softplus())
    return nets


def points() -> dict[str, nn.Module]:
    return smooth({"D": mlp.Discriminator((2,), (5, 4)), "G": mlp.Generator(3, (2,), (5,))})


def in_parts() -> dict[str, nn.Module]:
    """A pair whose D is two networks, features and judge."""
    nets = points()
    D = nets["D"]
    assert isinstance(D, mlp.Discriminator)
    nets["F"], nets["D"] = apart(D)
    return nets


def critic() -> dict[str, nn.Module]:
    """A pair whose D has no bias at its output: a cost of differences does not depend on it."""
    nets = points()
    next(m for m in reversed(list(nets["D"].modules())) if isinstance(m, nn.Linear)).bias = None
    return nets


def spectral_critic() -> dict[str, nn.Module]:
    """The same under spectral norm, its singular vectors found: sigma varies with them only to second order then."""
    nets = critic()
    nets["D"] = spectral(nets["D"]).double()
    for _ in range(200):
        nets["D"](torch.zeros(1, 2, dtype=torch.float64))
    return nets


def maxout() -> dict[str, nn.Module]:
    return smooth({"D": paper.Discriminator((1, 3, 3), 4, 3, 0.5), "G": paper.Generator(3, (1, 3, 3), 6, 0.5)})


def convolutional() -> dict[str, nn.Module]:
    return smooth({"D": dcgan.Discriminator((1, 28, 28), 2, dropout=0.2), "G": dcgan.Generator(3, (1, 28, 28), 2)})


def labelled() -> dict[str, nn.Module]:
    return smooth({"D": Beside(mlp.Discriminator((5,), (5, 4))), "G": Beside(mlp.Generator(6, (2,), (5,)))})


def labelled_pictures() -> dict[str, nn.Module]:
    return smooth({"D": Channels(dcgan.Discriminator((4, 28, 28), 2, norm=None)), "G": Beside(dcgan.Generator(6, (1, 28, 28), 2))})


def projected() -> dict[str, nn.Module]:
    return smooth({"D": Projection(mlp.Discriminator((2,), (5, 4)), 3), "G": Beside(mlp.Generator(6, (2,), (5,)))})


def projected_pictures() -> dict[str, nn.Module]:
    D = Projection(dcgan.Discriminator((1, 28, 28), 2, norm=None), 3)
    return smooth({"D": D, "G": Beside(dcgan.Generator(6, (1, 28, 28), 2))})


def half_pictures() -> dict[str, nn.Module]:
    return smooth({"D": Joined(mlp.Discriminator((1, 3, 3), (5, 4))), "G": Beside(mlp.Generator(6, (1, 3, 2), (5,)))})


def half_pictures_by_convolutions() -> dict[str, nn.Module]:
    completing = Completing(dcgan.Encoder((1, 28, 28), 3, 2, 5), dcgan.Generator(6, (1, 28, 28), 2), 28)
    return smooth({"D": Joined(dcgan.Discriminator((1, 28, 28), 2, norm=None)), "G": completing})


def encoder() -> dict[str, nn.Module]:
    return smooth({"E": mlp.Encoder((2,), 3, (5,)), "G": mlp.Generator(3, (2,), (5,))})


def bells() -> dict[str, nn.Module]:
    return {"M": gaussian.Unnormalised(0.2, 0.9, 0.1), "N": gaussian.Density(0.0, 2.0)}


def bell() -> dict[str, nn.Module]:
    return {"M": gaussian.Density(0.2, 0.9)}


def numbers() -> dict[str, nn.Module]:
    return {"x": Coordinate(0.5), "y": Coordinate(-0.25)}


GAMES = {
    "gan": Case(gan(), points, Feed((2,), 3)),
    "gan, zero-sum": Case(gan(value), points, Feed((2,), 3), zero_sum=True),
    "gan, simultaneous": Case(gan(turns=simultaneous("D", "G")), points, Feed((2,), 3)),
    "gan, simultaneous and zero-sum, with the factor 1/2": Case(
        gan(value, 0.5, simultaneous("D", "G")), points, Feed((2,), 3), zero_sum=True
    ),
    "gan, two steps of D": Case(gan(turns=alternating(D=2, G=1)), points, Feed((2,), 3)),
    "gan, the paper's networks": Case(gan(weight=0.5, turns=simultaneous("D", "G")), maxout, Feed((1, 3, 3), 3)),
    "gan, convolutional": Case(gan(), convolutional, Feed((1, 28, 28), 3)),
    "gan, unrolled": Case(unrolled(gan(), "G", against="D", steps=2, rate=0.1), points, Feed((2,), 3)),
    "gan, maximum likelihood and smoothed labels": Case(gan(likelihood, target=0.9), points, Feed((2,), 3)),
    "gan, R1": Case(penalised(gan(turns=simultaneous("D", "G")), "D", r1, 10.0), points, Feed((2,), 3)),
    "feature matching": Case(matching(), in_parts, Feed((2,), 3)),
    "feature matching, simultaneous, smoothed labels, R1": Case(
        penalised(matching(0.5, simultaneous("D", "G"), 0.9), "D", slope_of_both, 1.0), in_parts, Feed((2,), 3)
    ),
    "least squares": Case(critics.least_squares(simultaneous("D", "G")), points, Feed((2,), 3)),
    "hinge, spectral norm": Case(critics.hinge(), spectral_critic, Feed((2,), 3)),
    "Wasserstein, gradient penalty": Case(
        penalised(critics.wasserstein(simultaneous("D", "G")), "D", critics.gradient_penalty, 10.0), critic, Feed((2,), 3)
    ),
    "hinge, R1, unrolled": Case(
        unrolled(penalised(critics.hinge(), "D", critics.r1, 1.0), "G", against="D", steps=1, rate=0.1), critic, Feed((2,), 3)
    ),
    "f-gan, KL": Case(fgan(KL), points, Feed((2,), 3), zero_sum=True),
    "f-gan, Pearson, not saturating": Case(fgan(PEARSON, convinces), points, Feed((2,), 3)),
    "conditional": Case(conditional_game(), labelled, Feed((2,), 3)),
    "conditional, simultaneous and zero-sum, with the factor 1/2": Case(
        conditional_game(conditional.value, 0.5, simultaneous("D", "G")), labelled, Feed((2,), 3), zero_sum=True
    ),
    "conditional, convolutional": Case(conditional_game(), labelled_pictures, Feed((1, 28, 28), 3)),
    "conditional, by projection": Case(conditional_game(), projected, Feed((2,), 3)),
    "conditional, convolutional by projection, simultaneous": Case(
        conditional_game(turns=simultaneous("D", "G")), projected_pictures, Feed((1, 28, 28), 3)
    ),
    "conditional, by projection, R1": Case(penalised(conditional_game(), "D", conditional.r1, 10.0), projected, Feed((2,), 3)),
    "conditional, mismatched, simultaneous and zero-sum": Case(
        conditional_game(conditional.value, 0.5, simultaneous("D", "G"), 0.25), labelled, Feed((2,), 3), zero_sum=True
    ),
    "inpainting": Case(inpainting_game(), half_pictures, Feed((1, 3, 3), 3)),
    "inpainting, simultaneous and zero-sum, with the factor 1/2": Case(
        inpainting_game(inpainting.value, 0.5, simultaneous("D", "G")), half_pictures, Feed((1, 3, 3), 3), zero_sum=True
    ),
    "inpainting, convolutional": Case(inpainting_game(), half_pictures_by_convolutions, Feed((1, 28, 28), 3)),
    "inference": Case(inference(), encoder, Feed((2,), 3)),
    "noise-contrastive": Case(noise_contrastive(), bells, Feed((1,), 1)),
    "self-contrastive": Case(self_contrastive(), bell, Feed((1,), 1)),
    "xy": Case(xy(), numbers, None, zero_sum=True),
    "xy, simultaneous": Case(xy(simultaneous("x", "y")), numbers, None, zero_sum=True),
}


def turns() -> list[Any]:
    return [
        pytest.param(case, turn, id=f"{name}: {'+'.join(turn.movers)}")
        for name, case in GAMES.items()
        for turn in dict.fromkeys(case.game.turns)
    ]


def cases() -> list[Any]:
    return [pytest.param(case, id=name) for name, case in GAMES.items()]


def made(case: Case, dtype: torch.dtype = torch.float64) -> tuple[dict[str, nn.Module], Any]:
    torch.manual_seed(0)
    nets = {name: net.to(dtype) for name, net in case.nets().items()}
    return nets, drawn(case, nets, Rng(0, 0, 0), dtype)


def drawn(case: Case, nets: dict[str, nn.Module], rng: Rng, dtype: torch.dtype = torch.float64) -> Any:
    batch = case.game.draw(case.data, nets, rng)
    return None if batch is None else type(batch)(*(t.to(dtype) for t in batch))


def seen(case: Case, turn: Turn, nets: dict[str, nn.Module], batch: Any, at: Any = None) -> dict[str, Any]:
    torch.manual_seed(5)  # the same dropout masks at every look
    return field(case.game, turn, nets, batch, at)


@pytest.mark.parametrize(("case", "turn"), turns())
def test_gradients_are_those_of_the_costs_and_nobody_else_moves(case: Case, turn: Turn) -> None:
    nets, batch = made(case)
    before = {name: {key: p.detach().clone() for key, p in net.named_parameters()} for name, net in nets.items()}
    moves = seen(case, turn, nets, batch)
    assert moves.keys() == set(turn.movers)
    for mover, move in moves.items():
        owned = {(name, key) for name in case.game.players[mover].owns for key, _ in nets[name].named_parameters()}
        assert move.gradients.keys() == owned
        for (name, key), gradient in move.gradients.items():
            assert gradient.isfinite().all()
            assert gradient.abs().max() > 0, f"{name}.{key} gets no gradient"
            check_by_differences(case, turn, nets, batch, mover, name, key, gradient)
    for name, net in nets.items():
        for key, p in net.named_parameters():
            assert p.grad is None
            assert torch.equal(p, before[name][key])


def check_by_differences(case: Case, turn: Turn, nets: Any, batch: Any, mover: str, name: str, key: str, gradient: torch.Tensor) -> None:
    """The directional derivative along the gradient, by central differences in float64."""
    step, point, direction = 1e-6, here(nets), gradient / gradient.norm()

    def cost(sign: float) -> float:
        own = dict(point[name])
        own[key] = (own[key].detach() + sign * step * direction).requires_grad_()
        stand = copy.deepcopy(nets)  # batch norm's statistics stay out of it
        return seen(case, turn, stand, batch, {**point, name: own})[mover].cost.item()

    assert (cost(1) - cost(-1)) / (2 * step) == pytest.approx(gradient.norm().item(), rel=2e-4, abs=1e-9)


@pytest.mark.parametrize("case", [p for p in cases() if p.values[0].zero_sum])
def test_zero_sum_costs_sum_to_zero(case: Case) -> None:
    nets, batch = made(case)
    players = tuple(case.game.players)
    costs = [move.cost.item() for move in seen(case, Turn(players), nets, batch).values()]
    assert any(costs)
    assert sum(costs) == pytest.approx(0, abs=1e-12)


def played(case: Case, rounds: range, nets: Any, optimisers: Any, transform: Any = field) -> None:
    for round in rounds:
        play(case.game, nets, optimisers, case.data, round, rng=lambda r, t: Rng(3, r, t), field=transform)


def optimisers_of(case: Case, nets: Any) -> dict[str, torch.optim.Optimizer]:
    return {
        player: torch.optim.Adam([p for net in case.game.owned((player,)) for p in nets[net].parameters()], 1e-2, (0.5, 0.9))
        for player in case.game.players
    }


@pytest.mark.parametrize("case", cases())
def test_a_turn_moves_only_what_its_movers_own(case: Case) -> None:
    nets, _ = made(case, torch.float32)
    optimisers = optimisers_of(case, nets)
    number, turn = next(due(case.game.turns, 0))
    one = Game(case.game.players, (turn,), case.game.draw)
    before = {name: [p.detach().clone() for p in net.parameters()] for name, net in nets.items()}
    play(one, nets, optimisers, case.data, number)
    for name, net in nets.items():
        moved = any(not torch.equal(p, q) for p, q in zip(net.parameters(), before[name], strict=True))
        assert moved == (name in case.game.owned(turn.movers))


@pytest.mark.parametrize("case", cases())
def test_saving_and_resuming_changes_no_bit(case: Case) -> None:
    whole, _ = made(case, torch.float32)
    optimisers = optimisers_of(case, whole)
    halved = copy.deepcopy(whole)
    played(case, range(6), whole, optimisers)

    first = optimisers_of(case, halved)
    played(case, range(3), halved, first)
    again, _ = made(case, torch.float32)
    for name, net in again.items():
        net.load_state_dict(copy.deepcopy(halved[name].state_dict()))
    second = optimisers_of(case, again)
    for player, optimiser in second.items():
        optimiser.load_state_dict(copy.deepcopy(first[player].state_dict()))
    torch.manual_seed(12345)  # nothing may hang on the state of a generator
    played(case, range(3, 6), again, second)
    for name, net in whole.items():
        for key, t in net.state_dict().items():
            assert torch.equal(t, again[name].state_dict()[key]), f"{name}.{key}"


@pytest.mark.parametrize("case", cases())
def test_extragradient_is_the_field_one_step_ahead(case: Case) -> None:
    nets, batch = made(case)
    turn = case.game.turns[0]
    look = seen(case, turn, copy.deepcopy(nets), batch)
    ahead = {name: dict(own) for name, own in here(nets).items()}
    for move in look.values():
        for (name, key), gradient in move.gradients.items():
            ahead[name][key] = (ahead[name][key].detach() - 0.1 * gradient).requires_grad_()
    expected = seen(case, turn, copy.deepcopy(nets), batch, ahead)
    torch.manual_seed(5)
    found = extragradient(field, lambda player: 0.1)(case.game, turn, nets, batch)
    for mover in turn.movers:
        for key, gradient in found[mover].gradients.items():
            torch.testing.assert_close(gradient, expected[mover].gradients[key])


@pytest.mark.compiles
@pytest.mark.parametrize("case", cases())
def test_compiled_equals_eager_and_the_second_step_does_not_recompile(case: Case) -> None:
    torch._dynamo.reset()
    nets, _ = made(case)  # in double precision another order of sums does not show
    fast = compiled(field)
    for number, turn in enumerate(dict.fromkeys(case.game.turns)):
        for attempt in range(3):
            batch = drawn(case, nets, Rng(0, attempt, number))
            torch.manual_seed(attempt)  # masks of dropout
            expected = field(case.game, turn, copy.deepcopy(nets), batch)
            torch.manual_seed(attempt)
            with torch._dynamo.config.patch(error_on_recompile=attempt > 0):
                found = fast(case.game, turn, nets, batch)
            for mover, move in expected.items():
                torch.testing.assert_close(found[mover].cost, move.cost)
                for key, gradient in move.gradients.items():
                    torch.testing.assert_close(found[mover].gradients[key], gradient)
            with torch.no_grad():  # the next step is seen from elsewhere
                for move in found.values():
                    for (name, key), gradient in move.gradients.items():
                        nets[name].get_parameter(key).sub_(gradient, alpha=0.05)
