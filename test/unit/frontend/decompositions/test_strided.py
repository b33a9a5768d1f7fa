"""Strided writes, diagonals, windows and moments: against the ops that they stand in for."""

import pytest
import torch

from fungible.frontend.decompositions import statistics, strided

_aten = torch.ops.aten


def _rand(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def _same(table, op, *args, **kwargs):
    torch.testing.assert_close(table[op](*args, **kwargs), op(*args, **kwargs), equal_nan=True)


@pytest.mark.parametrize("offset", [0, 2, -1, -4, 3])
@pytest.mark.parametrize("dims", [(0, 1), (1, 0), (-1, 0), (1, 2)])
def test_diagonals(offset, dims):
    x = _rand(4, 3, 5)
    diagonal = x.diagonal(offset, *dims)
    _same(strided.TABLE, _aten.diagonal_scatter.default, x, _rand(*diagonal.shape), offset, *dims)
    _same(strided.TABLE, _aten.diagonal_backward.default, _rand(*diagonal.shape), [4, 3, 5], offset, *dims)


@pytest.mark.parametrize(("size", "step"), [(3, 1), (2, 2), (2, 3), (5, 2), (1, 1)])
def test_windows(size, step):
    grad = _rand(*_rand(2, 9, 3).unfold(1, size, step).shape)
    _same(strided.TABLE, _aten.unfold_backward.default, grad, [2, 9, 3], 1, size, step)


def test_strides():
    x = _rand(4, 6)
    for size, stride, offset in (((2, 3), (6, 2), 1), ((3,), (7,), 0), ((2, 2), (1, 12), 5)):
        _same(strided.TABLE, _aten.as_strided_copy.default, x, size, stride, offset)
        _same(strided.TABLE, _aten.as_strided_scatter.default, x, _rand(*size), size, stride, offset)
    rows = _rand(5, 6)[1:]
    for offset in (None, 8):
        _same(strided.TABLE, _aten.as_strided_scatter.default, rows, _rand(2, 3), (2, 3), (6, 2), offset)
    with pytest.raises(NotImplementedError, match="not contiguous"):
        strided.TABLE[_aten.as_strided_scatter.default](x.t(), _rand(2), (2,), (1,))


@pytest.mark.parametrize("dim", [None, [1], [0, -1], []])
@pytest.mark.parametrize("keepdim", [False, True])
def test_moments(dim, keepdim):
    for x in (_rand(4, 3, 5) + 100, _rand(4, 1, 5), _rand(2, 3, 2).half()):
        for name in ("var", "std", "var_mean", "std_mean"):
            for correction in (None, 0, 2):
                op = getattr(_aten, name).correction
                _same(statistics.TABLE, op, x, dim, correction=correction, keepdim=keepdim)
        if dim:
            _same(statistics.TABLE, _aten.logsumexp.default, x, dim, keepdim)


def test_logsumexp_of_infinities():
    x = torch.tensor([[torch.inf, 1.0], [-torch.inf, -torch.inf], [torch.nan, 0.0], [-torch.inf, 2.0]])
    _same(statistics.TABLE, _aten.logsumexp.default, x, [1])


@pytest.mark.parametrize("order", [0, 0.5, 3, -1, -torch.inf])
def test_norms(order):
    _same(statistics.TABLE, _aten.linalg_vector_norm.default, _rand(3, 4, 5), order, [0, 2], True)
    _same(statistics.TABLE, _aten.renorm.default, _rand(3, 4, 5), abs(order) or 1, 1, 0.7)
