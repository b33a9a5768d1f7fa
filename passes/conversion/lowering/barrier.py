"""Barriers to linalg: a choice that always falls on the input, which no compiler can know.

IREE has an op for this, `util.optimization_barrier`. It cuts the commands to the device in two,
and does not keep what follows it behind `after`.
"""

from torch_mlir import ir
from torch_mlir.dialects import arith, tensor

from ..._linalg import like, pointwise, reshape, tensor_type
from ..._scalar import Scalar, int32, select


def _bits(x: Scalar) -> Scalar:
    """The bits of a number, or some of them, as i32."""
    if x.is_float:
        return Scalar(arith.bitcast(int32(), x.to(ir.F32Type.get()).value))
    return x.to(int32())


def _never(x: Scalar) -> Scalar:
    """0, computed from `x`: of the square of an odd number bit 2 is 0, of that of an even one bit 0."""
    square = _bits(x) * _bits(x)
    return (square >> 2) & square & 1


def _first(value: ir.Value) -> ir.Value:
    """The first element as a scalar tensor.

    A slice: IREE fuses an op that reads one element into the op that makes them all, which then makes one.
    """
    rank = value.type.rank
    ones = ir.DenseI64ArrayAttr.get([1] * rank)
    slice_ = tensor.ExtractSliceOp(
        like(value, [1] * rank), value, [], [], [], ir.DenseI64ArrayAttr.get([0] * rank), ones, ones
    )
    return reshape(slice_.result, [])


def _barrier(op: ir.OpView) -> list[ir.Value]:
    input_, after = op.operation.operands
    never = pointwise(tensor_type([], int32()), [_first(after)], _never)
    return [pointwise(input_.type, [never, input_], lambda never, x: select(never.eq(0), x, 0))]


LOWERINGS = {"fungible.barrier": _barrier}
