"""A linear layer and cross entropy in chunks, against PyTorch's own op."""

import pytest
import torch

from fungible.frontend.decompositions import linear_cross_entropy

OP = torch.ops.torch_nn._linear_cross_entropy_batch_chunked.default
PER_ROW = torch.ops.torch_nn._linear_cross_entropy_batch_chunked_no_reduction.default
GIVEN = (torch.randn(7, 4), torch.randn(5, 4), torch.tensor([0, 4, -1, 2, 2, 1, 3]), torch.randn(5))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weight", [None, torch.rand(5)])
def test_loss_and_gradients(reduction, weight):
    args = (*GIVEN, weight, reduction, -1, 0.0, 3, "accurate", torch.float32, False, True, True, True)
    torch.testing.assert_close(linear_cross_entropy.TABLE[OP](*args), OP(*args))


def test_loss_of_each_row():
    args = (*GIVEN, None, -1, 3, "accurate", torch.float32)
    torch.testing.assert_close(linear_cross_entropy.TABLE[PER_ROW](*args), PER_ROW(*args))
