"""Sums over many elements, in levels, so that rounding errors do not pile up.

A sum that adds n elements one after the other has an error that grows with n; a tree of
short sums has one that grows with log(n), at the price of a few small dispatches. Eager
PyTorch sums in levels too ("cascade sum"), or in double precision.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from math import prod

from torch_mlir import ir

from ._linalg import pointwise, reshape, rows, sum_
from ._scalar import Scalar

#: The longest run of elements that is added in one level.
SHORT = 32

#: The same along the innermost dimension, where a target adds a vector's lanes side by side.
SHORT_INNERMOST = 64


def _chunk(length: int) -> int:
    """How many elements one chunk has: the divisor of `length` nearest to 16, if one is near."""
    near = [d for d in range(8, 33) if length % d == 0]
    return min(near, key=lambda d: abs(d - 16)) if near else 16


def _sum_dimension(value: ir.Value, dimension: int) -> ir.Value:
    shape, length = list(value.type.shape), value.type.shape[dimension]
    if length <= (SHORT_INNERMOST if dimension == len(shape) - 1 else SHORT):
        return sum_(value, (dimension,))
    chunk = _chunk(length)
    whole = length // chunk * chunk
    chunks = reshape(
        value if whole == length else rows(value, 0, whole, dimension),
        [*shape[:dimension], whole // chunk, chunk, *shape[dimension + 1 :]],
    )
    total = _sum_dimension(sum_(chunks, (dimension + 1,)), dimension)
    if whole == length:
        return total
    rest = sum_(rows(value, whole, length - whole, dimension), (dimension,))
    return pointwise(total.type, [total, rest], lambda a, b: a + b)


def precise_sum(
    value: ir.Value, dims: Sequence[int], prepare: Callable[[Scalar], Scalar] | None = None
) -> ir.Value:
    """The sum of `prepare(element)` over `dims`, which are dropped from the result."""
    if prepare is not None:
        value = pointwise(value.type, [value], prepare)
    reduced, shape = set(dims), list(value.type.shape)
    # Runs of neighbouring dimensions count as one, innermost first.
    several = [d for d, n in enumerate(shape) if n != 1]
    runs = [(kind, list(group)) for kind, group in groupby(several, key=reduced.__contains__)]
    value = reshape(value, [prod(shape[d] for d in group) for _, group in runs])
    for number, (kind, _) in reversed(list(enumerate(runs))):
        if kind:
            value = _sum_dimension(value, number)
    return reshape(value, [n for d, n in enumerate(shape) if d not in reduced])
