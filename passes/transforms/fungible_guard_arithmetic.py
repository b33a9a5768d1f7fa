"""fungible-guard-arithmetic"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._bits import INFINITY, SIGN, magnitude, number, word
from .._linalg import PRODUCTS
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar, constant, select


_Predicate = arith.CmpFPredicate


def _negated(value: ir.Value) -> ir.Value:
    """By its bits: MLIR makes a difference of a sum with `arith.negf`."""
    return number(word(Scalar(value)) ^ SIGN).value


def _difference(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    return [arith.addf(left, _negated(right))] if isinstance(left.type, ir.F32Type) else None


def _product(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    if op.operation.parent.name in PRODUCTS or not isinstance(left.type, ir.F32Type):
        return None
    # The right one, as which constants come: IREE would multiply those of two products.
    return [_negated(arith.mulf(left, _negated(right)))]


def _truncated(op: ir.OpView) -> list[ir.Value] | None:
    value = Scalar(op.operation.operands[0])
    type_ = op.operation.results[0].type
    if not isinstance(value.type, ir.F32Type) or not isinstance(type_, ir.IntegerType):
        return None
    nearest = Scalar(arith.fptosi(type_, value.value))
    back = nearest.to(value.type)
    too_large = select(value.lt(0.0), back.lt(value), back.gt(value))
    step = select(value.lt(0.0), constant(type_, -1), 1)
    return [select(too_large, nearest - step, nearest).value]


def _is_number(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    predicate = ir.IntegerAttr(op.operation.attributes["predicate"]).value
    if left != right or predicate not in _SELF or not isinstance(left.type, ir.F32Type):
        return None
    size = magnitude(word(Scalar(left)))
    return [(size.gt(INFINITY) if _SELF[predicate] else size.lt(INFINITY + 1)).value]


#: Predicate of a number and itself -> whether it is true of NaN rather than of the others.
_SELF = {int(_Predicate.OEQ): False, int(_Predicate.ORD): False, int(_Predicate.UNE): True, int(_Predicate.UNO): True}

_GUARDED = {
    "arith.cmpf": _is_number,
    "arith.fptosi": _truncated,
    "arith.mulf": _product,
    "arith.subf": _difference,
}


@dataclass(frozen=True)
class FungibleGuardArithmetic(Pass):
    """Writes sums, differences and products of f32 so that IREE's virtual machine leaves them as they are.

        %0 = arith.addf %x, %y : f32
        %1 = arith.subf %0, %x : f32

    becomes the sum of `%0` and -x, made of the bits of `%x`. IREE 3.13 takes `(x + y) - x` for `y` and `(x - y) + y` for
    `x`, which they are not where a sum is rounded, fuses products with sums, and multiplies the constants of two products
    with each other. So differences become sums, and products are negated twice. It also rounds floats to the nearest
    integer where `arith.fptosi` truncates, which is corrected, and takes any number for equal to itself, NaN too; its
    bits tell.

    For the target `vmvx`, which computes in the virtual machine.
    """

    name = "fungible-guard-arithmetic"

    def run(self, module: ir.Operation) -> None:
        apply(module, _GUARDED)
