import threading

import pytest
import torch

from advnets.data import Images, Reading, Streamed, open_data
from advnets.data.streamed import BATCHES_AHEAD

DISK = Reading(memory=0, size=4, fit="crop", flip=True)


@pytest.fixture
def streamed(cats_and_dogs):
    data = open_data(str(cats_and_dogs), DISK)
    assert isinstance(data, Streamed)
    yield data
    data.close()


def seeded():
    return torch.Generator().manual_seed(3)


def test_it_equals_the_set_in_memory_bit_for_bit(streamed, cats_and_dogs):
    kept = open_data(str(cats_and_dogs), Reading(size=4, fit="crop", flip=True))
    assert isinstance(kept, Images)
    index = torch.tensor([11, 0, 5, 5, 3])
    assert torch.equal(streamed.rows(index), kept.rows(index))
    assert torch.equal(streamed.rows(index, seeded()), kept.rows(index, seeded()))
    assert not torch.equal(kept.rows(index, seeded()), kept.rows(index))
    assert torch.equal(streamed.labels, kept.labels)
    assert (len(streamed), streamed.shape, streamed.classes) == (len(kept), kept.shape, kept.classes)


def counting(streamed: Streamed) -> list[str]:
    """The members that are decoded from now on."""
    decoded, decode, lock = [], streamed.decode, threading.Lock()

    def counted(member: str):
        with lock:
            decoded.append(member)
        return decode(member)

    streamed.decode = counted
    return decoded


def test_an_expected_batch_is_decoded_once(streamed):
    decoded = counting(streamed)
    first, second = torch.tensor([1, 2]), torch.tensor([3])
    streamed.expect(first)
    streamed.expect(second)
    rows = streamed.rows(second), streamed.rows(first)
    assert sorted(decoded) == [streamed.members[k] for k in (1, 2, 3)]
    assert torch.equal(torch.cat(rows), streamed.rows(torch.tensor([3, 1, 2])))
    assert len(decoded) == 6


def test_an_unexpected_batch_is_decoded_on_the_spot(streamed):
    streamed.expect(torch.tensor([1, 2]))
    decoded = counting(streamed)
    streamed.rows(torch.tensor([2, 1]))
    assert sorted(decoded) == sorted(streamed.members[k] for k in (1, 2))


def test_forgotten_announcements_do_not_pile_up(streamed):
    for k in range(3 * BATCHES_AHEAD):
        streamed.expect(torch.tensor([k % 12]))
    assert len(streamed.expected) == BATCHES_AHEAD


def test_a_bad_file_is_named_when_it_comes_up(cats_and_dogs, refused):
    bad = cats_and_dogs / "dog" / "10.png"
    bad.write_bytes(b"no picture")
    data = open_data(str(cats_and_dogs), DISK)
    assert isinstance(data, Streamed)
    data.rows(torch.tensor([9, 11]))
    data.expect(torch.tensor([10]))
    with refused(str(bad), "--skip-bad-files"):
        data.rows(torch.tensor([10]))
    data.close()


def test_a_file_that_is_gone_is_named_when_it_comes_up(streamed, cats_and_dogs, refused):
    (cats_and_dogs / "dog" / "10.png").unlink()
    with refused("dog/10.png", "No such file"):
        streamed.rows(torch.tensor([10]))


def test_a_part_reads_only_its_own_pictures(streamed):
    some = streamed.select(torch.tensor([8, 1]))
    assert some.labels is not None
    assert some.labels.tolist() == [1, 0]
    assert torch.equal(some.rows(torch.tensor([0, 1])), streamed.rows(torch.tensor([8, 1])))
    assert torch.equal(some.to("cpu").rows(torch.tensor([1])), streamed.rows(torch.tensor([1])))


def test_nothing_is_decoded_after_closing(streamed):
    streamed.close()
    with pytest.raises(RuntimeError, match="shutdown"):
        streamed.rows(torch.tensor([0]))
