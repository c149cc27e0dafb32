"""From picture files to a set: in memory if the pixels fit, else read from disk batch by batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from advnets.data.decode import BadPicture
from advnets.data.files import Files
from advnets.data.images import Images, Skipped
from advnets.data.reading import Reading
from advnets.data.stored import CHANNELS, coded, same_size, wrong_size
from advnets.data.streamed import Streamed
from advnets.data.workers import ordered
from advnets.errors import BadInput


@dataclass(frozen=True)
class Decoder:
    """Decodes members of `files`, and holds them to the shape (channels, height, width) of the member `model`."""

    files: Files
    reading: Reading
    model: str
    shape: tuple[int, int, int]

    def __call__(self, member: str) -> NDArray[np.uint8]:
        """A member's pixels, uint8 of the shape.

        Raises:
            BadPicture: the member cannot be read.
            BadInput: it has another shape.
        """
        pixels = self.files.picture(member, self.reading)
        if pixels.shape != self.shape:
            raise BadInput(mixed(self.files.path(member), pixels.shape, self.model, self.shape))
        return pixels


def load(files: Files, reading: Reading) -> Images | Streamed:
    """The set of the pictures in files.

    Args:
        files: where they are.
        reading: how they are read; `memory` decides whether they are kept.

    Raises:
        BadInput: a file cannot be read (unless such are skipped), or sizes or colours are mixed.
    """
    files, loose = apart(files, reading)
    decoder = model(files, reading)
    keeps = len(files.members) * prod(decoder.shape) <= reading.bytes_kept
    kept = np.empty((len(files.members), *decoder.shape), np.uint8) if keeps else None
    bad = decode_all(decoder, kept) if keeps or reading.skip_bad_files else {}
    good = [k for k in range(len(files.members)) if k not in bad]
    labels, classes = labelled(files, good)
    skipped = (*loose, *bad.values())
    if kept is None:
        members = tuple(files.members[k] for k in good)
        return Streamed(
            decoder,
            members,
            decoder.shape,
            labels,
            classes,
            files.name,
            files.fingerprint(),
            skipped,
            reading.flip,
            reading.workers,
            contrast=reading.contrast,
        )
    return Images(torch.from_numpy(kept[good] if bad else kept), labels, classes, files.name, skipped, reading.flip, reading.contrast)


def apart(files: Files, reading: Reading) -> tuple[Files, tuple[Skipped, ...]]:
    """Files without those that lie beside subfolders, and these.

    Raises:
        BadPicture: there are some, and such are not skipped.
    """
    loose = tuple(Skipped(files.path(member), "it lies beside subfolders, which are labels") for member in files.loose)
    if loose and not reading.skip_bad_files:
        raise BadPicture(*loose[0])
    return replace(files, members=tuple(member for member in files.members if member not in files.loose)), loose


def labelled(files: Files, good: list[int]) -> tuple[Tensor | None, tuple[str, ...]]:
    """Labels int64 [m] of some members, as positions among the classes, and these."""
    if files.labels is None:
        return None, ()
    codes, classes = coded(np.array(files.labels)[good])
    return torch.from_numpy(codes), classes


def model(files: Files, reading: Reading) -> Decoder:
    """A decoder that holds all members to the shape of the first that can be read."""
    first: BadPicture | None = None
    for member in files.members:
        try:
            shape = files.picture(member, reading).shape
        except BadPicture as error:
            if not reading.skip_bad_files:
                raise
            first = first or error
            continue
        if not same_size(shape[1:], reading):
            raise BadInput(wrong_size(files.path(member), shape[1:], reading))
        return Decoder(files, reading, member, shape)
    raise BadInput(f"{files.name}: none of its {len(files.members)} files is a readable picture; the first, {first}")


def decode_all(decoder: Decoder, kept: NDArray[np.uint8] | None) -> dict[int, Skipped]:
    """Decode every member once, into `kept` [n, c, h, w] if there is one.

    Returns:
        The members that cannot be read, by position; empty unless such are skipped.
    """
    skips, members = decoder.reading.skip_bad_files, decoder.files.members

    def attempt(k: int) -> Skipped | None:
        try:
            pixels = decoder(members[k])
        except BadPicture as error:
            if not skips:
                raise
            return Skipped(error.file, error.reason)
        if kept is not None:
            kept[k] = pixels
        return None

    outcomes = enumerate(ordered(attempt, range(len(members)), decoder.reading.workers))
    return {k: skipped for k, skipped in outcomes if skipped is not None}


def mixed(path: str, shape: tuple[int, ...], model: str, wanted: tuple[int, ...]) -> str:
    """What to say of a picture that is not shaped as the others."""
    if shape[1:] != wanted[1:]:
        sizes = f"{shape[2]}x{shape[1]} pixels where {model} has {wanted[2]}x{wanted[1]}"
        return f"{path}: {sizes}; make them one with --data.size and --data.fit resize, crop or pad"
    return f"{path}: {CHANNELS[shape[0]]} where {model} is {CHANNELS[wanted[0]]}; make them one with --data.colour rgb or grey"
