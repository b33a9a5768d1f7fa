"""Sums, means and norms to linalg."""

from collections.abc import Callable
from math import prod

from torch_mlir import ir

from fungible.dialects._base import integers, real

from ..._linalg import pointwise, reduce_, reshape
from ..._scalar import Scalar, absolute, maximum, sqrt
from ..._sums import precise_sum


def _reduce(
    op: ir.OpView,
    prepare: Callable[[Scalar], Scalar] | None = None,
    finish: Callable[[Scalar, int], Scalar] | None = None,
) -> list[ir.Value]:
    (input_,) = op.operation.operands
    dims = integers(op, "dims")
    total = precise_sum(input_, dims, prepare)
    if finish is not None:
        count = prod(input_.type.shape[d] for d in dims)
        total = pointwise(total.type, [total], lambda x: finish(x, count))
    return [reshape(total, list(op.operation.results[0].type.shape))]


def _vector_norm(op: ir.OpView) -> list[ir.Value]:
    order = real(op, "ord")
    if order == 2.0:
        return _reduce(op, lambda x: x * x, lambda total, _: sqrt(total))
    if order == 1.0:
        return _reduce(op, absolute)
    (input_,) = op.operation.operands
    largest = reduce_(input_, integers(op, "dims"), 0, maximum, absolute)
    return [reshape(largest, list(op.operation.results[0].type.shape))]


LOWERINGS = {
    "fungible.sum": _reduce,
    "fungible.mean": lambda op: _reduce(op, finish=lambda total, count: total / count),
    "fungible.vector_norm": _vector_norm,
}
