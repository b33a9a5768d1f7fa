"""Table look-up against eager, forward and backward."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from harness import assert_gradients_as_exact_as_eager, execute, lowered, run


def _table(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def _ids(entries, *shape):
    return torch.randint(entries, shape, generator=torch.Generator().manual_seed(entries))


@pytest.mark.parametrize(
    ("entries", "width", "shape"),
    [(256, 32, (8, 16)), (1031, 7, (5, 3)), (5, 64, (300,)), (1, 3, (4,)), (7, 1, ()), (50, 16, (2, 3, 4))],
)
@pytest.mark.parametrize("padding", [None, 0])
def test_embedding(entries, width, shape, padding):
    ids = _ids(entries, *shape)
    assert_gradients_as_exact_as_eager(
        lambda w, i: F.embedding(i, w, padding_idx=padding), _table(entries, width), ids
    )


def test_one_token_repeated():
    """The list of uses of one row is as long as there are tokens."""
    assert_gradients_as_exact_as_eager(
        lambda w, i: F.embedding(i, w), _table(9, 16), torch.full((200,), 8)
    )


def test_narrow_indices():
    assert_gradients_as_exact_as_eager(
        lambda w, i: F.embedding(i, w), _table(30, 8), _ids(30, 4, 5).int()
    )


def test_index_outside_the_table():
    (rows,) = run(lambda w, i: F.embedding(i, w), _table(4, 3), torch.tensor([1, 3]))
    assert not torch.from_numpy(rows).isnan().any()
    module = lowered(lambda w, i: F.embedding(i, w), _table(4, 3), torch.tensor([1, 3]))
    (rows,) = execute(module, [_table(4, 3), torch.tensor([4, -1])])
    assert torch.from_numpy(rows).isnan().all()


def test_an_index_beyond_32_bits_is_no_other_index():
    (rows,) = run(lambda w, i: F.embedding(i, w), _table(5, 3), torch.tensor([2**32 + 3, -(2**32) + 1, 2]))
    assert np.isnan(rows[:2]).all() and not np.isnan(rows[2]).any()
