"""fungible-guard-arithmetic"""

from dataclasses import dataclass
from math import copysign

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


def _compared(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    predicate = ir.IntegerAttr(op.operation.attributes["predicate"]).value
    if not isinstance(left.type, ir.F32Type):
        return None
    if left == right and predicate in _SELF:
        size = magnitude(word(Scalar(left)))
        return [(size.gt(INFINITY) if _SELF[predicate] else size.lt(INFINITY + 1)).value]
    if predicate in _TURNED:
        return [arith.cmpf(_TURNED[predicate], right, left)]
    if predicate == _Predicate.ONE:
        less = arith.cmpf(_Predicate.OLT, left, right)
        return [arith.ori(less, arith.cmpf(_Predicate.OLT, right, left))]
    if predicate == _Predicate.ORD:
        no_number = Scalar(arith.cmpf(_Predicate.UNO, left, right))
        return [(no_number ^ 1).value]
    return None


#: Predicate of a number and itself -> whether it is true of NaN rather than of the others.
_SELF = {
    **{int(predicate): False for predicate in (_Predicate.OEQ, _Predicate.OGE, _Predicate.OLE, _Predicate.ORD)},
    **{int(predicate): True for predicate in (_Predicate.UNE, _Predicate.UGT, _Predicate.ULT, _Predicate.UNO)},
}

#: What IREE gets wrong of NaN -> the same of the operands the other way round.
_TURNED = {int(_Predicate.OGE): _Predicate.OLE, int(_Predicate.UGE): _Predicate.ULE}

_GUARDED = {
    "arith.cmpf": _compared,
    "arith.fptosi": _truncated,
    "arith.mulf": _product,
    "arith.subf": _difference,
}


def _refused(op: ir.OpView) -> None:
    value = op.operation.attributes["value"]
    if isinstance(value, ir.DenseElementsAttr) and value.is_splat:
        value = value.get_splat_value()
    negative = isinstance(value, ir.FloatAttr) and value.value == 0.0 and copysign(1.0, value.value) < 0
    if negative and list(op.operation.results[0].uses):
        raise ValueError("IREE's virtual machine makes 0.0 of the constant -0.0; compute it, or use another target")


@dataclass(frozen=True)
class FungibleGuardArithmetic(Pass):
    """Writes sums, differences and products of f32 so that IREE's virtual machine leaves them as they are.

        %0 = arith.addf %x, %y : f32
        %1 = arith.subf %0, %x : f32

    becomes the sum of `%0` and -x, made of the bits of `%x`. IREE 3.13 takes `(x + y) - x` for `y` and `(x - y) + y` for
    `x`, which they are not where a sum is rounded, fuses products with sums, and multiplies the constants of two products
    with each other. So differences become sums, and products are negated twice. It also rounds floats to the nearest
    integer where `arith.fptosi` truncates, which is corrected, and takes any number for equal to itself, NaN too, of which
    some other comparisons are wrong as well; its bits tell, or another comparison. It has no constant -0.0, which is refused.

    For the target `vmvx`, which computes in the virtual machine.
    """

    name = "fungible-guard-arithmetic"

    def run(self, module: ir.Operation) -> None:
        apply(module, _GUARDED)
        apply(module, {"arith.constant": _refused})
