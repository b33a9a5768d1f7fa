"""Reductions that round."""

from math import inf

from torch_mlir import ir

from .._base import (
    Bool,
    Integers,
    Operand,
    Pure,
    Result,
    Tensor,
    boolean,
    expect,
    expect_float,
    expect_shape,
    integers,
    real,
)
from .numerics import RoundingOp

#: The norms that have an op; others are left to torch-mlir.
NORM_ORDERS = (1.0, 2.0, inf)


def _check(op: RoundingOp) -> None:
    type_ = expect_float(op.operation.operands[0], "input")
    dims = integers(op, "dims")
    expect(
        all(0 <= d < type_.rank for d in dims) and len(set(dims)) == len(dims),
        f"expects dims to be different dimensions of {type_}, but they are {dims}",
    )
    keep = boolean(op, "keep_dims")
    shape = [1 if d in dims else n for d, n in enumerate(type_.shape) if keep or d not in dims]
    result = expect_shape(op.operation.results[0], "result", shape)
    expect(
        result.element_type == type_.element_type,
        f"expects a result of {type_.element_type}, but it is {result}",
    )


class SumOp(RoundingOp, name="sum", traits=[Pure]):
    """The sum over the dimensions `dims`, which are dropped, or stay as ones if `keep_dims`.

    Source: `torch.sum`.
    """

    input: Operand[Tensor]
    result: Result[Tensor]
    dims: Integers
    keep_dims: Bool

    def check(self) -> None:
        _check(self)


class MeanOp(RoundingOp, name="mean", traits=[Pure]):
    """The sum over the dimensions `dims`, divided by their number of elements.

    Source: `torch.mean`.
    """

    input: Operand[Tensor]
    result: Result[Tensor]
    dims: Integers
    keep_dims: Bool

    def check(self) -> None:
        _check(self)


class VectorNormOp(RoundingOp, name="vector_norm", traits=[Pure]):
    """The norm of order `ord` (1, 2 or infinity) over the dimensions `dims`.

        1: sum(|x|),  2: sqrt(sum(x * x)),  infinity: max(|x|), NaN where an element is

    Source: `torch.linalg.vector_norm`.
    """

    input: Operand[Tensor]
    result: Result[Tensor]
    dims: Integers
    keep_dims: Bool
    ord: ir.FloatAttr

    def check(self) -> None:
        _check(self)
        order = real(self, "ord")
        expect(order in NORM_ORDERS, f"expects ord to be 1, 2 or infinity, but it is {order}")
