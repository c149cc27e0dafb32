import math

import pytest
import torch

from advnets.data import DENSITIES, GaussianMixture, SwissRoll, density
from advnets.data.densities import gauss_legendre


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def mass_on_the_line(source) -> float:
    x, weights = gauss_legendre(-12, 12, panels=200, order=8)
    return float(weights @ source.log_prob(x[:, None]).exp())


def mass_around(source, centre, reach: float, panels: int = 12) -> float:
    """The mass of a density of the plane in a square around a point."""
    t, weights = gauss_legendre(-reach, reach, panels, order=8)
    x = torch.cartesian_prod(t, t) + torch.as_tensor(centre, dtype=torch.float64)
    return float(torch.cartesian_prod(weights, weights).prod(1) @ source.log_prob(x).exp())


@pytest.mark.parametrize("name", ["gaussian", "bumps"])
def test_pdf_integrates_to_1_on_the_line(name):
    assert mass_on_the_line(density(name)) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_pdf_integrates_to_1_around_its_modes(name):
    source = density(name)
    assert source.modes is not None
    assert source.scale is not None
    assert sum(mass_around(source, mode, 9 * source.scale) for mode in source.modes) == pytest.approx(1, abs=1e-12)


def test_pdf_of_the_swiss_roll_integrates_to_1():
    assert mass_around(SwissRoll(std=0.2), (0, 0), 4.0, panels=24) == pytest.approx(1, abs=1e-8)


def test_quadrature_of_the_swiss_roll_is_exact_to_1e_8():
    roll = SwissRoll()
    x = torch.cat([roll.sample(200, seeded()).double(), 5 * torch.rand(400, 2, generator=seeded(), dtype=torch.float64) - 2.5])
    t, weights = gauss_legendre(roll.START, roll.END, panels=1000, order=16)
    squares = (x[:, None] - roll.curve(t)).square().sum(-1)
    finer = torch.logsumexp(weights.log() - squares / (2 * roll.std**2), 1) - math.log(6 * math.pi**2 * roll.std**2)
    heavy = finer > math.log(1e-20)
    assert heavy.sum() > 300
    assert (roll.log_prob(x) - finer)[heavy].abs().max() < 1e-8


@pytest.mark.parametrize("name", DENSITIES)
def test_samples_follow_the_pdf(name):
    """Their moments, and the mean of -log p(x) against the entropy that weighting other points by the pdf gives."""
    source = density(name)
    x = source.sample(4000, seeded(1))
    assert x.dtype == torch.float32
    assert source.shape == x.shape[1:] == (source.dim,)
    wide = GaussianMixture([row.tolist() for row in source.sample(200, seeded(2))], [0.15] * 200)
    y = wide.sample(4000, seeded(3))
    weights = (source.log_prob(y) - wide.log_prob(y)).exp()
    assert weights.mean() == pytest.approx(1, abs=6 * float(weights.std()) / math.sqrt(4000))
    for moment in (lambda z: z[:, 0], lambda z: z.square().sum(1), lambda z: -source.log_prob(z)):
        seen, other = moment(x).double(), weights * moment(y).double()
        error = 6 * math.sqrt(float(seen.var() + other.var()) / 4000)
        assert seen.mean() == pytest.approx(float(other.mean()), abs=error)


def test_samples_depend_on_the_generator_alone():
    for name in DENSITIES:
        assert torch.equal(density(name).sample(5, seeded(4)), density(name).sample(5, seeded(4)))


def test_the_eight_modes_of_the_ring_are_eight():
    ring = density("ring")
    assert ring.modes is not None
    assert ring.modes.norm(dim=1).tolist() == pytest.approx([2] * 8)
    assert torch.pdist(ring.modes).min() == pytest.approx(4 * math.sin(math.pi / 8))


def test_modes_and_scales():
    found = {
        name: (len(source.modes), source.scale)
        for name in ("gaussian", "bumps", "ring", "grid")
        if (source := density(name)).modes is not None
    }
    assert found == {"gaussian": (1, 0.5), "bumps": (4, 0.4), "ring": (8, 0.02), "grid": (25, 0.05)}
    assert SwissRoll().modes is None
    assert GaussianMixture([[0.0], [1.0]], [1.0, 2.0]).scale is None


def test_log_prob_of_a_mixture_against_torch():
    means, stds, weights = [[0.0, 1.0], [2.0, -1.0]], [0.5, 2.0], [0.25, 0.75]
    parts = torch.distributions.Independent(torch.distributions.Normal(torch.tensor(means), torch.tensor(stds)[:, None]), 1)
    theirs = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(torch.tensor(weights)), parts)
    x = 3 * torch.randn(50, 2, generator=seeded())
    assert torch.allclose(GaussianMixture(means, stds, weights).log_prob(x).float(), theirs.log_prob(x), atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[0.0], [1.0]], [1.0]), ["same length"]),
        (([[0.0]], [0.0]), ["stds must be positive"]),
        (([[0.0], [1.0]], [1.0, 1.0], [0.5, 0.6]), ["sum to 1"]),
        (([[0.0], [1.0]], [1.0, 1.0], [1.5, -0.5]), ["weights must be positive"]),
    ],
)
def test_impossible_mixtures_are_refused(arguments, words, refused):
    with refused("mixture", *words):
        GaussianMixture(*arguments)


def test_impossible_rolls_are_refused(refused):
    with refused("swiss-roll", "radius / 40"):
        SwissRoll(radius=2, std=0.01)
