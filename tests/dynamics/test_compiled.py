"""Compilation: where there is none, the reason is said; graphs do not share Dynamo's limit. (That compiled fields agree with
eager ones is part of every game's contract.)"""

import shutil

import pytest
import torch

from advnets.core import alternating
from advnets.core.field import field
from advnets.dynamics import can_compile, compiled, extragradient
from advnets.dynamics.compiled import own_code
from advnets.games.xy import Coordinate, xy

CPU = torch.device("cpu")


def test_without_a_compiler_the_reason_is_said(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert can_compile(CPU) == "no C++ compiler was found"
    assert can_compile(torch.device("cuda")) is None


@pytest.mark.parametrize("compiler", ["c++", "g++", "clang++"])
def test_any_of_the_usual_compilers_will_do(monkeypatch, compiler):
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name == compiler else None)
    assert can_compile(CPU) is None


def test_functions_get_code_of_their_own():
    def double(x):
        return 2 * x

    other = own_code(double)
    assert other(3) == 6
    assert other.__code__ is not double.__code__


def test_a_graph_for_every_turn_and_only_one(monkeypatch):
    made = []

    def compile(function, **options):
        made.append(options)
        return function

    monkeypatch.setattr(torch, "compile", compile)
    game, nets = xy(alternating(x=2, y=1)), {"x": Coordinate(0.5), "y": Coordinate(-0.25)}
    fast = compiled(field)
    for _ in range(3):
        for turn in game.turns:
            assert fast(game, turn, nets, None) == field(game, turn, nets, None)
    assert [(options["fullgraph"], options["dynamic"]) for options in made] == [(True, False)] * 2


def test_extragradient_cannot_be_differentiated_again():
    game, nets = xy(), {"x": Coordinate(0.5), "y": Coordinate(-0.25)}
    with pytest.raises(ValueError, match="extragradient field cannot be differentiated again"):
        extragradient(field, lambda player: 0.1)(game, game.turns[0], nets, None, create_graph=True)
