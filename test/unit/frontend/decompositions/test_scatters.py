"""Scatters, indexed writes and segments: against the ops that they stand in for."""

import pytest
import torch

from fungible.frontend import functions
from fungible.frontend.decompositions import indexing, scatters, segments

_aten = torch.ops.aten


def _rand(*shape, seed=0, dtype=torch.float32):
    kind = dtype if dtype.is_complex else torch.float32
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed + sum(shape)), dtype=kind)
    return x if dtype.is_floating_point or dtype.is_complex else (x * 10).to(dtype)


def _ids(size, *shape, low=0):
    return torch.randint(low, size, shape, generator=torch.Generator().manual_seed(size))


def _same(table, op, *args, **kwargs):
    torch.testing.assert_close(table[op](*args, **kwargs), op(*args, **kwargs), equal_nan=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.uint8, torch.bool])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_scatter(dtype, dim):
    x, source = _rand(4, 5, 6, dtype=dtype), _rand(4, 5, 6, seed=1, dtype=dtype)
    whole = torch.argsort(_rand(4, 5, 6), dim)  # no index twice: which of several is kept is open
    for index in (whole, whole.narrow(dim, 0, 3), whole.narrow(1 if dim == 0 else 0, 0, 2)):
        _same(scatters.TABLE, _aten.scatter.src, x, dim, index, source)
        _same(scatters.TABLE, _aten.scatter.value, x, dim, index, 1)
    for index in (_ids(4, 3, 5, 5), _ids(4, 4, 1, 2), _ids(4, 0, 5, 6)):
        _same(scatters.TABLE, _aten.scatter_add.default, x, dim, index, source)


@pytest.mark.parametrize("dtype", [torch.float32, torch.int64])
@pytest.mark.parametrize("include_self", [False, True])
@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
def test_reductions(dtype, reduce, include_self):
    x, source, index = _rand(4, 5, dtype=dtype), _rand(4, 9, dtype=dtype), _ids(5, 4, 9)
    _same(scatters.TABLE, _aten.scatter_reduce.two, x, 1, index, source, reduce, include_self=include_self)
    if reduce != "sum":
        index = _ids(5, 9)
        _same(scatters.TABLE, _aten.index_reduce.default, x, 1, index, source, reduce, include_self=include_self)


def test_scalars_and_rows():
    zero = torch.tensor(0)
    for op in (_aten.scatter_add.default, _aten.scatter.src, _aten.index_add.default, _aten.index_copy.default):
        _same(scatters.TABLE, op, torch.tensor(2.0), 0, zero, torch.tensor(3.0))
    _same(scatters.TABLE, _aten.scatter.reduce, _rand(3), 0, _ids(3, 5), _rand(5), reduce="multiply")
    x, source = _rand(3, 6, 2), _rand(3, 4, 2)
    _same(scatters.TABLE, _aten.index_add.default, x, 1, torch.tensor([5, 0, 5, 2]), source, alpha=-2.5)
    _same(scatters.TABLE, _aten.index_copy.default, x, -2, torch.tensor([5, 0, 1, 2]), source)
    _same(scatters.TABLE, _aten.scatter_add.default, x, 0, _ids(3, 3)[:, None, None].expand(3, 4, 2), source)
    for index in (torch.tensor([1, -1]), torch.tensor(2), torch.tensor([], dtype=torch.int64)):
        _same(indexing.TABLE, _aten.index_fill.int_Scalar, x, 1, index, 7.5)
        _same(indexing.TABLE, _aten.index_fill.int_Tensor, x, 1, index, torch.tensor(7.5))


@pytest.mark.parametrize("accumulate", [False, True])
@pytest.mark.parametrize(
    ("indices", "values"),
    [
        ([torch.tensor([3, -1, 0])], (3, 5, 6)),
        ([torch.tensor([3, -1, 0])], ()),
        ([torch.tensor([[3], [1]]), torch.tensor([0, 2, -2])], (2, 3, 6)),
        ([None, torch.tensor([3, 1])], (4, 2, 6)),
        ([None, torch.tensor([3, 1]), torch.tensor([2])], (4, 2)),
        ([torch.tensor([3, 1]), None, torch.tensor([2, -6])], (2, 5)),
        ([None, None, torch.tensor(2)], (4, 5)),
        ([_rand(4, 5) > 0], ()),
        ([_rand(4) > 0], (5, 6)),
        ([_rand(4, 5, 6) > 0], (int((_rand(4, 5, 6) > 0).sum()),)),
        ([_rand(4, 5) > 0], (int((_rand(4, 5) > 0).sum()), 6)),
        ([_rand(4, 5) > 0], (1, 6)),
    ],
)
def test_index_put(indices, values, accumulate):
    _same(indexing.TABLE, _aten.index_put.default, _rand(4, 5, 6), indices, _rand(*values, seed=5), accumulate)


def test_accumulation_of_repeated_indices():
    indices = [_ids(4, 30, low=-4), _ids(5, 30, low=-5)]
    _same(indexing.TABLE, _aten.index_put.default, _rand(4, 5, 6), indices, _rand(30, 6), True)
    _same(indexing.TABLE, _aten.put.default, _rand(4, 5), _ids(20, 33, low=-20), _rand(33), True)
    _same(indexing.TABLE, _aten.put.default, _rand(4, 5), torch.tensor([[19], [-20]]), _rand(2, 1))


def test_masked_scatter():
    mask = _rand(4, 5) > 0
    _same(indexing.TABLE, _aten.masked_scatter.default, _rand(4, 5), mask, _rand(6, 5))
    _same(indexing.TABLE, _aten.masked_scatter_backward.default, _rand(4, 5), mask, [6, 5])


def test_functions_that_need_no_values():
    x, mask, weights = _rand(4, 5), _rand(4, 5) > 0, _ids(9, 5, low=1)
    for function, args, kwargs in (
        (torch.combinations, (_rand(5),), {}),
        (torch.combinations, (_rand(5), 3, True), {}),
        (torch.combinations, (_rand(2), 3), {}),
        (torch.cov, (x,), {}),
        (torch.cov, (x,), {"correction": 0, "fweights": weights, "aweights": _rand(5).abs()}),
        (torch.cov, (x[0],), {"fweights": weights}),
        (torch.cov, (x[:, :1],), {}),
        (torch.corrcoef, (x,), {}),
        (torch.corrcoef, (x[0],), {}),
        (torch.narrow, (x, 1, torch.tensor(-3), 2), {}),
        (torch.index_fill, (x, 1, torch.tensor([0, -1]), torch.tensor(2.0)), {}),
        (torch.index_put, (x, (mask,), torch.tensor(2.0)), {}),
        (torch.renorm, (x, 3, 1, 0.5), {}),
    ):
        assert function in functions.REPLACED
        with functions.WithoutValues():
            found = function(*args, **kwargs)
        torch.testing.assert_close(found, function(*args, **kwargs), equal_nan=True)


def test_writes_by_mask_have_gradients():
    mask, values = _rand(4, 5) > 0, _rand(20)

    def write(x, rows, scalar):
        x = x.clone()
        x[mask] = rows
        x[~mask] = scalar
        return x * x

    def gradients(mode):
        leaves = [t.clone().requires_grad_() for t in (_rand(4, 5), values[: mask.sum()], torch.tensor(3.0))]
        with mode:
            result = write(*leaves)
        return torch.autograd.grad(result.sum(), leaves)

    torch.testing.assert_close(gradients(functions.WithoutValues()), gradients(torch.enable_grad()))


@pytest.mark.parametrize("reduce", ["sum", "mean", "max", "min", "prod"])
@pytest.mark.parametrize("initial", [None, 2])
def test_segments(reduce, initial):
    data = _rand(2, 6, 3)
    data[0, 1] = 0  # a product's gradient is no quotient here
    data[1, :2] = 0
    lengths = torch.tensor([[0, 3, 2, 1], [2, 4, 0, 0]])
    offsets = torch.cat([lengths.new_zeros(2, 1), lengths.cumsum(1)], 1)
    for where in ({"lengths": lengths}, {"offsets": offsets}):
        args = {"axis": 1, "initial": initial, **where}
        _same(segments.TABLE, _aten.segment_reduce.default, data, reduce, **args, unsafe=True)
        output = _aten.segment_reduce.default(data, reduce, **args, unsafe=True)
        grad = _rand(*output.shape).abs()
        finite = output.isfinite()
        grad = torch.where(finite, grad, 1)
        _same(segments.TABLE, _aten._segment_reduce_backward.default, grad, output, data, reduce, **args)


def test_a_copy_in_place_of_a_view_takes_no_writes():
    x, start = _rand(4, 5), torch.tensor(1)
    with functions.WithoutValues():
        torch.narrow(x, 1, 1, 2).zero_()
        part = x.narrow(1, start, 2)
        for write in (lambda: part.zero_(), lambda: part[0].mul_(2), lambda: part.__setitem__(0, 1.0)):
            with pytest.raises(RuntimeError, match="starts where a tensor says"):
                write()
    assert (x[:, 1:3] == 0).all()


def test_complex_numbers():
    x, source = _rand(4, 5, dtype=torch.complex64), _rand(4, 9, dtype=torch.complex64)
    _same(scatters.TABLE, _aten.scatter_add.default, x, 1, _ids(5, 4, 9), source)
    _same(scatters.TABLE, _aten.index_add.default, x, 1, _ids(5, 9), source)
    _same(indexing.TABLE, _aten.index_put.default, x, [None, torch.tensor([3, 1])], source[:, :2])
    with pytest.raises(NotImplementedError, match="complex"):
        scatters.TABLE[_aten.scatter_reduce.two](x, 1, _ids(5, 4, 9), source, "prod")
