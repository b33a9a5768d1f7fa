"""Constant zeros of f32, and products and quotients of them as choices.

Compilers of devices take them for 0.0, which they are not of every operand.
"""

from math import copysign

from torch_mlir import ir

from ._bits import INFINITY, SIGN, magnitude, number, word
from ._scalar import Scalar, constant, select


def zero_of(value: ir.Value) -> float | None:
    """The zero that a constant f32 is, or None."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "arith.constant" or not isinstance(value.type, ir.F32Type):
        return None
    found = ir.FloatAttr(owner.operation.attributes["value"]).value
    return found if found == 0.0 else None


def is_negative(zero: float) -> bool:
    """Whether it is -0.0."""
    return copysign(1.0, zero) < 0


def product_with_zero(op: ir.OpView) -> list[ir.Value] | None:
    """An `arith.mulf` of f32 by a constant zero: a zero, or NaN of what is no finite number."""
    left, right = op.operation.operands
    for value, other in ((right, left), (left, right)):
        if (zero := zero_of(value)) is not None:
            bits = word(Scalar(other))
            sign = (bits ^ SIGN if is_negative(zero) else bits) & SIGN
            nothing = constant(other.type, float("nan"))
            return [select(magnitude(bits).lt(INFINITY), number(sign), nothing).value]
    return None


def quotient_with_zero(op: ir.OpView) -> list[ir.Value] | None:
    """An `arith.divf` of f32 of or by a constant zero: a zero or an infinity, or NaN of zeros and NaN."""
    left, right = op.operation.operands
    for value, other, result in ((left, right, 0), (right, left, INFINITY)):
        if (zero := zero_of(value)) is not None:
            bits = word(Scalar(other))
            sign = (bits ^ SIGN if is_negative(zero) else bits) & SIGN
            size, nothing = magnitude(bits), constant(other.type, float("nan"))
            return [select(size.gt(0) & size.lt(INFINITY + 1), number(sign | result), nothing).value]
    return None
