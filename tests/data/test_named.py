import hashlib
import tarfile
from pathlib import Path

import numpy as np
import pytest

from advnets.data import Reading, named, open_data
from advnets.data.download import Remote, cache
from advnets.data.mirrors import REMOTES

FILES = {
    "train-images-idx3-ubyte": (4, 5, 6),
    "train-labels-idx1-ubyte": (4,),
    "t10k-images-idx3-ubyte": (2, 5, 6),
    "t10k-labels-idx1-ubyte": (2,),
}


def content(name: str, file: str) -> np.ndarray:
    return np.random.default_rng(len(name)).integers(0, 10, FILES[file], dtype=np.uint8)


@pytest.fixture
def spread(tmp_path, write_idx):
    """Writes the four files of a set into a folder, under other spellings."""

    def write(name: str, folder: str, spelling=lambda file: file) -> Path:
        for file in FILES:
            write_idx(tmp_path / folder / spelling(file), content(name, file))
        return tmp_path

    return write


@pytest.fixture
def remotes(tmp_path, write_idx) -> dict[str, dict[str, Remote]]:
    """A table that knows the small files by their content, and no mirrors."""

    def remote(name: str, file: str) -> Remote:
        written = write_idx(tmp_path / "unused" / file, content(name, file)).read_bytes()
        return Remote(f"{file}.gz", (), len(written), hashlib.sha256(written).hexdigest(), checks_content=True)

    return {name: {file: remote(name, file) for file in FILES} for name in ("mnist", "fashion-mnist")}


SPELLINGS = {
    "plain": lambda file: file,
    "gzipped": lambda file: f"{file}.gz",
    "dots": lambda file: file.replace("-idx", ".idx"),
    "dots, gzipped": lambda file: file.replace("-idx", ".idx") + ".gz",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("mnist", "mnist"),
        ("mnist", "MNIST/raw"),
        ("mnist", "."),
        ("fashion-mnist", "fashion-mnist"),
        ("fashion-mnist", "FashionMNIST/raw"),
        ("fashion-mnist", "."),
    ],
)
def test_layouts(spread, remotes, name, folder, spelling):
    root = spread(name, folder, spelling)
    for split, file in (("train", "train-images-idx3-ubyte"), ("test", "t10k-images-idx3-ubyte")):
        stored = named.load(name, split, root, download=False, remotes=remotes)
        assert (stored.pixels[:, 0] == content(name, file)).all()
        assert stored.classes == named.CLASSES[name]
        assert stored.labels is not None
        assert (stored.labels == content(name, file.replace("images-idx3", "labels-idx1"))).all()


def test_fashion_is_not_taken_for_digits(spread, remotes, refused):
    root = spread("fashion-mnist", ".")
    with refused("mnist", "train-images-idx3-ubyte is not in", str(root), "--data-root DIR"):
        named.load("mnist", "train", root, download=False, remotes=remotes)


def test_the_root_comes_before_the_cache(spread, write_idx):
    for file, shape in FILES.items():
        write_idx(cache() / "mnist" / f"{file}.gz", np.zeros(shape))
    assert named.load("mnist", "train", spread("mnist", "mnist"), download=False).pixels.any()
    assert not named.load("mnist", "train", download=False).pixels.any()


def test_a_set_that_is_not_in_the_root_is_taken_from_the_cache(tmp_path, write_idx):
    for file, shape in FILES.items():
        write_idx(cache() / "mnist" / f"{file}.gz", np.zeros(shape))
    assert len(named.load("mnist", "test", tmp_path, download=False).pixels) == 2


def test_the_variable_names_a_root(spread, monkeypatch):
    monkeypatch.setenv("ADVNETS_DATA", str(spread("mnist", "mnist")))
    data = open_data("mnist", Reading(size=8, fit="pad"), download=False)
    assert (len(data), data.shape, data.name) == (4, (1, 8, 8), "mnist")


def test_a_root_that_is_no_folder(tmp_path, monkeypatch, refused):
    with refused("--data-root", "nowhere", "no such folder"):
        open_data("mnist", root=tmp_path / "nowhere")
    monkeypatch.setenv("ADVNETS_DATA", str(tmp_path / "nowhere"))
    with refused("ADVNETS_DATA=", "no such folder"):
        open_data("mnist")


def test_a_broken_local_copy_is_named(spread, refused):
    root = spread("mnist", "mnist")
    (root / "mnist" / "train-images-idx3-ubyte").write_bytes(b"\0\0\x08\x03" + bytes(20))
    with refused("train-images-idx3-ubyte", "too long"):
        open_data("mnist", root=root)


def test_a_label_that_is_no_digit(spread, write_idx, refused):
    root = spread("mnist", "mnist")
    write_idx(root / "mnist" / "train-labels-idx1-ubyte", np.array([0, 1, 2, 10]))
    with refused("train-labels-idx1-ubyte", "label 10", "0 to 9"):
        open_data("mnist", root=root)


@pytest.mark.parametrize("folder", [".", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin", "cifar10"])
def test_cifar_layouts(tmp_path, folder):
    place = tmp_path / folder
    place.mkdir(parents=True, exist_ok=True)
    for k in range(1, 6):
        (place / f"data_batch_{k}.bin").write_bytes(bytes([k]) + bytes(3072))
    (place / "test_batch.bin").write_bytes(bytes([0]) + bytes(3072))
    assert named.load("cifar10", "train", tmp_path, download=False).labels.tolist() == [1, 2, 3, 4, 5]
    assert named.load("cifar10", "test", tmp_path, download=False).labels.tolist() == [0]


def test_the_archive_of_cifar_is_a_layout(tmp_path):
    folder = tmp_path / "x" / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    (folder / "test_batch.bin").write_bytes(bytes([3]) + bytes(3072))
    with tarfile.open(tmp_path / "cifar-10-binary.tar.gz", "w:gz") as tar:
        tar.add(folder, folder.name)
    assert open_data("cifar10", split="test", root=tmp_path).classes[3] == "cat"


def test_the_table_of_mirrors_is_whole():
    assert list(REMOTES["mnist"]) == list(REMOTES["fashion-mnist"]) == list(FILES)
    everything = [remote for files in REMOTES.values() for remote in files.values()]
    assert len({remote.sha256 for remote in everything}) == 9
    for remote in everything:
        assert len(remote.sha256) == 64
        assert len(remote.mirrors) >= 3
        assert all(url.startswith("http") and url.endswith(f"/{remote.file}") for url in remote.mirrors)
