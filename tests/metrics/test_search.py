"""Nearest neighbours: exact, first on ties, in little memory."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from advnets.data import Images, Points, open_data
from advnets.metrics import nearest
from advnets.metrics.neighbours import nearest as of_neighbours
from advnets.metrics.search import product


def brute(samples: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """By all differences, in float64."""
    squares = (samples.flatten(1).double()[:, None] - real.flatten(1).double()).square().sum(-1)
    return squares.min(1).values.sqrt(), squares.argmin(1)


def pictures(n: int, seed: int = 0) -> Images:
    return Images(torch.randint(0, 256, (n, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed)))


@pytest.mark.parametrize("chunk", [1, 2000, 2**24])
def test_equals_brute_force(chunk):
    real, samples = pictures(70), torch.rand(30, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    distance, index = nearest(samples, real, chunk=chunk)
    expected, place = brute(samples, real.rows(torch.arange(70)))
    assert distance.dtype == torch.float32
    torch.testing.assert_close(distance, expected.float())
    assert torch.equal(index, place)


def test_equals_brute_force_on_real_digits():
    digits = open_data("digits")
    samples = digits.rows(torch.arange(0, 1797, 9)) * 0.9 + 0.05
    distance, index = nearest(samples, digits)
    expected, place = brute(samples, digits.rows(torch.arange(1797)))
    torch.testing.assert_close(distance, expected.float())
    assert torch.equal(index, place)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.sampled_from([1, 64, 512]), st.sampled_from([0.0, 1e3, 1e6]))
def test_far_from_the_origin_rounding_does_not_choose(seed, n, chunk, offset):
    # The product of matrices loses all digits of such distances; only its bound on rounding keeps the right candidates.
    generator = torch.Generator().manual_seed(seed)
    real, samples = torch.randn(n, 3, generator=generator) + offset, torch.randn(5, 3, generator=generator) + offset
    distance, index = nearest(samples, Points(real), chunk=chunk)
    expected, place = brute(samples, real)
    assert torch.equal(index, place)
    torch.testing.assert_close(distance, expected.float())


@pytest.mark.parametrize("chunk", [1, 500, 2**24])
def test_a_copy_has_distance_0_and_the_first_of_equals_is_named(chunk):
    once = pictures(20)
    thrice = once.select(torch.arange(60) % 20)
    distance, index = nearest(once.rows(torch.arange(20)), thrice, chunk=chunk)
    assert torch.equal(distance, torch.zeros(20))
    assert torch.equal(index, torch.arange(20))


@pytest.mark.parametrize("chunk", [1, 500, 2**24])
def test_an_excluded_position_is_never_named(chunk):
    real = pictures(40)
    rows = real.rows(torch.arange(40))
    distance, index = nearest(rows, real, excluding=torch.arange(40), chunk=chunk)
    squares = (rows.flatten(1).double()[:, None] - rows.flatten(1).double()).square().sum(-1).fill_diagonal_(torch.inf)
    assert torch.equal(index, squares.argmin(1))
    torch.testing.assert_close(distance, squares.min(1).values.sqrt().float())


def test_all_alike_stays_exact_though_every_pair_is_a_candidate():
    same = Images(torch.full((300, 1, 8, 8), 7, dtype=torch.uint8))
    distance, index = nearest(torch.zeros(50, 1, 8, 8), same, chunk=4096)
    torch.testing.assert_close(distance, torch.full((50,), 8 * 7 / 255))
    assert torch.equal(index, torch.zeros(50, dtype=torch.int64))


def test_no_block_is_larger_than_asked_for():
    asked = []

    class Watched(Images):
        def rows(self, index, generator=None):
            asked.append(len(index))
            return super().rows(index, generator)

    nearest(torch.rand(5, 1, 8, 8), Watched(pictures(50).pixels), chunk=10 * 64 * 4)
    assert asked == [10] * 5


def test_colour_pictures_and_the_name_in_neighbours():
    real = Images(torch.randint(0, 256, (30, 3, 9, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(2)))
    assert of_neighbours is nearest
    _, index = nearest(real.rows(torch.tensor([4, 11])), real)
    assert index.tolist() == [4, 11]


@pytest.mark.parametrize("precision", ["highest", "high", "medium"])
def test_products_are_in_float32_whatever_torch_is_set_to(precision):
    a, b = (torch.rand(n, 40, generator=torch.Generator().manual_seed(n)) for n in (5, 7))
    before = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision(precision)
        with torch.autocast("cpu", torch.bfloat16):
            found = product(a, b)
        assert torch.get_float32_matmul_precision() == precision
        assert found.dtype == torch.float32
        assert (found - a.double() @ b.double().T).abs().max() < 1e-5
    finally:
        torch.set_float32_matmul_precision(before)
