"""Arithmetic on SSA scalars, written as arithmetic.

The bodies of `linalg.generic` are formulas; `Scalar` lets them read like the formula in
the op's docstring. Integers follow their signedness-free MLIR ops; comparisons of
integers are signed.
"""

from __future__ import annotations

from torch_mlir import ir
from torch_mlir.dialects import arith, math


def constant(type_: ir.Type, value: int | float) -> Scalar:
    """A scalar constant of a float, integer or index type."""
    if isinstance(type_, ir.FloatType):
        return Scalar(arith.constant(type_, float(value)))
    return Scalar(arith.constant(type_, int(value)))


class Scalar:
    """An SSA value of a float, integer or index type, with Python's operators."""

    __slots__ = ("value",)

    def __init__(self, value: ir.Value):
        self.value = value

    @property
    def type(self) -> ir.Type:
        return self.value.type

    @property
    def is_float(self) -> bool:
        return isinstance(self.type, ir.FloatType)

    def _lift(self, other: Scalar | int | float) -> ir.Value:
        return other.value if isinstance(other, Scalar) else constant(self.type, other).value

    def _binary(self, other, on_float, on_integer, swap=False) -> Scalar:
        left, right = self.value, self._lift(other)
        if swap:
            left, right = right, left
        operation = on_float if self.is_float else on_integer
        if operation is None:
            raise TypeError(f"no such operation on {self.type}")
        return Scalar(operation(left, right))

    def __add__(self, other):
        return self._binary(other, arith.addf, arith.addi)

    __radd__ = __add__

    def __sub__(self, other):
        return self._binary(other, arith.subf, arith.subi)

    def __rsub__(self, other):
        return self._binary(other, arith.subf, arith.subi, swap=True)

    def __mul__(self, other):
        return self._binary(other, arith.mulf, arith.muli)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self._binary(other, arith.divf, None)

    def __rtruediv__(self, other):
        return self._binary(other, arith.divf, None, swap=True)

    def __floordiv__(self, other):
        """Integer division of values that are not negative."""
        return self._binary(other, None, arith.divui)

    def __and__(self, other):
        return self._binary(other, None, arith.andi)

    def __or__(self, other):
        return self._binary(other, None, arith.ori)

    def __xor__(self, other):
        return self._binary(other, None, arith.xori)

    def __lshift__(self, other):
        return self._binary(other, None, arith.shli)

    def __rshift__(self, other):
        """Logical (unsigned) shift to the right."""
        return self._binary(other, None, arith.shrui)

    def __neg__(self):
        return Scalar(arith.negf(self.value)) if self.is_float else 0 - self

    def _compare(self, other, ordered: str, signed: str) -> Scalar:
        right = self._lift(other)
        if self.is_float:
            return Scalar(arith.cmpf(getattr(arith.CmpFPredicate, ordered), self.value, right))
        return Scalar(arith.cmpi(getattr(arith.CmpIPredicate, signed), self.value, right))

    def eq(self, other):
        return self._compare(other, "OEQ", "eq")

    def ne(self, other):
        return self._compare(other, "UNE", "ne")

    def lt(self, other):
        return self._compare(other, "OLT", "slt")

    def gt(self, other):
        return self._compare(other, "OGT", "sgt")

    def ge(self, other):
        return self._compare(other, "OGE", "sge")

    def to(self, type_: ir.Type) -> Scalar:
        """Converts between floats, signed integers and index; a narrower integer is truncated."""
        source = self.type
        if source == type_:
            return self
        if isinstance(source, ir.IndexType) or isinstance(type_, ir.IndexType):
            return Scalar(arith.index_cast(type_, self.value))
        if isinstance(source, ir.FloatType) and isinstance(type_, ir.FloatType):
            widen = type_.width > source.width
            return Scalar((arith.extf if widen else arith.truncf)(type_, self.value))
        if isinstance(source, ir.FloatType):
            return Scalar(arith.fptosi(type_, self.value))
        if isinstance(type_, ir.FloatType):
            convert = arith.uitofp if source.width == 1 else arith.sitofp
            return Scalar(convert(type_, self.value))
        if type_.width > source.width:
            extend = arith.extui if source.width == 1 else arith.extsi
            return Scalar(extend(type_, self.value))
        return Scalar(arith.trunci(type_, self.value))


def int32() -> ir.Type:
    return ir.IntegerType.get_signless(32)


def narrow_index(x: Scalar) -> Scalar:
    """An integer as i32; what does not fit becomes the nearest end of the range, never another index."""
    if x.type.width > 32:
        x = minimum(maximum(x, -(2**31)), 2**31 - 1)
    return x.to(int32())


def select(condition: Scalar, then: Scalar, otherwise: Scalar | int | float) -> Scalar:
    return Scalar(arith.select(condition.value, then.value, then._lift(otherwise)))


def maximum(left: Scalar, right: Scalar | int | float) -> Scalar:
    """The larger one; NaN where either is NaN."""
    return left._binary(right, arith.maximumf, arith.maxsi)


def minimum(left: Scalar, right: Scalar | int | float) -> Scalar:
    """The smaller one; NaN where either is NaN."""
    return left._binary(right, arith.minimumf, arith.minsi)


def _unary(function):
    def apply(x: Scalar) -> Scalar:
        return Scalar(function(x.value))

    apply.__name__ = function.__name__
    return apply


exp = _unary(math.exp)
expm1 = _unary(math.expm1)
log = _unary(math.log)
sqrt = _unary(math.sqrt)
tanh = _unary(math.tanh)
absolute = _unary(math.absf)


def rsqrt(x: Scalar) -> Scalar:
    """1 / sqrt(x) as two correctly rounded steps where the target has them."""
    return 1.0 / sqrt(x)


def sigmoid(x: Scalar) -> Scalar:
    """1 / (1 + exp(-x))"""
    return 1.0 / (1.0 + exp(-x))
