"""Sums, means and norms to linalg."""

from collections.abc import Callable
from math import prod

from torch_mlir import ir

from fungible.dialects._base import integers

from ..._linalg import pointwise, reshape
from ..._scalar import Scalar, sqrt
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


LOWERINGS = {
    "fungible.sum": _reduce,
    "fungible.mean": lambda op: _reduce(op, finish=lambda total, count: total / count),
    "fungible.norm": lambda op: _reduce(op, lambda x: x * x, lambda total, _: sqrt(total)),
}
