import io
import tarfile

import numpy as np
import pytest

from advnets.data import Images, open_data
from advnets.data.cifar import CLASSES, FILES, load_archive


def records(n: int, seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 256, (n, 3073), dtype=np.uint8)
    rows[:, 0] = rng.integers(0, 10, n)
    rows[0, :2] = 0  # as an IDX file starts
    return rows.tobytes()


@pytest.fixture
def official(tmp_path):
    """A small folder in the official layout: 2 records a file."""
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    for seed, name in enumerate((*FILES["train"], *FILES["test"])):
        (folder / name).write_bytes(records(2, seed))
    return folder


def test_planes_and_labels(official):
    data = open_data(str(official))
    assert isinstance(data, Images)
    raw = np.frombuffer((official / "data_batch_3.bin").read_bytes(), np.uint8).reshape(2, 3073)
    assert (len(data), data.shape, data.classes) == (10, (3, 32, 32), CLASSES)
    assert (data.pixels[4:6].numpy() == raw[:, 1:].reshape(2, 3, 32, 32)).all()
    assert data.labels is not None
    assert data.labels[4:6].tolist() == raw[:, 0].tolist()
    assert len(open_data(str(official), split="test")) == 2


def test_one_file(official, refused):
    assert len(open_data(str(official / "test_batch.bin"))) == 2
    with refused("test_batch.bin", "no test part"):
        open_data(str(official / "test_batch.bin"), split="test")


def archived(official, file):
    with tarfile.open(file, "w:gz") as tar:
        tar.add(official, official.name)
    return file


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_archive_is_read_without_unpacking(official, tmp_path, split):
    stored, data = load_archive(archived(official, tmp_path / "cifar.tar.gz"), split), open_data(str(official), split=split)
    assert isinstance(data, Images)
    assert (stored.pixels == data.pixels.numpy()).all()
    assert data.labels is not None
    assert stored.labels is not None
    assert stored.labels.tolist() == data.labels.tolist()


def test_a_torn_archive(official, tmp_path, refused):
    file = archived(official, tmp_path / "cifar.tar.gz")
    file.write_bytes(file.read_bytes()[:-5000])
    with refused(str(file), "torn"):
        load_archive(file, "test")


def test_an_archive_of_something_else(tmp_path, refused):
    with tarfile.open(tmp_path / "cifar.tar.gz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("cifar-10-batches-bin/readme"), io.BytesIO())
    with refused("cifar.tar.gz", "data_batch_1.bin"):
        load_archive(tmp_path / "cifar.tar.gz", "train")


@pytest.mark.parametrize("content", [b"", bytes(3072), bytes(3074)])
def test_wrong_length(tmp_path, content, refused):
    (tmp_path / "batch.bin").write_bytes(content)
    with refused("batch.bin", f"{len(content):,} bytes", "3,073"):
        open_data(str(tmp_path / "batch.bin"))


def test_wrong_label(tmp_path, refused):
    (tmp_path / "batch.bin").write_bytes(records(1, 0) + b"\x0a" + bytes(3072))
    with refused("batch.bin", "record 1 has label 10"):
        open_data(str(tmp_path / "batch.bin"))


def test_a_missing_file(official, refused):
    (official / "data_batch_4.bin").unlink()
    with refused("data_batch_4.bin", "no such file"):
        open_data(str(official))


def test_the_pickled_version_is_refused(tmp_path, refused):
    (tmp_path / "data_batch_1").write_bytes(b"\x80\x02}q\x00.")
    with refused(str(tmp_path), "never unpickled", "cifar-10-binary.tar.gz"):
        open_data(str(tmp_path))
