"""Pairs of pictures: chance decides which are shown and on which side, and the page learns it with the answer, not before."""

from __future__ import annotations

import time
from base64 import b64encode
from collections import OrderedDict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from secrets import randbelow, token_urlsafe
from threading import Lock
from typing import TYPE_CHECKING, Any

from advnets.errors import BadInput
from advnets.studio.quiz import answers
from advnets.studio.quiz.real import Reals
from advnets.studio.shelf.details import steps
from advnets.studio.shelf.generators import Generators, Wanted
from advnets.studio.shelf.inside import NotThere, run_folder

if TYPE_CHECKING:
    from torch import Tensor

    from advnets.experiment import Data
    from advnets.runs.sampling import Model

SIDES = ("left", "right")
OPEN = 100
"""Pairs that wait for their answers; of more, the oldest is forgotten."""


@dataclass(frozen=True)
class Subject:
    """Whose samples are judged."""

    run: str
    step: int
    weights: str


@dataclass(frozen=True)
class Pair:
    """What is asked.

    Args:
        subject: whose sample it is.
        visit: of the page that asked.
        seed, number, of: the sample is number `number` of `of` drawn at this seed.
        real: the side of the real picture.
        asked: when, by the clock of `time.monotonic` [s].
    """

    subject: Subject
    visit: str
    seed: int
    number: int
    of: int
    real: str
    asked: float


class Quiz:
    """The pairs that wait for their answers, and how one is made and judged."""

    def __init__(self, shelf: Path, generators: Generators, reals: Reals) -> None:
        self.shelf, self.generators, self.reals = shelf, generators, reals
        self.turn = Lock()
        self.open: OrderedDict[str, Pair] = OrderedDict()

    def about(self, run: str) -> dict[str, Any]:
        """Whose samples would be judged, of which data, and how all answers about them turned out.

        Raises:
            NotThere: no such run.
            BadInput: it has no checkpoint, or its record cannot be read.
        """
        subject = subject_of(self.shelf, run)
        data = run_folder(self.shelf, run).experiment().data
        return asdict(subject) | {"data": data.source, "all": answers.score(answers.given(self.shelf), **asdict(subject))}

    def ask(self, run: str, visit: str) -> dict[str, Any]:
        """A new pair: two pictures as PNG in base64, and the word by which it is answered.

        Raises:
            NotThere: no such run.
            BadInput: nothing to ask: no pictures, no checkpoint, or data that cannot be opened here.
        """
        subject = subject_of(self.shelf, run)
        data = run_folder(self.shelf, run).experiment().data
        seed, side = randbelow(2**31), randbelow(2)
        with self.generators.model(Wanted(run, subject.weights, subject.step)) as model:
            if len(model.shape) != 3:
                raise BadInput(f"{run}: draws points, not pictures")
            of = max(1, len(model.classes))  # a conditional generator draws its classes in turn
            number = randbelow(of)
            sample, real = model.sample(of, seed)[number], self.some_real(data, model.shape)
        pictures = pngs(model, [real, sample] if side == 0 else [sample, real])
        word = token_urlsafe(16)
        pair = Pair(subject, visit or token_urlsafe(8), seed, number, of, SIDES[side], time.monotonic())
        with self.turn:
            self.open[word] = pair
            while len(self.open) > OPEN:
                self.open.popitem(last=False)
        return asdict(subject) | {"pair": word, "visit": pair.visit} | dict(zip(SIDES, pictures, strict=True))

    def some_real(self, data: Data, shape: tuple[int, ...]) -> Tensor:
        """A real picture [c, h, w] of a run's data, which learned pictures of this shape.

        Raises:
            BadInput: the data cannot be opened, or are no longer what the run learned.
        """
        rows = self.reals.of(data)
        if tuple(rows.shape[1:]) != shape:
            raise BadInput(f"{data.source}: pictures of {tuple(rows.shape[1:])}, where the run learned {shape}")
        return rows[randbelow(len(rows))]

    def answer(self, word: str, chosen: str) -> dict[str, Any]:
        """Judge an answer, keep it, and tell how answers turned out: `you` on this visit, `all` about the same samples.

        Raises:
            NotThere: no such pair waits.
            BadInput: a side that is none, or an answer that cannot be kept.
        """
        if chosen not in SIDES:
            raise BadInput(f"chosen: {chosen!r} is neither left nor right")
        with self.turn:
            pair = self.open.pop(word, None)
        if pair is None:
            raise NotThere("this pair was answered before, or forgotten; ask for another")
        right, alike = chosen == pair.real, asdict(pair.subject)
        which = {"visit": pair.visit, "seed": pair.seed, "number": pair.number, "of": pair.of}
        what = {"real": pair.real, "chosen": chosen, "right": right, "seconds": round(time.monotonic() - pair.asked, 2)}
        before = answers.given(self.shelf)
        line = {"time": datetime.now(UTC).isoformat(timespec="seconds")} | alike | which | what
        answers.keep(self.shelf, line)
        scores = {"you": answers.score([*before, line], **alike, visit=pair.visit), "all": answers.score([*before, line], **alike)}
        return {"right": right, "real": pair.real} | scores


def subject_of(shelf: Path, run: str) -> Subject:
    """The newest generator of a run: averaged, where it keeps an average.

    Raises:
        NotThere: no such run.
        BadInput: it has no checkpoint, or its record cannot be read.
    """
    folder = run_folder(shelf, run)
    known = steps(folder)
    if not known:
        raise BadInput(f"{run}: has no checkpoint yet")
    return Subject(run, known[-1], "averaged" if folder.experiment().average.decay else "raw")


def pngs(model: Model, pictures: list[Tensor]) -> list[str]:
    """Pictures on one scale, each as PNG in base64, of the same size and kind, and with nothing else in the file."""
    import torch

    from advnets.runs.pictures import grid, visible

    found: list[str] = []
    for picture in visible(torch.stack(pictures), model.experiment.data.contrast):
        buffer = BytesIO()
        grid(picture[None], gap=0, enlarge=False).save(buffer, format="png")
        found.append(b64encode(buffer.getvalue()).decode())
    return found
