"""What a generator pays, and how it learns from it: section 3.2 of the tutorial and its exercise 3, on the line."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from advnets.costs.logistic import deceive, maximum_likelihood, told
from advnets.costs.reinforce import others, reinforce
from advnets.nets.gaussian import Density
from advnets.reproduce.claims import AtLeast, AtMost, Claim, Outcome, Setting, Within
from advnets.reproduce.drawing import BLUE, GREEN, ORANGE, axes_grid, save
from advnets.theory import gaussian, interval, kl, optimal_logit

TUTORIAL = "Goodfellow 2016 (tutorial)"
LINE = interval(-15, 15, 200)
MEAN, STD = 0.5, 1.2
"""Of the generator; the data are N(0, 1)."""

Cost = Callable[[Tensor], Tensor]


def rejected(fake: Tensor) -> Tensor:
    """G's part of the zero-sum cost, E[log(1 - D(G(z)))]."""
    return told(fake, 0.0)


COSTS: Mapping[str, Cost] = {"zero-sum": rejected, "non-saturating": deceive, "maximum likelihood": maximum_likelihood}
COLOURS = dict(zip(COSTS, (BLUE, ORANGE, GREEN), strict=True))


def each(cost: Cost, logits: Tensor) -> Tensor:
    """A cost of each sample alone, [n] -> [n]."""
    return torch.vmap(cost)(logits[:, None])


def slopes(cost: Cost, logits: Tensor) -> Tensor:
    """By autograd, the derivative of each sample's own part of a cost in its logit, [n] -> [n]."""
    a = logits.clone().requires_grad_()
    return torch.autograd.grad(len(a) * cost(a), a)[0]


# ---- gradients in closed form


def saturation(setting: Setting) -> Outcome:
    """The slopes of the zero-sum and the non-saturating cost in D's logit, and how far each reaches when D is optimal."""
    a = torch.linspace(-12, 12, setting.sized(2401, 241), dtype=torch.float64)
    errors = {
        "zero-sum": (slopes(rejected, a) + a.sigmoid()).abs().max().item(),
        "non-saturating": (slopes(deceive, a) + (-a).sigmoid()).abs().max().item(),
    }
    rejecting = torch.tensor([0.01], dtype=torch.float64).logit()
    ratio = (slopes(deceive, rejecting) / slopes(rejected, rejecting)).item()
    draw_saturation(setting)
    return Outcome(
        ratio,
        {f"error_of_the_{key(name)}_slope": error for name, error in errors.items()},
        {"autograd equals -D and -(1 - D) to 1e-6": max(errors.values()) <= 1e-6},
    )


def draw_saturation(setting: Setting) -> None:
    """Slopes by what D says; and the pull on G's mean by how far it is from the data, for unit bells and D*."""
    figure, (left, right) = axes_grid(1, 2)
    said = torch.linspace(-7, 7, 141, dtype=torch.float64).sigmoid()
    apart = torch.linspace(0.05, 8, 60, dtype=torch.float64)
    for name in ("zero-sum", "non-saturating"):
        left.semilogy(said, -slopes(COSTS[name], said.logit()), color=COLOURS[name], label=name)
        right.semilogy(apart, [pull(COSTS[name], m.item()) for m in apart], color=COLOURS[name], label=name)
    left.axvline(0.01, color="grey", lw=0.8, label="D = .01")
    left.set_xscale("logit")
    left.set_xlabel("D(G(z)), spaced by its logit")
    left.set_ylabel("|slope of G's cost in the logit|")
    right.set_xlabel("distance of $p_g$ from the data [standard deviations]")
    right.set_ylabel("pull on G's mean, D optimal")
    for axes in (left, right):
        axes.set_ylim(1e-4, 20)
        axes.legend(fontsize=8)
    save(figure, setting.figures / "saturation.png")


def pull(cost: Cost, apart: float) -> float:
    """How strongly a cost pulls G's mean to the data, unit bells this far apart and D optimal: logit' = -apart."""
    q = gaussian(apart, 1.0)
    logits = optimal_logit(gaussian(0.0, 1.0), q)(LINE.x)
    return (LINE.weights * q(LINE.x).exp() * slopes(cost, logits)).sum().item() * -apart


def losses(setting: Setting) -> Outcome:
    """The slide's three curves, with the tutorial's factor 1/2."""
    closed = {"zero-sum": -math.log(2) / 2, "non-saturating": math.log(2) / 2, "maximum likelihood": -0.5}
    said = torch.linspace(0.001, 0.999, setting.sized(999, 99), dtype=torch.float64)
    fair = torch.zeros(1, dtype=torch.float64)
    found = {name: cost(fair).item() / 2 for name, cost in COSTS.items()}
    figure, (axes,) = axes_grid(1, 1)
    falls = []
    for name, cost in COSTS.items():
        paid = each(cost, said.logit()) / 2
        falls.append(bool((paid.diff() < 0).all()))
        axes.plot(said, paid, color=COLOURS[name], label=name)
    axes.set_xlim(0, 1)
    axes.set_ylim(-20, 5)
    axes.set_xlabel("D(G(z))")
    axes.set_ylabel("what G pays for the sample")
    axes.legend(fontsize=8, loc="lower left")
    save(figure, setting.figures / "generator-losses.png")
    return Outcome(
        max(abs(found[name] - closed[name]) for name in COSTS),
        {f"{key(name)}_at_D_one_half": value for name, value in found.items()},
        {"each falls as D(G(z)) rises": all(falls)},
    )


# ---- gradients from draws


def star(x: Tensor, mean: float = MEAN, std: float = STD) -> Tensor:
    """The logit of the optimal discriminator of N(0, 1) and N(mean, std^2), held still; any shape."""
    return (((x - mean) / std).square() - x.square()) / 2 + math.log(std)


def by_draw(cost: Cost, z: Tensor, mean: float = MEAN, std: float = STD) -> Tensor:
    """What each draw of z says of the gradient of G's cost in (mean, log std) of G(z) = mean + std z; [n] -> [n, 2]."""
    x = (mean + std * z).requires_grad_()
    slope = torch.autograd.grad(len(z) * cost(star(x, mean, std)), x)[0]
    return torch.stack([slope, slope * std * z], 1)


def spread(gradients: Tensor) -> float:
    """The variance of one draw's gradient over the square of the mean; [n, 2]."""
    return (gradients.var(0).sum() / gradients.mean(0).square().sum()).item()


def of_kl() -> Tensor:
    """The gradient of KL(p || p_g) in (mean, log std), by quadrature, [2]."""
    M = Density(MEAN, STD).double()
    return flat(torch.autograd.grad(kl(gaussian(0.0, 1.0), lambda x: M(x[:, None]), LINE), tuple(M.parameters())))


def flat(gradients: tuple[Tensor, ...]) -> Tensor:
    """Gradients of numbers as one vector."""
    return torch.stack(gradients)


def noise(setting: Setting) -> Tensor:
    """A million standard normal numbers."""
    generator = torch.Generator().manual_seed(setting.seed)
    return torch.randn(setting.sized(1_000_000, 100_000), dtype=torch.float64, generator=generator)


def likelihood(setting: Setting) -> Outcome:
    """The maximum-likelihood cost's gradient from draws beside that of the divergence, and how much each cost's varies."""
    z = noise(setting)
    gradients = {name: by_draw(cost, z) for name, cost in COSTS.items()}
    found = {name: cosine_similarity(rows.mean(0), of_kl(), 0).item() for name, rows in gradients.items()}
    far = {name: spread(by_draw(cost, z, 2.0, 1.0)[:, :1]) for name, cost in COSTS.items()}
    length = (gradients["maximum likelihood"].mean(0).norm() / of_kl().norm()).item()
    draw_spreads(setting, z)
    return Outcome(
        found["maximum likelihood"],
        {
            "length_beside_that_of_the_KL_gradient": length,
            "cosine_of_the_zero_sum_cost": found["zero-sum"],
            "cosine_of_the_non_saturating_cost": found["non-saturating"],
            **{f"variance_{key(name)}": spread(rows) for name, rows in gradients.items()},
            **{f"variance_{key(name)}_unit_bells_2_apart": value for name, value in far.items()},
        },
        {"the length is that of the KL gradient too, within 5 %": abs(length - 1) <= 0.05},
        samples=len(z),
    )


def draw_spreads(setting: Setting, z: Tensor) -> None:
    """The variance of one draw's gradient in G's mean over the square of the mean, for unit bells ever farther apart."""
    apart = torch.linspace(0.25, 4, 16, dtype=torch.float64)
    figure, (axes,) = axes_grid(1, 1)
    for name, cost in COSTS.items():
        axes.semilogy(apart, [spread(by_draw(cost, z, m.item(), 1.0)[:, :1]) for m in apart], "o-", ms=3, color=COLOURS[name], label=name)
    axes.semilogy(apart, apart.square().expm1(), ":", color="black", label="maximum likelihood, $\\exp(m^2) - 1$")
    axes.set_ylim(1e-2, 1e7)
    axes.set_xlabel("distance m of $p_g$ from the data [standard deviations]")
    axes.set_ylabel("variance of a draw / mean²")
    axes.legend(fontsize=8)
    save(figure, setting.figures / "maximum-likelihood-cost.png")


# ---- what D says as a reward


def reinforcement(setting: Setting) -> Outcome:
    """The gradient of each cost through D and the sample, and the one that takes the cost as a reward alone."""
    z = noise(setting)
    M = Density(MEAN, STD).double()
    x = M.draw(z[:, None]).detach()
    scores = torch.stack([z / STD, z.square() - 1], 1)  # d log p_g / d(mean, log std)
    plain, lowered, beside = [], [], {}
    for name, cost in COSTS.items():
        paid = each(cost, star(x[:, 0]))
        through_sample = by_draw(cost, z)
        for found, baseline in ((plain, 0.0), (lowered, others(paid))):
            rewarded = flat(torch.autograd.grad(reinforce(M(x), paid, baseline), tuple(M.parameters())))
            found.append(cosine_similarity(rewarded, through_sample.mean(0), 0).item())
        ways = {
            "through_the_sample": through_sample,
            "as_a_reward": paid[:, None] * scores,
            "as_a_reward_with_a_baseline": (paid - others(paid))[:, None] * scores,
        }
        beside |= {f"variance_{key(name)}_{way}": spread(rows) for way, rows in ways.items()}
        if cost is deceive:
            draw_agreement(setting, ways)
    return Outcome(min(plain), {"least_cosine_with_a_baseline": min(lowered), **beside}, samples=len(z))


def draw_agreement(setting: Setting, ways: Mapping[str, Tensor]) -> None:
    """The mean cosine of a batch's gradient with that of all draws, by the size of the batch; each way's gradients [n, 2]."""
    whole = ways["through_the_sample"].mean(0)
    sizes = [size for size in (10, 30, 100, 300, 1000, 3000, 10_000) if 10 * size <= len(ways["through_the_sample"])]
    figure, (axes,) = axes_grid(1, 1)
    for (way, rows), colour in zip(ways.items(), (BLUE, ORANGE, GREEN), strict=True):
        batches = [rows[: len(rows) // size * size].view(-1, size, 2).mean(1) for size in sizes]
        agreement = [cosine_similarity(batch, whole[None], 1).mean().item() for batch in batches]
        axes.semilogx(sizes, agreement, "o-", ms=3, color=colour, label=way.replace("_", " "))
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("samples in the batch")
    axes.set_ylabel("mean cosine with the gradient")
    axes.legend(fontsize=8, loc="lower right")
    save(figure, setting.figures / "reinforce.png")


def key(name: str) -> str:
    """The name of a cost in the key of a value."""
    return name.replace("-", "_").replace(" ", "_")


CLAIMS = (
    Claim(
        "saturation",
        "Where D rejects a sample, the gradient of the zero-sum cost vanishes and that of the non-saturating cost does not.",
        f"{TUTORIAL}, slides on the minimax and the non-saturating game; Goodfellow et al. 2014, section 3",
        "slope of the non-saturating cost in the logit / that of the zero-sum cost, at D = .01",
        saturation,
        minutes=0.1,
        published={"value": 99},
        criterion=Within(99.0, 1e-6),
        deviations=("99 is the ratio in closed form, (1 - D) / D.",),
    ),
    Claim(
        "maximum-likelihood-cost",
        "When the discriminator is optimal, the gradient of the cost -exp(a), a the logit of D, is that of maximum likelihood.",
        f"{TUTORIAL}, exercise 3",
        "cosine between the cost's gradient from draws and that of KL(p || p_g)",
        likelihood,
        minutes=0.1,
        published={"value": 1},
        criterion=AtLeast(0.99),
        seeds=3,
        deviations=(f"Data N(0, 1), G(z) = {MEAN:g} + {STD:g} z; variances are those of one draw's gradient over the square of the mean.",),
    ),
    Claim(
        "generator-losses",
        "The costs of G are all falling functions of D(G(z)), and differ in where they fall fastest.",
        f'{TUTORIAL}, slides "Reducing GANs to RL" and "Comparison of generator losses"',
        "max |cost - closed form| at D = 1/2, over the three costs",
        losses,
        minutes=0.1,
        published={"value": 0},
        criterion=AtMost(1e-6),
    ),
    Claim(
        "reinforce",
        "G's cost is a function of what D says of its sample, so that it can serve as a reward alone (REINFORCE).",
        f'{TUTORIAL}, slides "Reducing GANs to RL" and "Discrete outputs"',
        "cosine between the gradient by rewards and that through D and the sample; the least of three costs",
        reinforcement,
        minutes=0.1,
        criterion=AtLeast(0.95),
        seeds=3,
        deviations=(f"Data N(0, 1), G(z) = {MEAN:g} + {STD:g} z, D optimal and held still.",),
    ),
)
