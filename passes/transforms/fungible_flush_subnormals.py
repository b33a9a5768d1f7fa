"""fungible-flush-subnormals"""

from collections.abc import Callable
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .. import _flushing, _numerics
from .._linalg import PRODUCTS
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar, constant, select

_ALWAYS = {"arith.addf": _flushing.add, "arith.subf": _flushing.subtract, "arith.mulf": _flushing.multiply}
_NATIVE = {"arith.divf": _flushing.divide, "math.fma": _flushing.multiply_and_add}

#: Operands from which on a result is not subnormal, whatever the other operand is: a sum has no bits below 2^-126.
_ENOUGH = {"arith.addf": 2.0**-100, "arith.subf": 2.0**-100, "arith.mulf": 1.0}


def _plus_zero(view: ir.OpView) -> list[ir.Value] | None:
    op = view.operation
    if not isinstance(op.results[0].type, ir.F32Type):
        return None
    integer = Scalar(op.operands[0])
    with_sign = Scalar(arith.sitofp(op.results[0].type, integer.value))
    return [select(integer.eq(0), constant(with_sign.type, 0.0), with_sign).value]


def _is_at_least(value: ir.Value, limit: float) -> bool:
    """Whether it is a constant of that magnitude."""
    owner = value.owner
    if isinstance(owner, ir.Block) or not isinstance(owner.opview, arith.ConstantOp):
        return False
    attribute = owner.opview.value
    return isinstance(attribute, ir.FloatAttr) and abs(attribute.value) >= limit


def _flushed(function: Callable[..., Scalar]) -> Callable[[ir.OpView], list[ir.Value] | None]:
    def rewrite(view: ir.OpView) -> list[ir.Value] | None:
        op = view.operation
        if op.parent.name in PRODUCTS or not isinstance(op.results[0].type, ir.F32Type):
            return None
        if op.name in _ENOUGH and any(_is_at_least(operand, _ENOUGH[op.name]) for operand in op.operands):
            return None
        return [function(*map(Scalar, op.operands)).value]

    return rewrite


@dataclass(frozen=True)
class FungibleFlushSubnormals(Pass):
    """Turns subnormal results into zero, in modules with exact numerics.

        %0 = arith.addf %x, %y : f32

    is followed by a choice between it and the zero of its sign, by its bits. A product is computed once more, 2^64 times
    as large, to see whether it is subnormal when it is rounded to 24 bits; where a device rounds it to fewer it may have
    become 2^-126. For devices that keep subnormal numbers, or may do either. With `native=true` quotients
    and fused multiply-adds as well; without, for targets on which these are written out by passes that flush by
    themselves.

    The f32 of an integer zero is 0.0: a driver may make a truncation that keeps the sign of a conversion there and back.

    Modules with other numerics stay as they are.
    """

    name = "fungible-flush-subnormals"

    native: bool = False

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            functions = {**_ALWAYS, **_NATIVE} if self.native else _ALWAYS
            table = {name: _flushed(function) for name, function in functions.items()}
            apply(module, {**table, "arith.sitofp": _plus_zero})
