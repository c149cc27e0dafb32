"""What is said of a precision, by the interval of what it changes."""

import pytest

from precision_quality import verdict, welch


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.1, 0.5, "worse"), (-0.5, 0.5, "as good"), (-0.5, 2.4, "as good"), (-0.5, 2.6, "undecided"), (-9.0, -1.0, "as good")],
)
def test_an_interval_that_is_too_wide_says_nothing(low, high, said):
    assert verdict(low, high, 10.0) == said


def test_the_interval_is_welch_s():
    low, high = welch([3.0, 5.0, 7.0], [1.0, 2.0, 3.0])
    assert (low + high) / 2 == pytest.approx(3.0)
    # by the table of Student's t: 2.941 degrees of freedom, t = 3.215
    assert (high - low) / 2 == pytest.approx(3.215 * (4 / 3 + 1 / 3) ** 0.5, rel=2e-3)
