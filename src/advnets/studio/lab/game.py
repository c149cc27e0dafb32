"""A game in the plane that is played round by round and looked at in between."""

from __future__ import annotations

import json
import math
import struct
import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from advnets.data import Density
from advnets.runs.building import Means
from advnets.runs.live import Live, assemble
from advnets.runs.ranks import Ranks
from advnets.runs.sampling import generate, prior_noise
from advnets.studio.lab.look import cells, coverage, half_width, opinion, wishes
from advnets.studio.lab.settings import command, experiment

SAMPLES = 1000
ARROWS = 60


class Lab:
    """The engine's own game of an experiment, and pictures of it.

    Args:
        chosen: options of the lab by name.

    Raises:
        BadInput: the options do not fit.
    """

    def __init__(self, chosen: Mapping[str, str]) -> None:
        self.chosen = dict(chosen)
        self.live: Live = assemble(experiment(chosen), Means("cpu", "float32", compile=False, threads=1), Ranks())
        assert isinstance(self.live.source, Density)
        self.density = self.live.source
        self.half = half_width(self.density)
        self.places = cells(self.half)
        self.real = self.density.sample(SAMPLES, torch.Generator().manual_seed(self.live.x.seed))
        self.noise = prior_noise(self.live.x.prior, SAMPLES, self.live.x.seed)
        self.diverged = False
        self.paid = dict.fromkeys(self.live.game.players, 0.0)
        self.looked = (0, time.monotonic())

    @property
    def round(self) -> int:
        """Rounds played."""
        return self.live.round

    def play_round(self) -> None:
        """One round, by the engine."""
        for player, move in self.live.play_round().items():
            self.paid[player] += move.cost.item()
        self.diverged = not all(math.isfinite(sum) for sum in self.paid.values())

    def about(self) -> dict[str, Any]:
        """What does not change while it is played: the data, the frame of the picture, the command that plays the same."""
        return {
            "chosen": self.chosen,
            "command": command(self.chosen),
            "half_width": self.half,
            "real": [[round(x, 3) for x in point] for point in self.real.tolist()],
        }

    def frame(self) -> bytes:
        """What is to be seen now: a head, then arrays, little-endian.

        uint32 length of the head; the head as JSON, padded to a multiple of 4 bytes; samples float32 [SAMPLES, 2]; what G wishes for the
        first ARROWS of them, float32 [ARROWS, 2]; D on CELLS x CELLS cells from the top left, uint8.
        """
        samples = generate(self.live.nets["G"], self.noise)
        arrows = wishes(self.live, samples[:ARROWS], self.real[:ARROWS])
        head = json.dumps(self.numbers(samples)).encode()
        head += b" " * (-len(head) % 4)
        arrays = (samples, arrows, opinion(self.live, self.places))
        return struct.pack("<I", len(head)) + head + b"".join(array.numpy().tobytes() for array in arrays)

    def numbers(self, samples: Tensor) -> dict[str, Any]:
        """The head of a frame. Costs are means over the rounds since the last look; what is not finite is None."""
        now, (round, then) = time.monotonic(), self.looked
        rounds = self.round - round
        values: dict[str, float] = {"rounds_per_second": rounds / max(now - then, 1e-9)}
        if rounds:
            values |= {f"cost/{player}": sum / rounds for player, sum in self.paid.items()}
            values |= {f"watch/{name}": value.item() for name, value in self.live.watch().items()}
        self.looked, self.paid = (self.round, now), dict.fromkeys(self.paid, 0.0)
        good, covered, modes = coverage(self.density, samples)
        finite = {name: value if math.isfinite(value) else None for name, value in values.items()}
        return {"step": self.round, "good": good, "covered": covered, "modes": modes, "diverged": self.diverged} | finite
