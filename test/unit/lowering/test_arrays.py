"""Sorts, scans and scatters, compiled, against the kernels of their operators."""

import numpy as np
import pytest
import torch
from harness import assert_gradients_as_exact_as_eager, run

from fungible.frontend import array_operators  # noqa: F401  defines torch.ops.fungible

_ops = torch.ops.fungible


def _rand(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed + sum(shape)))


def _ids(low, high, *shape):
    return torch.randint(low, high, shape, generator=torch.Generator().manual_seed(high))


def _assert_same(function, *args, tolerance=2e-6):
    for number, (found, expected) in enumerate(zip(run(function, *args), function(*args), strict=True)):
        message = f"result {number}"
        expected = expected.numpy()
        if expected.dtype.kind == "f":
            np.testing.assert_allclose(found, expected, tolerance, tolerance, equal_nan=True, err_msg=message)
        else:
            np.testing.assert_array_equal(found, expected, message)


def test_sort():
    """By counting (up to 512), by merging runs of which the last one may be short or missing, and all ties."""
    x = _rand(3, 37, 2).round(decimals=1)
    x[0, 3, 0], x[1, 5, 1], x[2, 2, 0], x[2, 4, 0] = torch.nan, -torch.inf, -0.0, 0.0
    inputs = (
        x, x.double(), _ids(-300, 300, 2, 1500), _ids(0, 9, 545).int(), torch.zeros(1024),
        torch.full((600,), torch.nan), torch.tensor([3, -(2**62), 2**40]), _rand(1), _rand(0, 3), _rand(3, 0),
    )  # fmt: skip

    def both(*inputs):
        return [_ops.argsort(x, 1 if x.dim() > 1 else 0, descending) for x in inputs for descending in (False, True)]

    _assert_same(both, *inputs)


@pytest.mark.parametrize("kind", ["sum", "prod", "max", "min", "logsumexp"])
def test_scan(kind):
    """In one block, in blocks, in blocks of blocks."""
    x, special = _rand(3, 37, 2), _rand(70)
    special[3], special[40] = -torch.inf, torch.inf
    missing = _rand(70)
    missing[50] = torch.nan
    floats = [x, x.double(), 0.01 * _rand(2, 2100) + (kind == "prod"), special, missing, torch.full((5,), -torch.inf)]
    integers = [] if kind == "logsumexp" else [_ids(-3, 3, 2, 100), _ids(-3, 3, 5).int(), torch.tensor([2**40, 5])]

    def scans(*inputs):
        return [_ops.scan(x, 1 if x.dim() > 1 else 0, kind) for x in inputs]

    # Infinity makes a sum of logarithms infinite; PyTorch's differences of infinities are not compared.
    _assert_same(scans, *floats, *integers, tolerance=2e-5)


@pytest.mark.parametrize("kind", ["set", "sum", "prod", "max", "min"])
def test_scatter(kind):
    """Few slots, few elements, many of both; an index for each element, or one for each row; outside, and unused."""

    def scatters(few, few_ids, many, many_ids, source, row_ids, all_ids):
        return [
            _ops.scatter(few, 1, few_ids, source, kind, True),
            _ops.scatter(few, 1, few_ids, source, kind, False),
            _ops.scatter(many, 1, many_ids, source[:, :9], kind, True),
            _ops.scatter(many, 1, row_ids, source, kind, True),
            _ops.scatter(many, 1, all_ids, source, kind, False),
            _ops.scatter((few * 10).long(), 1, few_ids, (source * 10).long(), kind, False),
        ]

    ids = (_ids(-2, 11, 100), _ids(-2, 92, 9), _ids(-2, 92, 100), _ids(0, 90, 2, 100, 3))
    _assert_same(scatters, _rand(2, 9, 3), ids[0], _rand(2, 90, 3), ids[1], _rand(2, 100, 3), ids[2], ids[3])


def test_gradients():
    """Through autograd's own formulas: those of sorts and of products of zeros write by index."""
    x = _rand(3, 9)
    x[0, 2] = x[1, 3] = x[1, 5] = 0.0

    def results(x):
        parts = [x.sort(1).values, x.topk(3).values, x.cumprod(1), x.cummax(1).values, x.prod(1, keepdim=True),
                 x.logcumsumexp(1), x[:, [0, 2, 2]], x.unfold(1, 3, 2).flatten(1), x.take_along_dim(x.argsort(1), 1),
                 x.var(1, keepdim=True), x.diagonal().expand(3, 3)]  # fmt: skip
        return torch.cat(parts, 1)

    assert_gradients_as_exact_as_eager(results, x)


def test_comparisons_of_constants():
    """torch-mlir folds them."""
    values = (-2.0, -0.3, 0.0, 0.3, 1.0, 2.0)
    names = ("eq", "ge", "gt", "le", "lt", "ne")

    def compare(x):
        constants = [torch.tensor(value) for value in values]
        return [x + torch.stack([getattr(torch, name)(c, n) for c in constants for name in names for n in (0, 1, -1)])]

    _assert_same(compare, torch.zeros(1))
