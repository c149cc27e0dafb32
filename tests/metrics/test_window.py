"""The density of a Gaussian window: equal to a direct computation in float64, in any blocks."""

import math

import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from advnets.data import Images, Points, open_data
from advnets.metrics import window
from advnets.metrics.window import log_densities

SIGMAS = np.logspace(-1, 0, 10).tolist()


def direct(samples: torch.Tensor, x: torch.Tensor, sigmas: list[float]) -> np.ndarray:
    """float64 [m, k], as the formula stands."""
    s, x = (rows.double().flatten(1).numpy() for rows in (samples, x))
    squares = np.stack([((row - s) ** 2).sum(1) for row in x])
    d = s.shape[1]
    each = [logsumexp(-squares / (2 * sigma**2), axis=1) - np.log(len(s)) - d * np.log(sigma * np.sqrt(2 * np.pi)) for sigma in sigmas]
    return np.stack(each, 1)


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def blurred(images: torch.Tensor) -> torch.Tensor:
    return (images + torch.nn.functional.avg_pool2d(images, 3, 1, 1)) / 2


@pytest.fixture(scope="module")
def mnist() -> Images:
    data = open_data("mnist-5k")
    assert isinstance(data, Images)
    return data.select(torch.randperm(5000, generator=torch.Generator().manual_seed(0)))


def kinds(mnist: Images) -> dict[str, torch.Tensor]:
    real = mnist.rows(torch.arange(800))
    return {
        "real pictures": real,
        "blurred": blurred(real),
        "noise": drawn(800, 1, 28, 28),
        "all the same": real[:1].expand(800, -1, -1, -1),
        "almost the same": (real[:1] + 0.01 * drawn(800, 1, 28, 28)).clamp(0, 1),
        "copies of what is scored": mnist.rows(torch.arange(4000, 5000)),
    }


@pytest.mark.parametrize("kind", ["real pictures", "blurred", "noise", "all the same", "almost the same", "copies of what is scored"])
def test_it_agrees_with_a_direct_computation_to_a_ten_thousandth_of_a_nat(kind, mnist):
    samples, x = kinds(mnist)[kind], mnist.select(torch.arange(4000, 4040))
    assert np.abs(log_densities(samples, x, SIGMAS).numpy() - direct(samples, x.rows(torch.arange(40)), SIGMAS)).max() < 1e-4


def test_float32_alone_would_not(mnist, monkeypatch):
    """The bound above is not met by chance: without the second look it is missed tenfold."""
    monkeypatch.setattr(window, "NEAR", -1.0)
    samples, x = mnist.rows(torch.arange(800)), mnist.select(torch.arange(4000, 4040))
    error = np.abs(log_densities(samples, x, SIGMAS).numpy() - direct(samples, x.rows(torch.arange(40)), SIGMAS)).max(0)
    assert error[0] > 1e-3
    assert error[-1] < 1e-4


@pytest.mark.parametrize(
    "samples",
    [4 + 0.5 * drawn(400, 1), 1000 + drawn(400, 2), 50 * drawn(400, 3), torch.ones(7, 2), 1e3 * torch.eye(2)[torch.arange(400) % 2]],
    ids=["on the line", "far from the origin", "wide", "all the same", "two modes far apart"],
)
def test_points(samples):
    x = samples[:100] + 0.1 * drawn(len(samples[:100]), samples.shape[1], seed=1)
    assert np.abs(log_densities(samples, Points(x), SIGMAS).numpy() - direct(samples, x, SIGMAS)).max() < 1e-4


def test_one_sample_is_one_gaussian():
    s, x, sigma = drawn(1, 5), drawn(3, 5, seed=1), 0.3
    expected = torch.distributions.Normal(s.double(), sigma).log_prob(x.double()).sum(1)
    assert log_densities(s, Points(x), [sigma])[:, 0].tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_on_the_line_it_is_a_density():
    samples = drawn(20, 1)
    x = torch.linspace(-5, 6, 4001)[:, None]
    for k, total in enumerate(torch.trapezoid(log_densities(samples, Points(x), [0.1, 0.5]).exp(), x, dim=0)):
        assert total == pytest.approx(1, abs=1e-5), k


@pytest.mark.parametrize("d", [40, 2])
@pytest.mark.parametrize("chunk", [1, 1000, 20_000])
def test_blocks_of_any_size_give_the_same(chunk, d, monkeypatch):
    samples, x = drawn(90, d), Points(drawn(55, d, seed=1))
    whole = log_densities(samples, x, SIGMAS)
    monkeypatch.setattr(window, "TILE_BYTES", chunk)
    assert torch.allclose(log_densities(samples, x, SIGMAS, chunk=chunk), whole, rtol=0, atol=2e-5)


def test_a_block_is_no_larger_than_it_may_be():
    asked: list[int] = []

    class Watched(Points):
        def rows(self, index, generator=None):
            asked.append(len(index))
            return super().rows(index)

    log_densities(drawn(500, 3), Watched(drawn(100, 3)), [1.0], chunk=4 * 500 * 10)
    assert asked == [10] * 10
    asked.clear()
    log_densities(drawn(5, 300), Watched(drawn(100, 300)), [1.0], chunk=4 * 300 * 40)
    assert asked == [40, 40, 20]


def test_arguments_stay_and_carry_no_graph():
    samples = drawn(30, 40).requires_grad_()
    before, x = samples.clone(), Points(drawn(10, 40, seed=1))
    assert not log_densities(samples, x, SIGMAS).requires_grad
    assert torch.equal(samples, before)
    assert torch.equal(x.values, drawn(10, 40, seed=1))


def test_far_away_it_is_as_low_as_it_is():
    """No underflow: the nearest sample decides."""
    value = log_densities(torch.zeros(3, 40), Points(torch.full((1, 40), 10.0)), [0.1])
    assert value.item() == pytest.approx(-40 * 100 / (2 * 0.01) - 40 * math.log(0.1 * math.sqrt(2 * math.pi)))
