"""The classifier of a labelled set: kept in the user's cache, trained where it is not there."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from advnets.data.download import cache
from advnets.metrics.classifier import VERSION, Network, accuracy, trained
from advnets.metrics.parts import Parts, labels_of


@dataclass(frozen=True)
class Classifier:
    """A trained network and what it is worth.

    Args:
        net: in evaluation mode.
        test_accuracy: share of the held-out pictures that it puts into their class.
    """

    net: Network
    test_accuracy: float


def classifier(parts: Parts) -> Classifier:
    """The classifier of a labelled set.

    It is kept as safetensors in the user's cache under the set's fingerprint. A file that is torn, or of something else, is
    replaced; a cache that cannot be written costs only the time to train again.
    """
    key = fingerprint(parts)
    path = cache() / "classifiers" / f"{key}.safetensors"
    found = read(path, key, parts)
    if found is None:
        tell(f"training the classifier for {parts.fit.name} once, on {len(parts.fit):,} pictures ...")
        net = trained(parts)
        found = Classifier(net, accuracy(net, parts.held_out))
        try:
            write(path, key, found)
        except OSError as error:
            tell(f"{path.parent}: the classifier cannot be kept there: {error.strerror or error}")
    return found


def described(found: Classifier, parts: Parts) -> dict[str, object]:
    """What a classifier was trained and tested on, and its accuracy, as plain values."""
    return {
        "trained_on": parts.fit.name,
        "pictures": len(parts.fit),
        "tested_on": parts.origin,
        "test_pictures": len(parts.held_out),
        "test_accuracy": found.test_accuracy,
    }


def fingerprint(parts: Parts) -> str:
    """What a classifier follows from: sha256, in hexadecimal, of pixels, labels and the version of this code."""
    digest = sha256(f"{VERSION} {len(parts.classes)}".encode())
    for images in (parts.fit, parts.held_out):
        digest.update(str(tuple(images.pixels.shape)).encode() + (b"" if images.bounded else images.contrast.encode()))
        digest.update(images.pixels.contiguous().numpy().data)
        digest.update(labels_of(images).contiguous().numpy().data)
    return digest.hexdigest()


def read(path: Path, key: str, parts: Parts) -> Classifier | None:
    """The classifier that a file holds; None if it holds none, or another set's."""
    with torch.random.fork_rng(devices=[]):
        net = Network(parts.fit.shape, len(parts.classes))
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("fingerprint") != key:
                return None
            net.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118 (the file is no mapping)
            return Classifier(net.eval().requires_grad_(False), float(metadata["test_accuracy"]))
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError):
        return None


def write(path: Path, key: str, found: Classifier) -> None:
    """Keep a classifier.

    Raises:
        OSError: the disk cannot take it.
    """
    metadata = {"fingerprint": key, "version": str(VERSION), "test_accuracy": repr(found.test_accuracy)}
    put(path, save({name: tensor.contiguous() for name, tensor in found.net.state_dict().items()}, metadata))


def put(path: Path, content: bytes) -> None:
    """Put a file of the cache in place at once: written beside it, synced, renamed.

    Raises:
        OSError: the disk cannot take it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def tell(line: str) -> None:
    """Say something on the standard error, which carries no results."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
