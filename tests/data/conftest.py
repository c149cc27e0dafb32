"""Files to read, written by the tests themselves."""

import gzip
import io
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from advnets.errors import BadInput

Refused = Callable[..., AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's folders."""
    monkeypatch.setenv("ADVNETS_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("ADVNETS_DATA", raising=False)


@pytest.fixture
def refused() -> Refused:
    """What is inside must be refused in one line that has certain words."""

    @contextmanager
    def check(*words: str) -> Iterator[None]:
        with pytest.raises(BadInput) as caught:
            yield
        message = str(caught.value)
        assert "\n" not in message
        for word in words:
            assert word in message

    return check


@pytest.fixture
def noise() -> Callable[..., np.ndarray]:
    """Bytes that look like nothing, always the same ones."""
    return lambda *shape: np.random.default_rng(7).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture
def png() -> Callable[[np.ndarray], bytes]:
    """The PNG file of pixels [h, w] or [h, w, c]."""

    def encode(pixels: np.ndarray) -> bytes:
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "PNG")
        return stream.getvalue()

    return encode


@pytest.fixture
def write_idx() -> Callable[..., Path]:
    """An IDX file of bytes, gzipped if its name says so."""

    def write(path: Path, values: np.ndarray) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = idx_bytes(values)
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
        return path

    return write


def idx_bytes(values: np.ndarray) -> bytes:
    return struct.pack(f">{1 + values.ndim}I", 0x800 + values.ndim, *values.shape) + values.astype(np.uint8).tobytes()


@pytest.fixture
def cats_and_dogs(tmp_path: Path, png: Callable[[np.ndarray], bytes], noise: Callable[..., np.ndarray]) -> Path:
    """A folder of 7 cats and 5 dogs, 8x6 pixels in colour; two cats lie a folder deeper."""
    pixels = noise(12, 6, 8, 3)
    for k in range(12):
        place = tmp_path / "animals" / ("cat" if k < 5 else "cat/more" if k < 7 else "dog")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{k:02}.png").write_bytes(png(pixels[k]))
    return tmp_path / "animals"
