"""The sets that have a name: found in a local folder in one of the usual layouts, else in the user's cache, else downloaded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from advnets.data import cifar, dots, embedded, idx
from advnets.data.download import Remote, cache, fetch, matches
from advnets.data.mirrors import REMOTES
from advnets.data.stored import Stored
from advnets.errors import BadInput

Table = Mapping[str, Mapping[str, Remote]]

EMBEDDED: Mapping[str, Callable[[], Stored]] = {"digits": embedded.digits, "mnist-5k": embedded.mnist_5k, "dots": dots.dots}

IDX_FOLDERS = {
    "mnist": ("mnist", "mnist/raw", "MNIST/raw", "MNIST"),
    "fashion-mnist": ("fashion-mnist", "fashion-mnist/raw", "FashionMNIST/raw", "FashionMNIST", "fashion_mnist"),
}
CIFAR_FOLDERS = ("", "cifar10", "cifar-10", "CIFAR10")

CLASSES = {
    "mnist": embedded.DIGITS,
    "fashion-mnist": ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
}


@dataclass(frozen=True)
class Search:
    """Where a named set is looked for.

    Args:
        name: the set.
        root: the local folder that was named, if any; it comes before the user's cache.
        download: whether to download what is in neither.
        remotes: where from.
    """

    name: str
    root: Path | None
    download: bool
    remotes: Table

    @property
    def places(self) -> tuple[Path, ...]:
        """The folders to look in."""
        return (cache(),) if self.root is None else (self.root, cache())

    def fetched(self, file: str) -> Path:
        """A file of the set from its mirrors, now in the cache."""
        if not self.download:
            looked = " or ".join(str(place) for place in self.places)
            raise BadInput(f"{self.name}: {file} is not in {looked}; --data-root DIR takes a folder that has it")
        return fetch(self.remotes[self.name][file], cache() / self.name, self.name)


def load(name: str, split: str, root: Path | None = None, download: bool = True, remotes: Table = REMOTES) -> Stored:
    """A set by its name.

    Args:
        name: one of `advnets.data.names.PICTURES`.
        split: "train" or "test".
        root: a folder with local copies; None: the variable ADVNETS_DATA, if it is set.
        download: whether to download what is not on this machine.
        remotes: where from.

    Raises:
        BadInput: the set has no such split, a local copy is broken, the root is no folder, or the download failed.
    """
    if name in EMBEDDED:
        if split == "test":
            raise BadInput(f"{name}: has no test part; held-out is a fifth of it")
        return EMBEDDED[name]()
    search = Search(name, local_root(root), download, remotes)
    stored = load_cifar(search, split) if name == "cifar10" else load_idx(search, split)
    return replace(stored, name=name)


def on_this_machine(name: str, root: Path | None = None) -> bool:
    """Whether a set can be opened without downloading anything."""
    try:
        load(name, "train", root, download=False)
    except BadInput:
        return False
    return True


def local_root(root: Path | None) -> Path | None:
    """The folder of local copies that was named, by an option or by ADVNETS_DATA."""
    if root is not None:
        if not root.expanduser().is_dir():
            raise BadInput(f"--data-root {root}: no such folder")
        return root.expanduser()
    if not (named := os.environ.get("ADVNETS_DATA")):
        return None
    if not Path(named).expanduser().is_dir():
        raise BadInput(f"ADVNETS_DATA={named}: no such folder")
    return Path(named).expanduser()


def load_idx(search: Search, split: str) -> Stored:
    """MNIST or Fashion-MNIST."""
    images, labels = (
        next(found(search, file), None) or search.fetched(file)
        for file in (f"{idx.PARTS[split]}-images-idx3-ubyte", f"{idx.PARTS[split]}-labels-idx1-ubyte")
    )
    return idx.load(images, labels, CLASSES[search.name])


def found(search: Search, file: str) -> Iterator[Path]:
    """The local copies of an IDX file. One that lies in a folder of no telling name must have the right content."""
    remote = search.remotes[search.name][file]
    for place in search.places:
        for folder in IDX_FOLDERS[search.name]:
            yield from existing(place / folder, file)
        yield from (copy for copy in existing(place, file) if matches(copy, remote))


def existing(folder: Path, file: str) -> Iterator[Path]:
    """An IDX file in a folder, under any of its spellings."""
    return (folder / name for name in idx.spellings(file) if (folder / name).is_file())


def load_cifar(search: Search, split: str) -> Stored:
    """CIFAR-10, from the official folder or the official archive."""
    for place in search.places:
        for base in (place / folder for folder in CIFAR_FOLDERS):
            for folder in (base / cifar.FOLDER, base):
                if cifar.is_folder(folder):
                    return cifar.load_folder(folder, split)
            if (base / cifar.ARCHIVE).is_file():
                return cifar.load_archive(base / cifar.ARCHIVE, split)
    return cifar.load_archive(search.fetched(cifar.ARCHIVE), split)
