"""Samples, real pictures, and a control of other real pictures, as one network sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from advnets.data.images import Images
from advnets.data.opening import Data, Rows, part
from advnets.data.streamed import Streamed
from advnets.errors import BadInput
from advnets.metrics.checks import at_least, same_shape
from advnets.metrics.classifier import Seen
from advnets.metrics.extractors import Extractor, OfClassifier, extractor
from advnets.metrics.kept import classifier, described
from advnets.metrics.names import CLASSIFIER
from advnets.metrics.parts import kind, parts

FEWEST = 128
MOST_REAL = 10_000


@dataclass(frozen=True)
class Embedded:
    """What one network makes of three sets of pictures.

    Args:
        samples: of the generator.
        real: of the reference, at most 10,000.
        control: of what is held out, as many as there are samples, or all if there are fewer.
        origin: what is held out, in words.
        through: the network.
        generator: of choices that follow.
    """

    samples: Seen
    real: Seen
    control: Seen
    origin: str
    through: Extractor
    generator: torch.Generator

    def protocol(self, what: str) -> str:
        """What was measured, with what, on how many."""
        counts = f"{len(self.samples.features):,} samples, {len(self.real.features):,} real"
        return f"{what}, {self.samples.features.shape[1]:,} features of {self.through.name}, {counts}"


@dataclass(frozen=True)
class Sets:
    """Real pictures to compare with, others to control with, and the network that looks at them."""

    real: Rows
    control: Rows
    origin: str
    through: Extractor


def embedded(metric: str, samples: Tensor, reference: Data, held_out: Data | None, seed: int, features: str) -> Embedded:
    """Samples and real pictures as a network sees them.

    Args:
        metric: for messages.
        samples: float [n, c, h, w] in [0, 1].
        reference: pictures; labelled ones for the classifier.
        held_out: others of their kind; None: a fifth of the reference.
        seed: of the choice among real pictures.
        features: "classifier", "efficientnet-lite0", or a TorchScript file.

    Raises:
        BadInput: fewer than 128 samples, or data or features that do not suit.
    """
    at_least(FEWEST, samples, metric)
    sets = by_classifier(metric, reference, held_out) if features == CLASSIFIER else by_other(metric, reference, held_out, features)
    generator = torch.Generator().manual_seed(seed)
    real, control = (
        seen_in(sets.through, data, torch.randperm(len(data), generator=generator)[:most])
        for data, most in ((sets.real, MOST_REAL), (sets.control, len(samples)))
    )
    return Embedded(looked(sets.through, samples.split(sets.through.at_once)), real, control, sets.origin, sets.through, generator)


def by_classifier(metric: str, reference: Data, held_out: Data | None) -> Sets:
    """A labelled set in two, and the classifier that learned the first part."""
    both = parts(metric, reference, held_out)
    found = classifier(both)
    through = OfClassifier(found.net, both.fit.name, {"classifier": described(found, both)})
    return Sets(both.fit, both.held_out, both.origin, through)


def by_other(metric: str, reference: Data, held_out: Data | None, features: str) -> Sets:
    """A set in two, labelled or not, and a network from elsewhere.

    Raises:
        BadInput: not pictures in [0, 1], or parts that do not match.
    """
    real = pictures(metric, reference)
    if held_out is None:
        return Sets(part(real, "fit"), part(real, "held-out"), "a fifth of the set", extractor(features))
    same_shape(held_out, reference)
    return Sets(real, pictures(metric, held_out), "held out", extractor(features))


def pictures(metric: str, data: Data) -> Images | Streamed:
    """The same set, if it is one of pictures in [0, 1].

    Raises:
        BadInput: it is not.
    """
    if not isinstance(data, Images | Streamed):
        raise BadInput(f"{data.name}: metric {metric} needs pictures, not {kind(data)}")
    if data.contrast != "as-stored":
        raise BadInput(f"{data.name}: metric {metric} needs pictures in [0, 1], not of normalised contrast")
    return data


@torch.no_grad()
def looked(through: Extractor, batches: Iterable[Tensor]) -> Seen:
    """What a network makes of pictures in [0, 1], in batches float [b, c, h, w]."""
    every = [through.look(brought(batch.cpu().float(), through.shape)) for batch in batches]
    return Seen(torch.cat([some.features for some in every]), torch.cat([some.probabilities for some in every]))


def brought(x: Tensor, shape: tuple[int | None, ...]) -> Tensor:
    """Pictures float [n, c, h, w] in [0, 1] at the channels, height and width that are asked for; grey ones become RGB.

    Raises:
        BadInput: neither as many channels as asked for nor one.
    """
    channels, *sides = shape
    if channels is not None and x.shape[1] not in (1, channels):
        raise BadInput(f"samples: of {x.shape[1]} channels; this feature extractor sees pictures of 1 or {channels}")
    x = x.expand(-1, channels or -1, -1, -1)
    size = tuple(asked or now for asked, now in zip(sides, x.shape[2:], strict=True))
    return x if size == x.shape[2:] else interpolate(x, size, mode="bicubic", antialias=True).clamp(0, 1)


def seen_in(through: Extractor, data: Rows, index: Tensor) -> Seen:
    """What a network makes of the pictures of a set at an index int64 [n]."""
    return looked(through, (data.rows(batch) for batch in index.split(through.at_once)))


def about(found: Embedded, compared: dict[str, Any]) -> dict[str, Any]:
    """What was said of the control, with what it is, and where the network comes from."""
    return {"control": {"real": found.origin, "pictures": len(found.control.features), **compared}, **found.through.about}
