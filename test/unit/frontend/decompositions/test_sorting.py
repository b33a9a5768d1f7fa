"""Sorts, what is read off them, and scans: against the ops that they stand in for."""

import pytest
import torch

from fungible.frontend import quantiles
from fungible.frontend.decompositions import scans, searching, sorting

_aten = torch.ops.aten


def _numbers(*shape, dtype=torch.float32, nan=False):
    """Different numbers, so that all orders are stable ones."""
    count = torch.Size(shape).numel()
    x = torch.randperm(count, generator=torch.Generator().manual_seed(count)).reshape(shape).to(dtype)
    if nan and count:
        x.view(-1)[:: max(count // 3, 1)] = torch.nan
    return x


def _same(table, op, *args, **kwargs):
    torch.testing.assert_close(table[op](*args, **kwargs), op(*args, **kwargs), rtol=1e-6, atol=1e-6, equal_nan=True)


INPUTS = [
    _numbers(5), _numbers(3, 7, 2), _numbers(3, 7, 2, nan=True), _numbers(), _numbers(1),
    _numbers(4, 6, dtype=torch.int64), _numbers(4, 5, dtype=torch.uint8), _numbers(2, 9, dtype=torch.bfloat16),
]  # fmt: skip


@pytest.mark.parametrize("x", INPUTS)
@pytest.mark.parametrize("dim", [0, -1])
@pytest.mark.parametrize("descending", [False, True])
def test_sort(x, dim, descending):
    _same(sorting.TABLE, _aten.sort.stable, x, stable=True, dim=dim, descending=descending)
    k = x.size(dim) if x.dim() else 1
    if not x.isnan().any():  # which NaN comes first is open there
        _same(sorting.TABLE, _aten.topk.default, x, max(k - 1, 1), dim, descending)
        _same(sorting.TABLE, _aten.kthvalue.default, x, max(k - 2, 1), dim, descending)


@pytest.mark.parametrize("x", INPUTS)
@pytest.mark.parametrize("keepdim", [False, True])
def test_medians(x, keepdim):
    for op in (_aten.median, _aten.nanmedian):
        _same(sorting.TABLE, op.default, x)
        if not (op is _aten.nanmedian and x.isnan().any()):
            _same(sorting.TABLE, op.dim, x, 0, keepdim)
    values, indices = sorting.TABLE[_aten.nanmedian.dim](x, -1, keepdim)
    torch.testing.assert_close(values, x.nanmedian(-1, keepdim).values, equal_nan=True)
    if x.dim() == 1:
        torch.testing.assert_close(x[indices], values, equal_nan=True)


def test_ties_keep_their_order():
    x = torch.tensor([0.0, -0.0, 1.0, -0.0, torch.nan, 1.0, torch.nan, -torch.inf])
    for descending in (False, True):
        _same(sorting.TABLE, _aten.sort.stable, x, stable=True, descending=descending)


def test_mode():
    x = torch.randint(4, (5, 23), generator=torch.Generator().manual_seed(1))
    for values in (x, x.float(), x.t()):
        ours, eager = sorting.TABLE[_aten.mode.default](values, 0, True), values.mode(0, True)
        torch.testing.assert_close(ours[0], eager.values)
        torch.testing.assert_close(values.gather(0, ours[1]), eager.values)
    _same(sorting.TABLE, _aten.mode.default, torch.tensor([2.0, 1.0, 2.0, 1.0]))


@pytest.mark.parametrize("x", [*INPUTS, torch.tensor([1.0, 1.0, torch.nan, 3.0, torch.nan, 2.0])])
@pytest.mark.parametrize("dim", [0, -1])
def test_scans(x, dim):
    for op in (_aten.cummax.default, _aten.cummin.default):
        _same(scans.TABLE, op, x, dim)
    for op in (_aten.cumsum.default, _aten.cumprod.default):
        _same(scans.TABLE, op, x, dim)
        _same(scans.TABLE, op, x, dim, dtype=torch.float64)
    if x.is_floating_point():
        _same(scans.TABLE, _aten.logcumsumexp.default, x, dim)


@pytest.mark.parametrize("ours", [quantiles.quantile, quantiles.nanquantile])
@pytest.mark.parametrize("x", [_numbers(4, 7, 3), _numbers(4, 7, 3, nan=True), _numbers(), _numbers(6)])
@pytest.mark.parametrize("q", [0.3, torch.tensor(0.6), torch.tensor([0.1, 0.5, 1.0])])
def test_quantiles(ours, x, q):
    eager = torch.quantile if ours is quantiles.quantile else torch.nanquantile
    for dim in (None, *range(x.dim())):
        for keepdim in (False, True):
            for interpolation in ("linear", "lower", "higher", "midpoint", "nearest"):
                expected = eager(x, q, dim, keepdim, interpolation=interpolation)
                found = ours(x, q, dim, keepdim, interpolation=interpolation)
                torch.testing.assert_close(found, expected, equal_nan=True)


def test_quantiles_that_there_are_not():
    assert ours_is_nan(torch.tensor([-0.1, 1.1]))
    assert quantiles.quantile(torch.ones(3), 1.5) is NotImplemented


def ours_is_nan(q):
    return quantiles.quantile(torch.arange(4.0), q).isnan().all()


@pytest.mark.parametrize("length", [0, 1, 5, 64, 100])
@pytest.mark.parametrize("right", [False, True])
def test_searches(length, right):
    sequences = (torch.arange(2 * length).float().div(3).floor().view(2, length), torch.arange(length))
    for sequence in sequences:
        values = torch.randn(2, 7, generator=torch.Generator().manual_seed(0)).mul(length).to(sequence.dtype)
        if sequence.is_floating_point():
            values[0, 1:4] = torch.tensor([torch.nan, torch.inf, -torch.inf])
        sorted_, order = sequence.flip(-1).sort()
        for op, args in (
            (_aten.searchsorted.Tensor, (sorted_, values)),
            (_aten.searchsorted.Scalar, (sequence.view(-1), 2)),
            (_aten.bucketize.Tensor, (values, sequence.view(-1))),
        ):
            _same(searching.TABLE, op, *args, right=right, out_int32=right)
        side = {"side": "right"} if right else {}
        _same(searching.TABLE, _aten.searchsorted.Tensor, sequence.flip(-1), values, sorter=order, **side)
