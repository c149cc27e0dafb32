"""What games draw from: epochs that visit every row at most once, and noise of mean 0 and variance 1."""

import pytest
import torch

from advnets.core import Rng
from advnets.data import Points, open_data
from advnets.errors import BadInput
from advnets.experiment import Prior
from advnets.runs.feed import Feed, noise

ROWS = Points(torch.arange(23.0)[:, None])


def feed(batch_size=5):
    return Feed(ROWS, Prior(3), batch_size)


def seen(round, turn=0, seed=0, rank=0, world=1, batch_size=5):
    return feed(batch_size).data(Rng(seed, round, turn, rank=rank, world=world)).flatten().tolist()


@pytest.mark.parametrize("turn", [0, 1])
def test_an_epoch_visits_every_row_at_most_once(turn):
    assert feed().rounds_per_epoch == 4
    for epoch in range(3):
        rows = [row for round in range(4 * epoch, 4 * epoch + 4) for row in seen(round, turn)]
        assert len(rows) == len(set(rows)) == 20


def test_epochs_and_turns_and_seeds_have_orders_of_their_own():
    assert seen(0) == seen(0)
    others = [seen(4), seen(0, turn=1), seen(0, seed=1), seen(1)]
    assert all(seen(0) != other for other in others)


def test_the_shares_of_ranks_make_the_batch_of_one_process():
    for round in (0, 5):
        assert seen(round, rank=0, world=2, batch_size=6) + seen(round, rank=1, world=2, batch_size=6) == seen(round, batch_size=6)


@pytest.mark.parametrize("name", ["ring", "gaussian"])
def test_the_shares_of_ranks_of_a_density_make_one_draw_and_leave_the_noise_alike(name):
    source = Feed(open_data(name), Prior(3), 6)

    def drawn(rank, world):
        rng = Rng(0, 4, 1, rank=rank, world=world)
        return source.data(rng), source.noise(rng)

    whole, halves = drawn(0, 1), [drawn(rank, 2) for rank in range(2)]
    for part, both in zip(whole, zip(*halves, strict=True), strict=True):
        assert torch.equal(torch.cat(both), part)


def test_flips_do_not_hang_on_the_rank():
    from advnets.data import Reading

    source = Feed(open_data("digits", Reading(flip=True)), Prior(3), 8)
    whole = source.data(Rng(0, 3, 0))
    halves = [source.data(Rng(0, 3, 0, rank=rank, world=2)) for rank in range(2)]
    assert torch.equal(torch.cat(halves), whole)


def labelled(rank=0, world=1):
    rows = Points(torch.arange(24.0)[:, None], torch.arange(24) % 3, ("a", "b", "c"), "rows")
    return Feed(rows, Prior(3), 6).labelled(Rng(0, 5, 1, rank=rank, world=world))


def test_labels_come_with_their_rows():
    x, c = labelled()
    assert c.dtype == torch.float32
    assert torch.equal(c, torch.eye(3)[(x.flatten() % 3).long()])
    assert torch.equal(x, Feed(Points(torch.arange(24.0)[:, None]), Prior(3), 6).data(Rng(0, 5, 1)))
    for part, both in zip((x, c), zip(*(labelled(rank, 2) for rank in range(2)), strict=True), strict=True):
        assert torch.equal(torch.cat(both), part)


def test_labels_without_names_are_counted():
    source = Feed(Points(torch.zeros(4, 1), torch.tensor([0, 2, 1, 0])), Prior(3), 2)
    assert source.classes == ("0", "1", "2")
    assert source.labelled(Rng(0, 0, 0))[1].shape == (2, 3)


@pytest.mark.parametrize("source", [Points(torch.zeros(4, 1), name="bare"), open_data("ring")], ids=["points", "density"])
def test_data_without_labels_are_refused(source):
    with pytest.raises(BadInput) as caught:
        Feed(source, Prior(3), 2).labelled(Rng(0, 0, 0))
    assert str(caught.value) == f"game: conditional needs labels, and {source.name} has none (a folder's subfolders are labels)"


def test_densities_have_no_epochs():
    assert Feed(open_data("ring"), Prior(3), 6).rounds_per_epoch is None


@pytest.mark.parametrize("law", ["normal", "uniform"])
def test_noise_has_mean_0_and_variance_1(law):
    z = noise(Prior(4, law), 20_000, Rng(0, 0, 0))
    assert z.shape == (20_000, 4)
    assert z.dtype == torch.float32
    assert z.mean().item() == pytest.approx(0, abs=0.02)
    assert z.var().item() == pytest.approx(1, abs=0.02)
    if law == "uniform":
        assert z.abs().max().item() <= 3**0.5
