"""Constant zeros, and products and quotients of them as choices.

Compilers of devices take them for 0.0, which they are not of every operand.
"""

from math import copysign

from torch_mlir import ir

from ._bits import infinity, is_f32_or_f64, magnitude, number, sign, word
from ._scalar import Scalar, constant, select


def zero_of(value: ir.Value) -> float | None:
    """The zero that a constant is, f32 or f64, or None."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "arith.constant" or not is_f32_or_f64(value.type):
        return None
    found = ir.FloatAttr(owner.operation.attributes["value"]).value
    return found if found == 0.0 else None


def is_negative(zero: float) -> bool:
    """Whether it is -0.0."""
    return copysign(1.0, zero) < 0


def _sign(bits: Scalar, zero: float) -> Scalar:
    """That of a number of these bits times a zero, or over or under it."""
    return sign(bits ^ -1 if is_negative(zero) else bits)


def product_with_zero(op: ir.OpView) -> list[ir.Value] | None:
    """An `arith.mulf` by a constant zero: a zero, or NaN of what is no finite number."""
    left, right = op.operation.operands
    for value, other in ((right, left), (left, right)):
        if (zero := zero_of(value)) is not None:
            bits = word(Scalar(other))
            signed, nothing = _sign(bits, zero), constant(other.type, float("nan"))
            return [select(magnitude(bits).lt(infinity(bits)), number(signed), nothing).value]
    return None


def quotient_with_zero(op: ir.OpView) -> list[ir.Value] | None:
    """An `arith.divf` of or by a constant zero: a zero or an infinity, or NaN of zeros and NaN."""
    left, right = op.operation.operands
    for value, other, is_divisor in ((left, right, False), (right, left, True)):
        if (zero := zero_of(value)) is not None:
            bits = word(Scalar(other))
            signed, end = _sign(bits, zero), infinity(bits)
            size, nothing = magnitude(bits), constant(other.type, float("nan"))
            result = number(signed | (end if is_divisor else 0))
            return [select(size.gt(0) & size.lt(end + 1), result, nothing).value]
    return None
