"""What the Parzen-window estimate gives for training pictures and for k-means centres, kept in the user's cache."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from advnets.data.download import cache
from advnets.data.opening import Rows
from advnets.metrics.kept import put, tell
from advnets.metrics.roles import FIFTH, Roles

VERSION = 1
MOST_CLUSTERED = 50_000
CLUSTERED_BYTES = 2**30
ITERATIONS = 5
"""Lloyd's: each is a product of all pictures and all centres, and the score hardly moves after the first few."""

Scored = Callable[[Tensor, Roles], dict[str, Any]]


def controls(real: Roles, count: int, seed: int, scored: Scored) -> dict[str, Any]:
    """Real pictures and k-means centres, scored as if they were samples.

    A file that is torn, or of something else, is replaced; a cache that cannot be written costs only the time to do it again.

    Args:
        real: at most 50,000 of the training examples, or what a GiB holds of them, are clustered.
        count: of the samples, and of the training examples in their place; at most a fifth of those clustered are centres.
        seed: of the choice of examples, and of k-means.
        scored: the metric.
    """
    pictures = clustered(real.training, seed)
    key = fingerprint(pictures, real, count, seed)
    path = cache() / "controls" / f"{key}.json"
    found = read(path, key)
    if found is None:
        centres = max(1, min(count, len(pictures) // FIFTH))
        tell(f"parzen: scoring controls for {real.training.name} once: k-means, {centres:,} centres of {len(pictures):,} ...")
        copied = pictures[:count]
        found = {
            "training_pictures": {"count": len(copied), **scored(copied, real)},
            "k_means": {
                "count": centres,
                "clustered": len(pictures),
                "iterations": ITERATIONS,
                **scored(k_means(pictures, centres, seed), real),
            },
        }
        try:
            put(path, json.dumps({"fingerprint": key, "controls": found}).encode())
        except OSError as error:
            tell(f"{path.parent}: the controls cannot be kept there: {error.strerror or error}")
    return found


def clustered(training: Rows, seed: int) -> Tensor:
    """At most 50,000 training examples in random order, and at most a GiB of them: float32 [m, d]."""
    size = 4 * torch.Size(training.shape).numel()
    index = torch.randperm(len(training), generator=torch.Generator().manual_seed(seed))
    return training.rows(index[: min(MOST_CLUSTERED, CLUSTERED_BYTES // size)]).cpu().flatten(1)


def k_means(pictures: Tensor, centres: int, seed: int) -> Tensor:
    """Centres float32 [k, d] of pictures [m, d] after a few iterations from random pictures, by scikit-learn."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    found = KMeans(centres, init="random", n_init=1, max_iter=ITERATIONS, random_state=seed % 2**32)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different pictures than centres: centres coincide
        return torch.from_numpy(found.fit(pictures.numpy()).cluster_centers_)


def fingerprint(pictures: Tensor, real: Roles, count: int, seed: int) -> str:
    """What the controls follow from: sha256, in hexadecimal, of all that is clustered and scored, the settings and the version."""
    digest = sha256(f"{VERSION} {ITERATIONS} {count} {seed} {real.validation_origin} {tuple(pictures.shape)}".encode())
    digest.update(pictures.numpy().data)
    for data in (real.validation, real.test):
        digest.update(f"{len(data)}".encode())
        for index in torch.arange(len(data)).split(1000):
            digest.update(data.rows(index).cpu().numpy().data)
    return digest.hexdigest()


def read(path: Path, key: str) -> dict[str, Any] | None:
    """The controls that a file holds; None if it holds none, or others."""
    try:
        kept = json.loads(path.read_bytes())
        return kept["controls"] if kept["fingerprint"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
