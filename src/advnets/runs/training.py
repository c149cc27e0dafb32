"""Training: start a run, resume it, and everything that is written on the way."""

from __future__ import annotations

import dataclasses
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import Any

from advnets.data import Images, Streamed
from advnets.errors import BadInput, Diverged, Stopped
from advnets.experiment import Experiment, FacesSecondStage, decode, encode
from advnets.metrics import measure
from advnets.runs import checkpoints
from advnets.runs.alarm.lookout import Lookout
from advnets.runs.building import Means, Source, resolve, usable
from advnets.runs.files import append_line, clean, cut_lines, read_lines, write_json
from advnets.runs.folder import FORMAT, RunFolder, check_place, create
from advnets.runs.grids import save_grid
from advnets.runs.live import Live, assemble
from advnets.runs.processor import settled
from advnets.runs.progress import Silent, progress
from advnets.runs.provenance import describe, origin
from advnets.runs.ranks import join, own_device
from advnets.runs.report import write_report
from advnets.runs.tensorboard import summary_writer, writer


@settled()
def train(x: Experiment, out: Path, *, init: Path | None = None, overwrite: bool = False) -> RunFolder:
    """Play an experiment from its start, into a new run folder.

    Args:
        x: the experiment.
        out: where the run folder shall lie.
        init: a run whose last weights are taken over at the start, as far as the networks build on them.
        overwrite: replace a run that lies there.

    Raises:
        BadInput: something from outside cannot be used.
        Stopped: costs or parameters are no longer finite (`Diverged`), or a rank was lost.
    """
    if init is None and isinstance(x.nets, FacesSecondStage):
        raise BadInput("nets: the second stage builds on a trained first one; name a run of --nets faces with --init RUN")
    means, told = resolve(dataclasses.replace(x, device=own_device(x.device)))
    ranks = join(x.device, x.batch_size)
    if ranks.leads:
        check_place(out, overwrite)  # before anything that takes long
    if x.log.tensorboard:
        summary_writer()  # refuses before there is a run folder
    live = assemble(x, means, ranks)
    if init is not None:
        RunFolder(init).record()  # refuses what is no run
        live.start_from(checkpoints.find(RunFolder(init).checkpoints))
    folder = RunFolder(out)
    if ranks.leads:
        rehearse(live)
        record = {
            "experiment": encode(x),
            "means": dataclasses.asdict(means),
            "world": ranks.world,
            "init": None if init is None else str(init),
            "data": describe(live.source, live.classes),
            "rounds": live.rounds,
        }
        create(out, record | origin(), overwrite)
    ranks.wait()
    return go_on(folder, live, [f"training into {out}", *told, *left_out(live.source)])


@settled()
def resume(path: Path, steps: int | None = None) -> RunFolder:
    """Play the rest of a run, with the threads, precision and compilation that it was started with.

    Args:
        path: the run folder.
        steps: the new total of rounds, if it shall change.

    Raises:
        BadInput: not a run, torn beyond use, other data than before, or fewer steps than were played.
        Stopped: as for `train`.
    """
    folder = RunFolder(path)
    record = folder.record()
    x = folder.experiment()
    if steps is not None:
        x = dataclasses.replace(x, steps=steps, epochs=None)
    means = decode(Means, record["means"] | {"device": str(usable(own_device(x.device)))}, "means")
    ranks = join(x.device, x.batch_size)
    if ranks.leads:
        folder.check_idle()
    if ranks.world != record["world"]:
        raise BadInput(f"{path}: was started on {record['world']} ranks, not {ranks.world}; a run goes on as it began")
    live = assemble(x, means, ranks)
    if (now := describe(live.source, live.classes)) != record["data"]:
        different = next(key for key in now if now[key] != record["data"].get(key))
        raise BadInput(f"{path}: {x.data.source} has changed since the run began ({different}); start a new run with --init {path}")
    known = checkpoints.steps(folder.checkpoints)
    if known:
        live.restore(checkpoints.folder_of(folder.checkpoints, known[-1]))
    if live.round > live.rounds:
        raise BadInput(f"--steps {live.rounds}: {live.round} steps were played already")
    if ranks.leads:
        clean(path)
        cut_lines(folder.log, live.round)
        cut_lines(folder.metrics, live.round)
        if steps is not None:
            write_json(path / "run.json", {"format": FORMAT} | record | {"experiment": encode(x), "rounds": live.rounds})
    ranks.wait()
    if live.round == live.rounds and folder.status()["state"] == "done":
        return folder
    return go_on(folder, live, [f"resumed at step {live.round}"])


def go_on(folder: RunFolder, live: Live, told: list[str]) -> RunFolder:
    """Play the rounds that are left, with pictures, log, measurements and checkpoints on the way.

    It ends early where the user asks for it; the status says so.

    Raises:
        Diverged: costs or parameters are no longer finite.
        Stopped: a rank was lost, or the alarm saw what shall end the run.
    """
    x, leads = live.x, live.ranks.leads
    since, alarmed = live.round, False
    lookout = Lookout(live, read_lines(folder.log) if leads else [])
    with (
        progress(leads, live.round, live.rounds, x.batch_size) as bar,
        writer(folder.path, x.log.tensorboard and leads) as board,
        asked() as stop,
        live.ranks.watched(lambda: lost(folder, live, bar)),
    ):
        for line in told:
            bar.say(line)
        if leads:
            folder.say("running", live.round)
        if live.round == 0:
            show(folder, live)
        try:
            while live.round < live.rounds:
                moves = live.play_round()
                note = ""
                if live.round % x.log.every == 0 or live.round == live.rounds:
                    line = live.line(moves, since)
                    since = live.round
                    live.check(line)
                    note = "  ".join(f"{name.split('/')[1]} {value:.3f}" for name, value in line.items() if name.startswith("watch/"))
                    if leads:
                        board(line)
                        append_line(folder.log, lookout.noted(line))
                        folder.say("running", live.round)
                    for news in lookout.news:
                        bar.say(f"step {live.round}: alarm: {news}")
                    note = "  ".join([note, *lookout.names]).strip()
                bar.step(live.round, note)
                if live.round % x.samples.every == 0 or live.round == live.rounds:
                    show(folder, live)
                better = measured(folder, live, bar) if x.metrics.names and live.round % x.metrics.every == 0 else False
                seen = x.alarm.stop_on in lookout.begun
                ends = live.ranks.any(stop.asked or seen)
                if better or ends or live.round % x.checkpoints.every == 0 or live.round == live.rounds:
                    save(folder, live)
                if ends and live.round < live.rounds:
                    alarmed = live.ranks.any(seen)
                    end(folder, live, "stopped")
                    break
        except Diverged as reason:
            end(folder, live, "diverged")
            raise Diverged(f"{reason}; {remains(folder)}; a smaller learning rate may help") from None
        except BadInput:
            end(folder, live, "stopped")
            raise
        except RuntimeError as error:
            if live.ranks.world == 1:
                raise
            end(folder, live, "stopped")
            raise Stopped(f"step {live.round}: a rank was lost ({shorten(str(error), 120)}); {remains(folder)}") from None
    if live.round < live.rounds:
        if alarmed:
            raise Stopped(f"step {live.round}: {lookout.reason(x.alarm.stop_on)}; {remains(folder)}")
        return folder
    if leads:
        write_report(folder, live)
        folder.say("done", live.round)
    live.ranks.wait()
    return folder


def left_out(source: Source) -> list[str]:
    """How many files are not trained on, if any, and why the first of them."""
    skipped = source.skipped if isinstance(source, Images | Streamed) else ()
    return [f"files left out: {len(skipped)}; the first, {skipped[0].file}: {skipped[0].reason}"] if skipped else []


def remains(folder: RunFolder) -> str:
    """What is left of a run that ended early, and how to go on from there."""
    known = checkpoints.steps(folder.checkpoints)
    return f"the checkpoint of step {known[-1]} stands; {folder.resuming}" if known else "there was no checkpoint yet"


def lost(folder: RunFolder, live: Live, bar: Silent) -> None:
    """The last word of a rank that waits in vain for another."""
    end(folder, live, "stopped")
    if live.ranks.leads:
        bar.say(f"advnets: error: step {live.round}: a rank was lost; {remains(folder)}")


def end(folder: RunFolder, live: Live, state: str) -> None:
    """Note how a run ended early."""
    if live.ranks.leads:
        folder.say(state, live.round)


class Asked:
    """Whether the user asked the run to stop."""

    asked = False


@contextmanager
def asked() -> Iterator[Asked]:
    """While it lasts, the first Ctrl-C or SIGTERM only asks; a second Ctrl-C interrupts at once."""
    state = Asked()

    def ask(number: int, frame: Any) -> None:
        if state.asked:
            raise KeyboardInterrupt
        state.asked = True

    try:
        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not in the main thread, where signals do not arrive either
        before = {}
    try:
        yield state
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def show(folder: RunFolder, live: Live) -> None:
    """A picture of samples from fixed noise, named by its step."""
    live.check()
    if live.ranks.leads:
        save_grid(folder.samples / f"{live.round:08d}.png", live.model, live.x.samples.count, live.x.seed, source=live.source)


def measured(folder: RunFolder, live: Live, bar: Silent) -> bool:
    """Measure, write a line, and say whether this is the best so far."""
    x, better = live.x, False
    live.check()
    if live.ranks.leads:
        try:
            values = measurements(live)
        except BadInput:
            keep(folder, live)
            raise
        append_line(folder.metrics, {"step": live.round} | values)
        if x.checkpoints.best is not None:
            value = look_up(values, x.checkpoints.best)
            before = live.best["value"] if live.best else None
            better = before is None or (value < before if x.checkpoints.best_is == "lowest" else value > before)
            if better:
                live.best = {"value": value, "step": live.round}
                bar.say(f"step {live.round}: best {x.checkpoints.best} so far, {value:.4g}")
    return live.ranks.any(better)


def measurements(live: Live) -> dict[str, dict[str, Any]]:
    """What the metrics say of the generator, by their names."""
    x = live.x.metrics
    samples = live.model.sample(x.samples, live.x.seed + 1)
    real: dict[str, Any] = {"held_out": live.held_out, "validation": live.validation}
    return {name: measure(name, samples, live.source, **real, seed=live.x.seed, features=x.features) for name in x.names}


def rehearse(live: Live) -> None:
    """Measure once before there is anything to lose.

    Raises:
        BadInput: a metric cannot be taken of these data or so few samples, or has no number for the best checkpoint.
    """
    if live.x.metrics.names:
        values = measurements(live)
        if live.x.checkpoints.best is not None:
            look_up(values, live.x.checkpoints.best)


def look_up(values: dict[str, Any], path: str) -> float:
    """The number at a path such as `frechet.distance`.

    Raises:
        BadInput: no number lies there.
    """
    found: Any = values
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, int | float):
        raise BadInput(f"checkpoints.best: no number {path!r} among the metrics ({', '.join(values)})")
    return float(found)


def save(folder: RunFolder, live: Live) -> None:
    """Let the first rank keep a checkpoint, and wait for it."""
    live.check()
    if live.ranks.leads:
        keep(folder, live)
    live.ranks.wait()


def keep(folder: RunFolder, live: Live) -> None:
    """Write a checkpoint of whole rounds, known to be finite, and remove old ones."""
    extra = {"shape": json.dumps(live.source.shape), "classes": json.dumps(live.classes)}
    checkpoints.save(folder.checkpoints, live.round, live.x, live.nets, live.averages, live.state(), extra)
    checkpoints.prune(folder.checkpoints, live.x.checkpoints.keep, live.best["step"] if live.best else None)
