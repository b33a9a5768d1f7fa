"""Pooling over uneven windows, against PyTorch's own kernels."""

import math

import pytest
import torch

from fungible.frontend.decompositions import pooling

_aten, TABLE = torch.ops.aten, pooling.TABLE


@pytest.mark.parametrize(
    "shape, counts",
    [((2, 3, 7, 9), [3, 4]), ((3, 8, 6), [4, 3]), ((1, 2, 3, 2), [7, 5]), ((1, 2, 1, 2), [9, 9]), ((2, 2, 5, 7, 6), [2, 3, 6])],
)
def test_adaptive(shape, counts):
    forward, backward = (getattr(_aten, f"adaptive_max_pool{len(counts)}d{end}").default for end in ("", "_backward"))
    x = torch.round(torch.randn(shape) * 2) / 2  # with equal maxima
    x.view(-1)[1] = math.nan
    values, indices = forward(x, counts)
    torch.testing.assert_close(TABLE[forward](x, counts), (values, indices), equal_nan=True)
    grad = torch.randn_like(values)
    torch.testing.assert_close(TABLE[backward](grad, x, indices), backward(grad, x, indices))


@pytest.mark.parametrize(
    "shape, kernel, counts", [((2, 3, 7, 9), [2, 3], [3, 4]), ((3, 8, 6), [1, 2], [4, 1]), ((2, 3, 5, 7, 6), [2, 3, 2], [2, 3, 4])]
)
def test_fractional(shape, kernel, counts):
    forward, backward = (getattr(_aten, f"fractional_max_pool{len(counts)}d{end}").default for end in ("", "_backward"))
    x, batch = torch.randn(shape), shape[0] if len(shape) > len(counts) + 1 else 1
    samples = torch.rand(batch, 3, len(counts))
    values, indices = forward(x, kernel, counts, samples)
    torch.testing.assert_close(TABLE[forward](x, kernel, counts, samples), (values, indices))
    given = (torch.randn_like(values), x, kernel, counts, indices)
    torch.testing.assert_close(TABLE[backward](*given), backward(*given))


def test_unpooling():
    x = torch.randn(2, 3, 6, 6)
    values, indices = torch.nn.functional.max_pool2d(x, 2, return_indices=True)
    op = _aten.max_unpool2d.default
    assert torch.equal(TABLE[op](values, indices, [6, 6]), op(values, indices, [6, 6]))
