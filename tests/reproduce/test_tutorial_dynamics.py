"""The tutorial's claims of orbits and of modes, on their small parts."""

from math import hypot, sqrt

import pytest
import torch

from advnets.experiment import Alternating
from advnets.reproduce.claims import Setting
from advnets.reproduce.tutorial import critics, dynamics, modes, toys


@pytest.fixture
def setting(tmp_path):
    return Setting(0, "quick", None, tmp_path / "work", tmp_path, lambda line: None)


@pytest.mark.parametrize("name", dynamics.LAWS)
def test_the_engine_s_orbits_are_those_of_the_exact_maps(name):
    law = dynamics.LAWS[name]
    assert torch.allclose(dynamics.played(law, 30)[0], dynamics.expected(law, 30), rtol=0, atol=1e-12)


def test_maps_are_those_that_theory_gives():
    determinants = {name: torch.linalg.det(torch.tensor(law.step, dtype=torch.float64)).item() for name, law in dynamics.LAWS.items()}
    step = dynamics.STEP
    assert determinants["simultaneous"] == pytest.approx(1 + step**2)
    assert determinants["alternating"] == pytest.approx(1)
    assert determinants["extragradient"] == pytest.approx(1 - step**2 + step**4)
    assert determinants["unrolled"] == pytest.approx(1 - step**2)


def test_continuous_time_comes_back_to_the_start():
    orbit = dynamics.flow(60)
    assert orbit[-1].tolist() == pytest.approx(dynamics.START, abs=1e-5)
    assert orbit[15].tolist() == pytest.approx((-dynamics.START[1], dynamics.START[0]), abs=1e-5)  # a quarter later
    assert hypot(*orbit[37]) == pytest.approx(1, abs=1e-5)


def test_the_mean_of_iterates_is_the_mean(setting):
    points, means = dynamics.played(dynamics.LAWS["alternating"], 12)
    assert torch.allclose(means[-1], points.mean(0), atol=1e-12)


def test_orbits_are_measured_and_drawn(setting):
    found = dynamics.orbits(setting)
    assert found.value < 1e-12
    assert found.checks["alternating play stays between .9 and 1.1 times the first radius"]
    assert found.beside["factor_a_round"]["extragradient"] == pytest.approx(sqrt(1 - 0.1**2 + 0.1**4))
    assert (setting.figures / "xy-orbits.png").stat().st_size > 10_000


def test_autocorrelation_of_what_comes_back_and_of_what_stays():
    swinging = torch.tensor([[1.0, 0.0], [0.0, 1.0]] * 20)
    assert modes.autocorrelation(swinging)[1] < -0.9
    assert modes.autocorrelation(swinging)[2] > 0.9
    assert modes.autocorrelation(torch.ones(10, 3)).tolist() == [0] * 5


def test_columns_end_with_the_last_look():
    assert modes.spread(list(range(1, 21)), 5) == [4, 8, 12, 16, 20]
    assert modes.spread([7, 8], 2) == [7, 8]


def test_a_sample_belongs_to_the_nearest_mode_however_far():
    ring = toys.mixture("ring")
    assert toys.nearest(torch.tensor([[5.0, 0.1], [0.0, 0.5]]), ring).tolist() == [0.5, 0, 0.5, 0, 0, 0, 0, 0]


def test_the_setup_says_what_numbers_depend_on():
    words = toys.setup(toys.toy("grid", Alternating(unrolled=5), 100, 5, 0), "averaged")
    for part in ("grid", "G 2-96-96-96-2", "D 2-64-64-64-1", "batch 128", "100 rounds", "2500 samples"):
        assert part in words


def test_unrolled_runs_are_looked_at_on_the_way(setting, monkeypatch):
    monkeypatch.setitem(modes.UNROLLED, "ring", (0, 1))
    monkeypatch.setattr("advnets.runs.training.write_report", lambda *told: None)
    values, looks, _ = modes.unrolled(setting, "ring")
    assert values.keys() == looks.keys() == {0, 1}
    assert list(looks[1]) == [4, 8, 12, 16, 20]
    assert values[0]["modes"] == 8
    modes.rows(setting, "ring", looks)
    assert (setting.figures / "unrolled-ring.png").exists()
    again, _, _ = modes.unrolled(setting, "ring")
    assert again == values


def test_critics_share_their_setup_and_are_all_looked_at(setting, monkeypatch):
    monkeypatch.setattr("advnets.runs.training.write_report", lambda *told: None)
    plain = toys.toy("ring", Alternating(), 20, 1, 0)
    for name, changed in critics.CRITICS.items():
        x = changed(plain)
        assert x != plain, name
        assert (x.optimisers, x.batch_size, x.steps, x.prior) == (plain.optimisers, plain.batch_size, plain.steps, plain.prior)
    found = critics.on_the_ring(setting)
    assert found.value == 0  # after so few rounds
    assert found.beside.keys() == {
        "least_squares",
        "hinge",
        "Wasserstein_gradient_penalty",
        "non-saturating_R1",
        "non-saturating_spectral_norm",
        "setup",
    }
    assert (setting.figures / "critics-on-the-ring.png").stat().st_size > 10_000
