"""Order between values that no data flows between.

A choice that always falls on the value, which no compiler can know. IREE has an op for this,
`util.optimization_barrier`. It cuts the commands to the device in two, and does not keep what
follows it behind the other value.
"""

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._bits import word
from ._linalg import like, pointwise, reshape, tensor_type
from ._scalar import Scalar, int32, select


def _bits(x: Scalar) -> Scalar:
    """The bits of a number, or some of them, as i32."""
    if x.is_float:
        return word(x.to(ir.F32Type.get()))
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


def behind(value: ir.Value, other: ir.Value) -> ir.Value:
    """`value`, as a value of its own, once `other` is there."""
    never = pointwise(tensor_type([], int32()), [_first(other)], _never)
    return pointwise(value.type, [never, value], lambda never, x: select(never.eq(0), x, 0))
