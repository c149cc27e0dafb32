"""A whole experiment as one frozen tree: what `run.json` holds, and what the command line changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from advnets.experiment.bounds import Count, Factor, Positive, Seed, Share, Size, Whole
from advnets.experiment.games import Alternating, Dynamics, Game, Gan
from advnets.experiment.networks import Dcgan, Networks, Prior
from advnets.experiment.optimisers import Adam, Optimiser


@dataclass(frozen=True)
class Data:
    """What is learned, and how pictures are read."""

    source: str = "mnist-5k"
    """a name (`advnets list data`) or a path: folder or zip of pictures, .npz, .npy, .mat of TFD, IDX, CIFAR binary"""
    root: str | None = None
    """folder with local copies of the named sets; also ADVNETS_DATA"""
    split: str = "train"
    """part of the set: train, test, fit, held-out, fold-1-test (TFD), or a stretch such as train[:50000]"""
    size: Count | None = None
    """side in pixels of the square pictures that the networks see; as stored if none"""
    fit: Literal["refuse", "resize", "crop", "pad"] = "refuse"
    """what becomes of pictures of another size"""
    colour: Literal["as-stored", "grey", "rgb"] = "as-stored"
    """channels that the networks see"""
    contrast: Literal["as-stored", "normalised"] = "as-stored"
    """numbers in [0, 1] (as-stored), or every picture brought to mean 0 and Euclidean norm 55 (normalised)"""
    flip: bool = False
    """flip pictures left to right at random"""
    skip_bad_files: bool = False
    """leave out files that cannot be read, and count them"""
    memory: Positive = 2.0
    """GiB of pixels that may stay in memory; larger sets are read from disk by workers"""
    workers: Count = 2
    """threads that decode sets which do not stay in memory"""


@dataclass(frozen=True)
class Average:
    """The exponentially averaged generator, which samples are drawn from."""

    decay: Share = 0.999
    """weight of the past a round, ramped up over the first rounds; 0 for no average"""


@dataclass(frozen=True)
class History:
    """Historical averaging: every player also pays for its distance from where it has been on average (Salimans et al. 2016)."""

    weight: Factor = 0.0
    """factor on the squared distance of a player's parameters from their mean over all rounds; 0 for none"""


@dataclass(frozen=True)
class Log:
    """What is written to log.jsonl."""

    every: Count = 50
    """rounds between two lines"""
    tensorboard: bool = False
    """also write TensorBoard event files (needs the extra)"""


@dataclass(frozen=True)
class Samples:
    """Sample grids over time, from fixed noise."""

    every: Count = 500
    """rounds between two grids"""
    count: Size = 64
    """samples in a grid"""


@dataclass(frozen=True)
class Metrics:
    """Measurements while training, on the averaged generator."""

    names: tuple[str, ...] = ()
    """metrics (`advnets list metrics`)"""
    every: Count = 1000
    """rounds between two measurements"""
    samples: Size = 2000
    """samples drawn for each"""
    features: str = "classifier"
    """what frechet, kid, prdc and score look through: classifier, efficientnet-lite0, or a TorchScript file"""


@dataclass(frozen=True)
class Checkpoints:
    """When the state is saved."""

    every: Count = 500
    """rounds between two checkpoints"""
    keep: Count = 2
    """how many of the latest are kept"""
    best: str | None = None
    """also keep the best by this value of metrics.jsonl, for instance `frechet.distance`"""
    best_is: Literal["lowest", "highest"] = "lowest"
    """which value is the best"""


@dataclass(frozen=True)
class Alarm:
    """What is looked for in the samples and in the log: lost data, copies, cycles, players that no longer learn."""

    samples: Whole = 512
    """samples at a look, compared with 1,000 rows of data or more; 0 for no alarm"""
    every: Count = 50
    """rounds between two looks, which come with lines of the log"""
    stop_on: Literal["nothing", "collapse"] = "nothing"
    """what ends the run, with a checkpoint, where the alarm begins to see it"""


@dataclass(frozen=True)
class Experiment:
    """Everything that decides a run."""

    recipe: str
    """the recipe that it came from"""
    data: Data = field(default_factory=Data)
    """what is learned"""
    game: Game = field(default_factory=Gan)
    """who pays what"""
    dynamics: Dynamics = field(default_factory=Alternating)
    """who moves when"""
    nets: Networks = field(default_factory=Dcgan)
    """the networks"""
    prior: Prior = field(default_factory=Prior)
    """the generator's noise"""
    optimisers: Mapping[str, Optimiser] = field(default_factory=lambda: {"D": Adam(), "G": Adam()})
    """by player"""
    average: Average = field(default_factory=Average)
    """the averaged generator"""
    history: History = field(default_factory=History)
    """what players pay for leaving their past"""
    batch_size: Size = 64
    """pictures or points a step, over all ranks"""
    steps: Count | None = None
    """rounds to play"""
    epochs: Count | None = None
    """or passes over the data to make"""
    seed: Seed = 0
    """all randomness of the run"""
    device: str = "cpu"
    """cpu, cuda, cuda:1, ..."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """of matrix products; auto takes bfloat16 where this machine is measurably fast at it"""
    compile: bool = False
    """compile the field with torch.compile"""
    threads: Count | None = None
    """processor threads; torch's own choice if none"""
    log: Log = field(default_factory=Log)
    """what is written to log.jsonl"""
    samples: Samples = field(default_factory=Samples)
    """sample grids over time"""
    metrics: Metrics = field(default_factory=Metrics)
    """measurements while training"""
    checkpoints: Checkpoints = field(default_factory=Checkpoints)
    """when the state is saved"""
    alarm: Alarm = field(default_factory=Alarm)
    """what is looked for in the samples and in the log"""
