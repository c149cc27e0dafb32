"""The tutorial's training procedure: Adam on two minibatches at once, by the engine and by a loop written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from advnets.experiment import Adam, Alternating, Average, Simultaneous
from advnets.recipes import recipe
from advnets.reproduce.claims import AtMost, Claim, Outcome, Setting
from advnets.runs.building import Means
from advnets.runs.live import Live, assemble
from advnets.runs.ranks import Ranks

Step = Callable[[Live, torch.optim.Optimizer, torch.optim.Optimizer], None]


def standing(setting: Setting, dynamics: Alternating | Simultaneous) -> Live:
    """The ring's game before its first round."""
    x = replace(recipe("ring"), dynamics=dynamics, seed=setting.seed, average=Average(decay=0.0))
    return assemble(x, Means("cpu", "float32", compile=False, threads=1), Ranks())


def two_minibatches(live: Live, turn: int) -> tuple[Tensor, Tensor]:
    """Data x and noise z of a turn, as the engine draws them."""
    rng = live.rng(live.round, turn)
    return live.feed.data(rng), live.feed.noise(rng)


def at_once(live: Live, of_D: torch.optim.Optimizer, of_G: torch.optim.Optimizer) -> None:
    """Both players step from the same point, on the same two minibatches."""
    D, G = live.nets["D"], live.nets["G"]
    x, z = two_minibatches(live, 0)
    real, fake = D(torch.cat([x, G(z)])).split(len(x))
    cost_D = softplus(-real).mean() + softplus(fake).mean()
    in_D = torch.autograd.grad(cost_D, list(D.parameters()), retain_graph=True)
    in_G = torch.autograd.grad(softplus(-fake).mean(), list(G.parameters()))
    step(D, of_D, in_D)
    step(G, of_G, in_G)


def in_turn(live: Live, of_D: torch.optim.Optimizer, of_G: torch.optim.Optimizer) -> None:
    """D steps, and then G against the new D, on two minibatches each."""
    D, G = live.nets["D"], live.nets["G"]
    x, z = two_minibatches(live, 0)
    real, fake = D(torch.cat([x, G(z).detach()])).split(len(x))
    cost_D = softplus(-real).mean() + softplus(fake).mean()
    step(D, of_D, torch.autograd.grad(cost_D, list(D.parameters())))
    _, z = two_minibatches(live, 1)
    step(G, of_G, torch.autograd.grad(softplus(-D(G(z))).mean(), list(G.parameters())))


def step(net: nn.Module, optimiser: torch.optim.Optimizer, gradients: tuple[Tensor, ...]) -> None:
    """Move a network by its gradients."""
    for parameter, gradient in zip(net.parameters(), gradients, strict=True):
        parameter.grad = gradient
    optimiser.step()


def by_hand(live: Live, procedure: Step, rounds: int) -> None:
    """The whole loop without the engine's game, view, field or play."""
    stated = live.x.optimisers["D"]
    assert isinstance(stated, Adam)
    betas = (stated.beta1, stated.beta2)
    of_D, of_G = (torch.optim.Adam(live.nets[name].parameters(), stated.lr, betas, stated.eps, fused=True) for name in ("D", "G"))
    for live.round in range(rounds):
        procedure(live, of_D, of_G)


def equal(setting: Setting) -> Outcome:
    """The largest difference in any parameter of either player after the same rounds."""
    rounds = setting.sized(2000, 100)
    furthest: dict[str, float] = {}
    moved: dict[str, bool] = {}
    orders: dict[str, tuple[Alternating | Simultaneous, Step]] = {
        "simultaneous": (Simultaneous(), at_once),
        "alternating": (Alternating(), in_turn),
    }
    for name, (dynamics, procedure) in orders.items():
        start, engine, hand = (standing(setting, dynamics) for _ in range(3))
        for _ in range(rounds):
            engine.play_round()
        by_hand(hand, procedure, rounds)
        furthest[name] = apart(engine, hand)
        moved[f"{name}: all parameters have moved"] = apart(engine, start) > 0.01
    return Outcome(max(furthest.values()), {**furthest, "rounds": rounds}, moved)


def apart(one: Live, other: Live) -> float:
    """The largest difference between parameters of two games."""
    pairs = ((p, q) for name in one.nets for p, q in zip(one.nets[name].parameters(), other.nets[name].parameters(), strict=True))
    return max((p - q).abs().max().item() for p, q in pairs)


CLAIMS = (
    Claim(
        "two-minibatches",
        "The training procedure: a gradient algorithm such as Adam on two minibatches at once, one of data and one of samples.",
        "Goodfellow 2016, section 3.1",
        "largest difference of a parameter, engine against hand-written loop",
        equal,
        minutes=1,
        criterion=AtMost(0.0),
    ),
)
