"""The page's mathematics agree with the theory's, values and gradients."""

import json
import math
import shutil
import subprocess

import pytest
import torch

from advnets.studio.onefile import GAME
from advnets.theory import gaussian, jsd, kl, mixture, optimal_logit, virtual_criterion

DATA = {"one": gaussian(0.0, 1.0), "two": mixture([-1.8, 1.8], [0.6, 0.6])}
GRID = [(name, mean, spread) for name in DATA for mean in (-1.3, 0.0, 2.5, 5.0) for spread in (0.5, 1.0, 1.7, 3.0)]
PLACES = [-6.0, -2.5, 0.0, 0.3, 1.8, 6.0]
PROGRAM = """
import { readFileSync } from "node:fs";
const { module, grid, places } = JSON.parse(readFileSync(0));
const page = await import(`data:text/javascript;base64,${Buffer.from(module).toString("base64")}`);
const answers = grid.map(([name, mean, spread]) => {
  const data = page.DATA[name];
  const logits = places.map((x) => page.logit(data, mean, spread, x));
  const slopes = places.map((x) => page.slopeOfLogit(data, mean, spread, x));
  const pushed = (cost) => places.map((x) => page.pushOn(cost, data, mean, spread, x));
  const pushes = Object.fromEntries(Object.keys(page.LOG_PUSH).map((cost) => [cost, pushed(cost)]));
  const parts = { ...page.divergences(data, mean, spread), gradients: page.gradients(data, mean, spread) };
  return { ...parts, logits, slopes, pushes, D: logits.map(page.sigmoid), range: page.rangeOfD(data, mean, spread, -6, 6) };
});
process.stdout.write(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def answers():
    """What the page's module says on the grid."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    given = {"module": GAME.with_name("mathematics.js").read_text(), "grid": GRID, "places": PLACES}
    said = subprocess.run([node, "--input-type=module", "-e", PROGRAM], input=json.dumps(given), capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return dict(zip(GRID, json.loads(said.stdout)))


def both(point):
    """Data and generator of a point of the grid, as log densities."""
    name, mean, spread = point
    return DATA[name], gaussian(mean, spread)


@pytest.mark.parametrize("point", GRID)
def test_value_and_divergences_are_those_of_the_theory(point, answers):
    p, q = both(point)
    expected = {"value": virtual_criterion(p, q), "jsd": jsd(p, q), "kl": kl(p, q), "reverseKl": kl(q, p)}
    for name, number in expected.items():
        assert answers[point][name] == pytest.approx(number.item(), rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("point", GRID)
def test_the_discriminator_is_that_of_the_theory(point, answers):
    x = torch.tensor(PLACES, dtype=torch.float64, requires_grad=True)
    logit = optimal_logit(*both(point))(x)
    assert answers[point]["logits"] == pytest.approx(logit.tolist(), rel=1e-12, abs=1e-12)
    assert answers[point]["D"] == pytest.approx(logit.sigmoid().tolist(), rel=1e-12)
    assert answers[point]["slopes"] == pytest.approx(torch.autograd.grad(logit.sum(), x)[0].tolist(), rel=1e-9, abs=1e-12)


COSTS = {
    "zero-sum": lambda a: torch.nn.functional.logsigmoid(-a),
    "non-saturating": lambda a: -torch.nn.functional.logsigmoid(a),
    "maximum-likelihood": lambda a: -a.exp(),
}


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("point", GRID)
def test_a_push_is_the_descent_of_the_cost_in_the_sample(point, cost, answers):
    x = torch.tensor(PLACES, dtype=torch.float64, requires_grad=True)
    descent = -torch.autograd.grad(COSTS[cost](optimal_logit(*both(point))(x)).sum(), x)[0]
    assert answers[point]["pushes"][cost] == pytest.approx(descent.tolist(), rel=1e-9, abs=1e-12)


DIVERGENCES = {
    "zero-sum": lambda p, q: 2 * jsd(p, q),
    "non-saturating": lambda p, q: kl(q, p) - 2 * jsd(p, q),
    "maximum-likelihood": kl,
}


@pytest.mark.parametrize("cost", DIVERGENCES)
@pytest.mark.parametrize("point", GRID[::2])
def test_gradients_are_those_of_the_divergences(point, cost, answers):
    name, mean, spread = point

    def at(move, widen):
        return DIVERGENCES[cost](DATA[name], gaussian(mean + move, spread * math.exp(widen))).item()

    h = 1e-4
    differences = [(at(h, 0) - at(-h, 0)) / (2 * h), (at(0, h) - at(0, -h)) / (2 * h)]
    assert answers[point]["gradients"][cost] == pytest.approx(differences, rel=1e-5, abs=1e-7)


def test_where_discriminator_wins_only_the_saturating_gradient_is_small(answers):
    sizes = {cost: math.hypot(*gradient) for cost, gradient in answers["one", 5.0, 0.5]["gradients"].items()}
    assert sizes["zero-sum"] < 0.02
    assert min(sizes["non-saturating"], sizes["maximum-likelihood"]) > 5


def test_equal_bells_leave_nothing_to_tell_them_by(answers):
    equal = answers["one", 0.0, 1.0]
    assert equal["value"] == pytest.approx(-math.log(4), abs=1e-12)
    assert equal["range"] == pytest.approx([0.5, 0.5], abs=1e-12)
    assert [abs(part) for gradient in equal["gradients"].values() for part in gradient] == pytest.approx([0] * 6, abs=1e-12)
