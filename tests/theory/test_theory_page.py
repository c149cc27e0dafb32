"""The tables of docs/theory.md are what the library says."""

from pathlib import Path

import pytest
import torch

from advnets.theory import binned, descend, gaussian, jsd, kl, mixture, virtual_criterion

PAGE = (Path(__file__).parents[2] / "docs/theory.md").read_text()
GENERATORS = {"N(0, 1)": (0, 1), "N(1, 1)": (1, 1), "N(3, 1)": (3, 1), "N(0, 3²)": (0, 3), "N(0, 0.1²)": (0, 0.1), "N(20, 1)": (20, 1)}


def four_digits(number):
    return f"{float(number):z.4f}".replace("-", "−")


@pytest.mark.parametrize("name", GENERATORS)
def test_the_table_of_generators(name):
    p, q = gaussian(0, 1), gaussian(*GENERATORS[name])
    row = [name, *map(four_digits, (jsd(p, q), virtual_criterion(p, q), kl(p, q), kl(q, p)))]
    assert f"| {' | '.join(row)} |" in PAGE.splitlines()


def test_the_table_of_steps():
    path = descend(binned(mixture([-2, 2], [0.5, 0.7]), -5, 6), torch.zeros(100))
    row = ["JSD, nats", *(f"{path.jsd[step]:.1e}" for step in path.snapshots)]
    assert f"| {' | '.join(row)} |" in PAGE.splitlines()


def test_the_table_of_games_is_what_the_program_prints(capsys):
    program = PAGE.split("```python\n")[3].split("```")[0]
    exec(compile(program, "theory.md", "exec", dont_inherit=True), {"__name__": "program"})
    table = PAGE.split("| radius(0.1) |\n")[1].splitlines()[1:4]
    assert [" ".join(row.split(" | ")[2:]).rstrip(" |") for row in table] == capsys.readouterr().out.splitlines()
