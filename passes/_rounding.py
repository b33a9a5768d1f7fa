"""Rounds f32 to the numbers of a 16-bit float type, which stay f32.

To nearest, ties to even, by the bits of the f32: the sum (x + c) - c would do it too, and
is what compilers take apart.
"""

from __future__ import annotations

from torch_mlir import ir
from torch_mlir.dialects import arith, math

from ._retype import element

#: Bits of an f32 that the type does not have.
_DROPPED = {"bf16": 16, "f16": 13}

_SIGN = -(2**31)
_INFINITY = 0x7F800000

#: f16: the largest number rounds up to 2^16 where it overflows; below 2^-14 its numbers are 2^-24 apart.
_F16_OVERFLOW = 0x47800000
_F16_SMALLEST_NORMAL = 0x38800000
_F16_STEPS = 24

#: Ops whose results are numbers of the type if their operands are.
_EXACT = {
    "arith.constant",
    "arith.extf",
    "arith.maximumf",
    "arith.maxnumf",
    "arith.minimumf",
    "arith.minnumf",
    "arith.negf",
    "arith.remf",
    "arith.select",
    "math.absf",
    "math.ceil",
    "math.copysign",
    "math.floor",
    "math.round",
    "math.roundeven",
    "math.trunc",
}

#: Integers of so many bits are numbers of bf16 and f16.
_EXACT_WIDTH = 8


def is_computed(op: ir.Operation) -> bool:
    """Whether the op is arithmetic whose results have to be rounded to a 16-bit float type."""
    if op.name.partition(".")[0] not in ("arith", "math") or op.name in _EXACT:
        return False
    if op.name in ("arith.sitofp", "arith.uitofp"):
        return element(op.operands[0].type).width > _EXACT_WIDTH
    return True


def rounded(x: ir.Value, kind: ir.FloatType) -> ir.Value:
    """`x`, an f32 or a tensor of it, as the nearest number of `kind` (f16 or bf16).

    What is half a step or more beyond the largest number becomes infinite, NaN stays NaN.
    """
    dropped = _DROPPED[str(kind)]
    integer = _like(x.type, ir.IntegerType.get_signless(32))
    bits = arith.bitcast(integer, x)
    size = arith.andi(bits, _integer(integer, ~_SIGN))
    # Half a step less one, and the last kept bit: exactly half a step moves on to an even number.
    last = arith.andi(arith.shrui(size, _integer(integer, dropped)), _integer(integer, 1))
    moved = arith.addi(size, arith.addi(last, _integer(integer, 2 ** (dropped - 1) - 1)))
    result = arith.andi(moved, _integer(integer, -(2**dropped)))
    if str(kind) == "f16":
        overflows = _at_least(result, _integer(integer, _F16_OVERFLOW))
        result = arith.select(overflows, _integer(integer, _INFINITY), result)
    sign = arith.andi(bits, _integer(integer, _SIGN))
    result = arith.bitcast(x.type, arith.ori(result, sign))
    if str(kind) == "f16":
        steps = math.roundeven(arith.mulf(x, _float(x.type, 2.0**_F16_STEPS)))
        small = arith.mulf(steps, _float(x.type, 2.0**-_F16_STEPS))
        normal = _at_least(size, _integer(integer, _F16_SMALLEST_NORMAL))
        result = arith.select(normal, result, small)
    is_nan = arith.cmpi(arith.CmpIPredicate.sgt, size, _integer(integer, _INFINITY))
    return arith.select(is_nan, x, result)


def _like(type_: ir.Type, element: ir.Type) -> ir.Type:
    if isinstance(type_, ir.RankedTensorType):
        return ir.RankedTensorType.get(type_.shape, element, type_.encoding)
    return element


def _constant(type_: ir.Type, number: ir.Attribute) -> ir.Value:
    if isinstance(type_, ir.RankedTensorType):
        return arith.constant(type_, ir.DenseElementsAttr.get_splat(type_, number))
    return arith.constant(type_, number)


def _integer(type_: ir.Type, number: int) -> ir.Value:
    return _constant(type_, ir.IntegerAttr.get(ir.IntegerType.get_signless(32), number))


def _float(type_: ir.Type, number: float) -> ir.Value:
    return _constant(type_, ir.FloatAttr.get(ir.F32Type.get(), number))


def _at_least(left: ir.Value, right: ir.Value) -> ir.Value:
    return arith.cmpi(arith.CmpIPredicate.sge, left, right)
