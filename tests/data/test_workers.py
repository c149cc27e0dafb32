import pytest

from advnets.data.workers import ordered


def test_results_come_in_order_however_many():
    assert list(ordered(lambda k: k * k, range(200), workers=3)) == [k * k for k in range(200)]


def test_the_first_error_in_order_is_raised_and_the_rest_spared():
    called = []

    def fails(k: int) -> int:
        called.append(k)
        if k >= 40:
            raise ValueError(k)
        return k

    with pytest.raises(ValueError, match="40"):
        list(ordered(fails, range(100_000), workers=2))
    assert len(called) < 200
