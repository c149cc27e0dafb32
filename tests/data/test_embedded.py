import pytest
import torch

from advnets.data import Images, embedded, open_data


def test_the_digits_of_scikit_learn():
    from sklearn.datasets import load_digits

    theirs, ours = load_digits(), open_data("digits")
    assert isinstance(ours, Images)
    assert (len(ours), ours.shape) == (1797, (1, 8, 8))
    assert torch.equal((ours.pixels[:, 0] * (16 / 255)).round(), torch.from_numpy(theirs.images).float())
    assert ours.labels is not None
    assert ours.labels.tolist() == theirs.target.tolist()


def test_mnist_5k():
    data = open_data("mnist-5k")
    assert isinstance(data, Images)
    assert data.labels is not None
    assert data.labels.bincount().tolist() == [500] * 10
    assert data.shape == (1, 28, 28)
    assert int(data.pixels.max()) == 255
    upright_one = data.pixels[data.labels == 1].double().mean(0)[0]
    assert upright_one[:, 10:18].sum() > 4 * upright_one[:, :8].sum()


@pytest.mark.parametrize("name", ["digits", "mnist-5k"])
def test_fit_and_held_out(name):
    whole, fit, held = (open_data(name, split=split) for split in ("train", "fit", "held-out"))
    assert len(whole) == len(fit) + len(held)
    assert held.labels is not None
    assert whole.labels is not None
    assert (held.labels.bincount() - whole.labels.bincount() / 5).abs().max() < 1


def test_no_test_part(refused):
    with refused("digits", "no test part", "held-out"):
        open_data("digits", split="test")


def test_without_the_package(refused):
    with refused("digits", "pip install nothing"):
        embedded.table("digits", package="nothing", module="advnets_nothing", file="x.csv.gz")
