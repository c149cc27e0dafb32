"""The lab plays the engine's own game: the same settings and seed, the same game; a pause is a pause, a step is one step."""

import json
import math
import shlex
import struct

import numpy as np
import pytest
import torch

from advnets import cli
from advnets.data import density
from advnets.errors import BadInput
from advnets.runs.building import Means
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks
from advnets.studio.lab.game import ARROWS, SAMPLES, Lab
from advnets.studio.lab.look import CELLS, cells, coverage, opinion, wishes
from advnets.studio.lab.playing import Playing
from advnets.studio.lab.settings import DATA, command, experiment

CHOSEN = {
    "data.source": "grid",
    "dynamics": "alternating",
    "dynamics.k": "2",
    "optimisers.D.lr": "0.002",
    "game.generator": "zero-sum",
    "seed": "3",
}


def weights(lab):
    """All parameters of a lab's networks as one vector."""
    return torch.cat([p.detach().flatten() for net in lab.live.nets.values() for p in net.parameters()])


def test_the_same_settings_give_the_engine_s_own_game():
    labs = [Lab(CHOSEN), Lab(CHOSEN), Lab(CHOSEN | {"seed": "4"})]
    for lab in labs:
        for _ in range(3):
            lab.play_round()
    labs[0].frame()
    live = assemble(experiment(CHOSEN), Means("cpu", "float32", compile=False, threads=1), Ranks())
    for _ in range(4):
        live.play_round()
    labs[0].play_round()
    assert not torch.equal(weights(labs[1]), weights(labs[2]))
    labs[1].play_round()
    assert torch.equal(weights(labs[0]), weights(labs[1]))  # looking changed nothing
    theirs = torch.cat([p.detach().flatten() for net in live.nets.values() for p in net.parameters()])
    assert torch.equal(weights(labs[0]), theirs)


def test_the_command_plays_the_same_game(capsys):
    assert cli.main([*shlex.split(command(CHOSEN))[1:], "--dry-run"]) == 0
    stated = json.loads(capsys.readouterr().out)
    from advnets.experiment import encode

    ours = encode(experiment(CHOSEN))
    assert [key for key in ours if stated[key] != ours[key]] == ["average"]


@pytest.mark.parametrize(
    "chosen",
    [
        {"data.source": "/etc/passwd"},
        {"data.source": "mnist-5k"},
        {"data.root": "/"},
        {"dynamics.k": "0"},
        {"dynamics.k": "21"},
        {"dynamics.k": 2},
        {"dynamics": "extragradient", "dynamics.k": "2"},
        {"optimisers.D.lr": "nan"},
        {"optimisers.G.lr": "-1"},
        {"seed": "-1"},
        {"steps": "9"},
    ],
)
def test_other_settings_are_refused_in_one_line(chosen):
    with pytest.raises(BadInput, match=next(reversed(chosen))) as error:
        experiment(chosen)
    assert "\n" not in str(error.value)


def test_arrows_point_where_g_s_cost_falls():
    """Non-saturating: -n dcost/dx = (1 - D) grad a; zero-sum: D grad a, with a the logit (section 3)."""
    for cost in ("non-saturating", "zero-sum"):
        live = Lab({"game.generator": cost}).live
        points, real = torch.randn(5, 2), torch.randn(5, 2)
        x = points.clone().requires_grad_()
        a = live.nets["D"](x)
        slope = torch.autograd.grad(a.sum(), x)[0]
        weight = 1 - a.sigmoid() if cost == "non-saturating" else a.sigmoid()
        expected = (weight[:, None] * slope).detach()
        assert expected.abs().min() > 0
        torch.testing.assert_close(wishes(live, points, real), expected)


def test_coverage_knows_perfect_samples_and_hopeless_ones():
    generator = torch.Generator().manual_seed(0)
    for name in DATA:
        truth = density(name)
        good, covered, modes = coverage(truth, truth.sample(2000, generator))
        assert abs(good - 0.989) < 0.012  # 1 - exp(-9/2), within three deviations of the plane's Gaussian
        assert covered == modes == {"ring": 8, "grid": 25, "swiss-roll": None}[name]
    assert coverage(density("ring"), torch.zeros(10, 2)) == (0.0, 0, 8)


def test_the_map_begins_at_the_top_left():
    live = Lab({}).live
    for p in live.nets["D"].parameters():
        torch.nn.init.zeros_(p)
    places = cells(2.0)
    assert places[0, 0] < 0 < places[0, 1]
    assert places[1, 0] > places[0, 0]
    assert (opinion(live, places) == 128).all()  # D = 1/2 everywhere


def unpacked(frame):
    """Head and arrays of a frame, as the page reads them."""
    (length,) = struct.unpack("<I", frame[:4])
    rest = frame[4 + length :]
    samples, arrows = 8 * SAMPLES, 8 * (SAMPLES + ARROWS)
    assert len(rest) == arrows + CELLS**2
    assert (4 + length) % 4 == 0
    return json.loads(frame[4 : 4 + length]), np.frombuffer(rest[:samples], "<f4").reshape(-1, 2)


def test_a_frame_holds_what_the_page_reads():
    lab = Lab({})
    lab.play_round()
    head, samples = unpacked(lab.frame())
    assert head["step"] == 1
    assert head["modes"] == 8
    assert math.isclose(head["watch/V"], -2 * math.log(2), abs_tol=0.3)
    assert head["cost/D"] > 0
    assert np.isfinite(samples).all()
    assert unpacked(lab.frame())[0].get("cost/D") is None  # nothing was played since


@pytest.fixture
def playing():
    """A page's game."""
    return Playing()


def do(playing, act, **rest):
    """What the game answers."""
    return playing.obey(json.dumps({"do": act} | rest))


def test_a_step_is_one_step_and_a_pause_is_a_pause(playing):
    assert do(playing, "step") == {"done": "step", "step": 1, "running": False}
    playing.play_round()
    assert do(playing, "start") == {"done": "start", "step": 1, "running": True}
    playing.play_round()
    assert do(playing, "pause") == {"done": "pause", "step": 2, "running": False}
    playing.play_round()
    assert playing.lab.round == 2


def test_a_frame_is_made_only_when_the_page_asks_and_only_of_news(playing):
    assert playing.frame() is None
    assert do(playing, "more") is None
    assert playing.frame() is not None
    assert playing.frame() is None
    do(playing, "more")
    assert playing.frame() is None  # the page has seen this round
    do(playing, "step")
    do(playing, "step")
    assert unpacked(playing.frame())[0]["step"] == 2  # the newest, not every one


def test_a_game_goes_on_without_anybody_looking(playing):
    do(playing, "start")
    for _ in range(5):
        playing.play_round()
        assert playing.frame() is None
    assert playing.lab.round == 5


def test_reset_begins_anew_with_what_was_chosen(playing):
    do(playing, "step")
    answer = do(playing, "reset", chosen={"data.source": "swiss-roll"})
    assert (answer["done"], answer["step"], answer["about"]["command"].split()[3:5]) == ("reset", 0, ["--data", "swiss-roll"])
    assert len(answer["about"]["real"]) == SAMPLES


@pytest.mark.parametrize(
    "words", ["", "[]", "{}", '{"do": "run"}', '{"do": "reset", "chosen": []}', '{"do": "reset", "chosen": {"seed": "x"}}']
)
def test_words_that_mean_nothing_change_nothing(playing, words):
    do(playing, "step")
    answer = playing.obey(words)
    assert set(answer) == {"error"}
    assert playing.lab.round == 1


def test_a_game_that_diverges_stops_and_says_so(playing):
    do(playing, "reset", chosen={"optimisers.G.lr": "1e30"})
    do(playing, "start")
    for _ in range(6):
        playing.play_round()
    assert playing.running is False
    do(playing, "more")
    head, _ = unpacked(playing.frame())
    assert head["diverged"] is True
    assert head["cost/G"] is None
    assert do(playing, "step")["step"] == head["step"]
