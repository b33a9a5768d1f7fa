"""Operators for what ATen's do with sorts, scans and scatters, in forms that the dialect keeps whole.

    fungible::argsort     the stable order of elements
    fungible::scan        cumulative sum, product, maximum, minimum, logarithm of the sum of exponents
    fungible::scatter     elements sent to places, in order

Decompositions make them, after autograd, so that they have no derivatives. The CPU kernels serve
the tests.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .registration import register

SCHEMAS = {
    "argsort": "(Tensor input, int dim, bool descending) -> Tensor",
    "scan": "(Tensor input, int dim, str kind) -> Tensor",
    "scatter": "(Tensor input, int dim, Tensor index, Tensor source, str kind, bool include_self) -> Tensor",
}

_SCANS = {
    "sum": lambda x, dim: x.cumsum(dim, dtype=x.dtype),
    "prod": lambda x, dim: x.cumprod(dim, dtype=x.dtype),
    "max": lambda x, dim: x.cummax(dim).values,
    "min": lambda x, dim: x.cummin(dim).values,
    "logsumexp": lambda x, dim: x.logcumsumexp(dim),
}
_REDUCTIONS = {"sum": "sum", "prod": "prod", "max": "amax", "min": "amin"}


def argsort(input: Tensor, dim: int, descending: bool) -> Tensor:
    """The stable order of the elements along `dim` (`[0, rank)`), int64; NaN is the largest.

    Args:
        input: rank 1 or more; float32, float64, int32 or int64.
    """
    # PyTorch sorts zeros of different signs as equal already.
    return input.sort(dim=dim, descending=descending, stable=True).indices.contiguous()


def scan(input: Tensor, dim: int, kind: str) -> Tensor:
    """Each element combined with all before it along `dim` (`[0, rank)`): kinds sum, prod, max, min and,
    for floats, logsumexp. The dtype stays the same."""
    return _SCANS[kind](input, dim).contiguous()


def scatter(input: Tensor, dim: int, index: Tensor, source: Tensor, kind: str, include_self: bool) -> Tensor:
    """`input` with each element of `source` sent to the place along `dim` that its index names.

    Args:
        index: integers, of the shape of `source` or one for each place along `dim`; a number outside
            of the dimension sends its element nowhere.
        source: like `input` but for its size along `dim`.
        kind: set (the last one counts), sum, prod, max or min.
        include_self: whether the input's element takes part in places that something is sent to.
    """
    if index.shape != source.shape:
        index = index.view([-1 if d == dim else 1 for d in range(source.dim())]).expand(source.shape)
    size, index = input.size(dim), index.long()
    index = torch.where((index >= 0) & (index < size), index, size)  # one more place takes what goes nowhere
    rest = list(input.shape)
    rest[dim] = 1
    wide = torch.cat([input, input.new_zeros(rest)], dim)
    if kind == "set":
        count = torch.arange(source.size(dim)).view([-1 if d == dim else 1 for d in range(source.dim())])
        last = torch.full(wide.shape, -1).scatter_reduce(dim, index, count.expand(source.shape), "amax")
        if source.size(dim):
            wide = torch.where(last >= 0, source.gather(dim, last.clamp(min=0)), wide)
    else:
        wide = wide.scatter_reduce(dim, index, source, _REDUCTIONS[kind], include_self=include_self)
    return wide.narrow(dim, 0, size).contiguous()


_KERNELS = {"argsort": argsort, "scan": scan, "scatter": scatter}
_FAKES = {
    "argsort": lambda input, *_: input.new_empty(input.shape, dtype=torch.int64),
    "scan": lambda input, *_: input.new_empty(input.shape),
    "scatter": lambda input, *_: input.new_empty(input.shape),
}


# A reload runs this again in the same namespace, and an operator is defined once a process.
if "_LIBRARY" not in globals():
    _LIBRARY = register(SCHEMAS, _KERNELS, _FAKES)
