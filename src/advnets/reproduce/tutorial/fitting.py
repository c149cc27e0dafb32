"""One bell fitted by different divergences: the two directions of KL, and the f-divergences as games."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from advnets.core import Game, Rng, alternating, play
from advnets.costs.divergences import DIVERGENCES
from advnets.games.fgan import fgan
from advnets.nets.gaussian import Density, Generator
from advnets.reproduce.claims import SHARE, AtLeast, AtMost, Claim, Outcome, Setting
from advnets.reproduce.drawing import BLUE, GREEN, ORANGE, axes_grid, save
from advnets.theory import Line, Mixture, Rule, chi_squared, gaussian, interval, jsd, kl, mixture, squared_hellinger

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TUTORIAL = "Goodfellow 2016 (tutorial)"
LINE = interval(-15, 15, 200)

Measure = Callable[[Line, Line, Rule], Tensor]


def reverse_kl(p: Line, q: Line, over: Rule) -> Tensor:
    """KL(q || p), in nats."""
    return kl(q, p, over)


def twice_jsd(p: Line, q: Line, over: Rule) -> Tensor:
    """2 JSD(p, q), in nats: the divergence that f-GAN calls Jensen-Shannon."""
    return 2 * jsd(p, q, over)


MEASURES: Mapping[str, Measure] = {
    "kl": kl,
    "reverse-kl": reverse_kl,
    "jensen-shannon": twice_jsd,
    "pearson": chi_squared,
    "hellinger": squared_hellinger,
}
"""Each f-divergence of p from p_g by quadrature, by its name in `costs.divergences`."""


def closest(measure: Measure, p: Mixture, mean: float, std: float) -> tuple[float, float]:
    """The bell at the least divergence from p that descent from N(mean, std^2) finds, as (mean, std)."""
    q = Density(mean, std).double()
    optimiser = torch.optim.LBFGS(q.parameters(), 0.3, max_iter=300, tolerance_grad=1e-10, tolerance_change=1e-14)

    def apart() -> float:
        optimiser.zero_grad()
        divergence = measure(p, lambda x: q(x[:, None]), LINE)
        divergence.backward()
        return divergence.item()

    optimiser.step(apart)
    return stands(q.samples)


def stands(G: Generator) -> tuple[float, float]:
    """Mean and standard deviation of what G draws."""
    return G.mean.item(), G.log_std.exp().item()


def moments(p: Mixture) -> tuple[float, float]:
    """Mean and standard deviation of a mixture."""
    parts = list(zip(p.means, p.stds, p.weights, strict=True))
    mean = sum(weight * m for m, _, weight in parts)
    return mean, math.sqrt(sum(weight * (s**2 + (m - mean) ** 2) for m, s, weight in parts))


# ---- the two directions


TWO_BUMPS = mixture([-2.0, 2.0], [0.6, 0.6])


def directions(setting: Setting) -> Outcome:
    """The bell nearest to two bumps, by KL(p || q) and by KL(q || p)."""
    p, (mean, std) = TWO_BUMPS, moments(TWO_BUMPS)
    whole = closest(kl, p, 0.3, 1.0)
    starts = setting.sized((-3.0, -2.5, -1.5, -1.0, 1.0, 1.5, 2.5, 3.0), (-1.5, 1.5))
    ends = [closest(reverse_kl, p, start, 0.8) for start in starts]
    one = min(ends, key=lambda end: reverse_kl(p, gaussian(*end), LINE).item())
    beyond = max(min(abs(end[0] - mode) for mode in p.means) for end in ends)
    figure, panels = axes_grid(1, 2, width=4.2)
    x = torch.linspace(-5, 5, 401, dtype=torch.float64)
    for axes, (m, s), title in zip(panels, (whole, one), ("$q$ = argmin KL($p$ ‖ $q$)", "$q$ = argmin KL($q$ ‖ $p$)"), strict=True):
        axes.plot(x, p(x).exp(), color=BLUE, label="p(x)")
        axes.plot(x, gaussian(m, s)(x).exp(), "--", color=ORANGE, label="q(x)")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("x")
        axes.set_ylabel("density")
        axes.legend(fontsize=8)
    save(figure, setting.figures / "kl-reverse-kl.png")
    return Outcome(
        max(abs(whole[0] - mean), abs(whole[1] - std)),
        {"kl_mean": whole[0], "kl_std": whole[1], "reverse_kl_mean": one[0], "reverse_kl_std": one[1]},
        {"from every start KL(q || p) puts q's mean within .1 of one bump": beyond <= 0.1},
    )


# ---- games of one bell


class Draws:
    """Data from a mixture and standard normal noise, n rows of one number each."""

    def __init__(self, p: Mixture, n: int) -> None:
        self.p, self.n = p, n
        self.means, self.stds = torch.tensor(p.means), torch.tensor(p.stds)
        self.edges = torch.tensor(p.weights).cumsum(0)[:-1]

    def data(self, rng: Rng) -> Tensor:
        part = torch.bucketize(rng.uniform(self.n, 1), self.edges)
        return self.means[part] + self.stds[part] * rng.normal(self.n, 1)

    def noise(self, rng: Rng) -> Tensor:
        return rng.normal(self.n, 1)


def critic(seed: int) -> nn.Module:
    """A network with smooth layers from the line to one number, [n, 1] -> [n]."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1), nn.Flatten(0))


def path(
    game: Game[Any, Any], nets: Mapping[str, nn.Module], rates: Mapping[str, float], feed: Draws, G: Generator, seed: int, rounds: int
) -> Tensor:
    """Where G stands after each round, its (mean, std), [rounds, 2]; by Adam whose rates fall to a fiftieth.

    Args:
        game, nets, feed: what is played.
        rates: by player.
        G: the one among the nets, or a part of one, that is followed.
        seed, rounds: of the play.
    """
    optimisers = {
        player: torch.optim.Adam([p for net in game.owned((player,)) for p in nets[net].parameters()], rate, (0.5, 0.99))
        for player, rate in rates.items()
    }
    schedules = [torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.02, rounds) for optimiser in optimisers.values()]
    taken: list[tuple[float, float]] = []
    for round in range(rounds):
        play(game, nets, optimisers, feed, round, rng=lambda r, t: Rng(seed, r, t))
        for schedule in schedules:
            schedule.step()
        taken.append(stands(G))
    return torch.tensor(taken, dtype=torch.float64)


def settled(taken: Tensor) -> tuple[float, float]:
    """The mean over the second half of a path."""
    mean, std = taken[len(taken) // 2 :].mean(0).tolist()
    return mean, std


# ---- f-divergences


WIDE_AND_NARROW = mixture([-1.0, 2.0], [1.0, 0.4], [0.6, 0.4])


def divergences(setting: Setting) -> Outcome:
    """A bell trained by f-GAN on each divergence, and how far each is from the data by every divergence."""
    p = WIDE_AND_NARROW
    start = moments(p)
    exact = {name: closest(measure, p, start[0], 1.05 * start[1]) for name, measure in MEASURES.items()}
    bells = {name: adversarial(name, p, setting) for name in MEASURES}
    table = {by: {on: measure(p, gaussian(*bell), LINE).item() for on, bell in bells.items()} for by, measure in MEASURES.items()}
    own = {by: all(row[by] <= value for value in row.values()) for by, row in table.items()}
    pairs = [row[by] < value for by, row in table.items() for on, value in row.items() if on != by]
    off = max(abs(a - b) for name in MEASURES for a, b in zip(bells[name], exact[name], strict=True))
    draw_divergences(setting, p, bells, table)
    return Outcome(
        sum(own.values()) / len(own),
        {
            "share_of_pairs": sum(pairs) / len(pairs),
            "farthest_from_the_exact_bells": off,
            **{f"{key(name)}_{what}": number for name in MEASURES for what, number in zip(("mean", "std"), bells[name], strict=True)},
        },
    )


def adversarial(name: str, p: Mixture, setting: Setting) -> tuple[float, float]:
    """The bell that f-GAN finds, as (mean, std): two steps of the critic for one of G."""
    G = Generator(0.0, 2.0)
    nets = {"D": critic(setting.seed), "G": G}
    game = fgan(DIVERGENCES[name], turns=alternating(D=2, G=1))
    taken = path(game, nets, {"D": 3e-3, "G": 3e-3}, Draws(p, 1000), G, setting.seed, setting.sized(ROUNDS, 150))
    setting.say(f"f-divergences: {name}: mean {settled(taken)[0]:.3f}, std {settled(taken)[1]:.3f}")
    return settled(taken)


ROUNDS = 2000
"""Of f-GAN on the line, at full size."""


def draw_divergences(
    setting: Setting, p: Mixture, bells: Mapping[str, tuple[float, float]], table: Mapping[str, Mapping[str, float]]
) -> None:
    """The bells, and the table of divergences with the least of each column marked."""
    figure, (left, right) = axes_grid(1, 2, width=5.6)
    x = torch.linspace(-6, 6, 401, dtype=torch.float64)
    left.plot(x, p(x).exp(), color="black", lw=2, label="data")
    for (name, bell), colour in zip(bells.items(), (BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9"), strict=True):
        left.plot(x, gaussian(*bell)(x).exp(), color=colour, label=name)
    left.set_xlabel("x")
    left.set_ylabel("density")
    left.legend(fontsize=8)
    words = [[f"{table[by][on]:.4f}" for by in table] for on in bells]
    shown = written(right, words, list(bells), [name.replace("-", "\n") for name in table])
    for column, (by, row) in enumerate(table.items()):
        shown[list(bells).index(min(row, key=lambda on: table[by][on])) + 1, column].set_facecolor("#FFE7B3")
    right.set_title("trained on (row), measured by (column); the least is marked", fontsize=9)
    save(figure, setting.figures / "f-divergences.png")


def written(axes: Axes, words: list[list[str]], rows: list[str], columns: list[str]) -> Any:
    """A table in the place of a panel."""
    axes.axis("off")
    shown = axes.table(cellText=words, rowLabels=rows, colLabels=columns, loc="center", cellLoc="center")
    shown.auto_set_font_size(False)
    shown.set_fontsize(8)
    shown.scale(1, 1.9)
    return shown


def key(name: str) -> str:
    """A name in the key of a value."""
    return name.replace("-", "_")


CLAIMS = (
    Claim(
        "kl-reverse-kl",
        "One bell fitted to two bumps: KL(p || q) makes it cover both, KL(q || p) makes it choose one.",
        f'{TUTORIAL}, slide "Is the divergence important?"',
        "of KL(p || q): max |mean - the data's|, |standard deviation - the data's|",
        directions,
        minutes=0.1,
        criterion=AtMost(0.05),
        deviations=("The slide gives no numbers: here the bumps are N(-2, .6²) and N(2, .6²), and the divergences are integrals.",),
    ),
    Claim(
        "f-divergences",
        "By choice of f the game descends different divergences: each variant of f-GAN is the best on its own.",
        f'{TUTORIAL}, slides "Is the divergence important?" and "Loss does not seem to explain why GAN samples are sharp"; '
        "Nowozin et al. 2016",
        "share of the five divergences on which the variant trained on it is the lowest of five",
        divergences,
        minutes=3,
        bounds=SHARE,
        criterion=AtLeast(0.8),
        seeds=3,
        deviations=(
            "G is one bell, G(z) = mean + std z, so that its divergences are integrals; the data are a wide and a narrow bump, "
            ".6 N(-1, 1) + .4 N(2, .4²), for which the bells at the least of each divergence differ most clearly.",
            "What is measured is the mean of (mean, std) over the second half of the rounds.",
        ),
    ),
)
