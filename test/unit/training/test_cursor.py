"""Batches in order: started again at their end, and found again after a resumption."""

import random

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from fungible.errors import CheckpointError, InputError
from fungible.training import json_state
from fungible.training.cursor import BatchCursor
from fungible.training.host import digest


def loader():
    return DataLoader(TensorDataset(torch.arange(10)), batch_size=2, shuffle=True)


def take(cursor, count):
    return [digest(cursor.next()) for _ in range(count)]


def test_starts_again_when_the_batches_end():
    cursor = BatchCursor([np.array(0), np.array(1), np.array(2)], seed=0)
    assert [int(cursor.next()) for _ in range(7)] == [0, 1, 2, 0, 1, 2, 0]
    assert cursor.consumed == 7


def test_an_iterator_that_ended_says_so():
    cursor = BatchCursor(iter([np.array(0)]), seed=0)
    cursor.next()
    with pytest.raises(InputError, match="iterator that ended after 1 batches cannot start again"):
        cursor.next()


def test_no_batches_at_all():
    with pytest.raises(InputError, match="there are none"):
        BatchCursor([], seed=0).next()


def test_order_depends_on_the_seed_alone():
    first = take(BatchCursor(loader(), seed=3), 12)
    torch.manual_seed(1234)
    assert take(BatchCursor(loader(), seed=3), 12) == first
    assert take(BatchCursor(loader(), seed=4), 12) != first


def test_draws_by_others_change_nothing():
    alone = take(BatchCursor(loader(), seed=0), 12)
    cursor = BatchCursor(loader(), seed=0)
    disturbed = []
    for _ in range(12):
        disturbed += take(cursor, 1)
        torch.rand(3), np.random.rand(3), random.random()
    assert disturbed == alone


def test_batches_do_not_disturb_others():
    torch.manual_seed(0)
    expected = torch.rand(4)
    torch.manual_seed(0)
    take(BatchCursor(loader(), seed=0), 7)
    assert torch.equal(torch.rand(4), expected)


def test_restores_by_counting_across_epochs():
    whole = take(BatchCursor(loader(), seed=0), 14)
    stopped = BatchCursor(loader(), seed=0)
    take(stopped, 8)
    resumed = BatchCursor(loader(), seed=0)
    resumed.restore(stopped.state())
    assert resumed.consumed == 8
    assert take(resumed, 6) == whole[8:]


def test_refuses_batches_in_another_order():
    stopped = BatchCursor(loader(), seed=0)
    take(stopped, 8)
    with pytest.raises(CheckpointError, match="batch 8 is not the one"):
        BatchCursor(loader(), seed=1).restore(stopped.state())


class Stateful:
    """Torchdata's convention: the loader itself knows where it is."""

    def __init__(self):
        self.position = 0
        self.read = 0

    def __iter__(self):
        while self.position < 6:
            self.position += 1
            self.read += 1
            yield np.array([self.position, np.random.randint(1000)])
        self.position = 0

    def state_dict(self):
        return {"position": self.position}

    def load_state_dict(self, state):
        self.position = state["position"]


def test_restores_a_stateful_loader_directly():
    whole = take(BatchCursor(Stateful(), seed=0), 11)
    stopped = BatchCursor(Stateful(), seed=0)
    take(stopped, 8)
    batches = Stateful()
    resumed = BatchCursor(batches, seed=0)
    resumed.restore(stopped.state())
    assert take(resumed, 3) == whole[8:]
    assert batches.read == 3


class Opaque(Stateful):
    def state_dict(self):
        return {"position": object()}


def test_a_loader_state_that_is_no_plain_data_is_counted_instead():
    whole = take(BatchCursor(Opaque(), seed=0), 11)
    stopped = BatchCursor(Opaque(), seed=0)
    take(stopped, 8)
    state = stopped.state()
    assert "loader" not in state
    resumed = BatchCursor(Opaque(), seed=0)
    resumed.restore(state)
    assert take(resumed, 3) == whole[8:]


def test_json_state_is_exact():
    import json

    value = {
        "a": [1, 2.5, None, True, "x"],
        3: (b"\x00\xff", np.array([[1, 2]], np.int16)),
        "t": torch.tensor([0.1, 0.2], dtype=torch.float64),
    }
    copy = json_state.decode(json.loads(json.dumps(json_state.encode(value))))
    assert copy["a"] == value["a"]
    assert copy[3][0] == value[3][0]
    assert copy[3][1].dtype == np.int16 and np.array_equal(copy[3][1], value[3][1])
    assert torch.equal(copy["t"], value["t"])


def test_digest_tells_dtype_shape_and_values_apart():
    base = np.arange(6, dtype=np.int32)
    others = [base.astype(np.int64), base.reshape(2, 3), base + 1, torch.arange(6, dtype=torch.bfloat16)]
    assert len({digest(value) for value in [base, *others]}) == 5
    assert digest((torch.arange(6, dtype=torch.int32),)) == digest([base])
