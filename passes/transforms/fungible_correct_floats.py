"""fungible-correct-floats"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._bits import infinity, is_f32_or_f64, magnitude, number, sign, word
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar, constant, select
from .._zeros import product_with_zero, quotient_with_zero

_Predicate = arith.CmpFPredicate


def _compared(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    predicate = ir.IntegerAttr(op.operation.attributes["predicate"]).value
    if not is_f32_or_f64(left.type):
        return None
    if left == right and predicate in _SELF:
        size = magnitude(word(Scalar(left)))
        end = infinity(size)
        return [(size.gt(end) if _SELF[predicate] else size.lt(end + 1)).value]
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


def _to_signed(op: ir.OpView) -> list[ir.Value] | None:
    value, type_ = Scalar(op.operation.operands[0]), op.operation.results[0].type
    if not is_f32_or_f64(value.type) or not isinstance(type_, ir.IntegerType):
        return None
    nearest = Scalar(arith.fptosi(type_, value.value))
    back = nearest.to(value.type)
    too_large = select(value.lt(0.0), back.lt(value), back.gt(value))
    step = select(value.lt(0.0), constant(type_, -1), 1)
    return [select(too_large, nearest - step, nearest).value]


def _to_unsigned(op: ir.OpView) -> list[ir.Value] | None:
    value, type_ = Scalar(op.operation.operands[0]), op.operation.results[0].type
    if not is_f32_or_f64(value.type) or not isinstance(type_, ir.IntegerType):
        return None
    positive = select(value.gt(0.0), value, constant(value.type, 0.0))
    nearest = Scalar(arith.fptoui(type_, positive.value))
    back = Scalar(arith.uitofp(value.type, nearest.value))
    return [select(back.gt(positive), nearest - 1, nearest).value]


def _constant(value: ir.Value) -> float | None:
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "arith.constant":
        return None
    return ir.FloatAttr(owner.operation.attributes["value"]).value


def _remainder(op: ir.OpView) -> list[ir.Value] | None:
    dividend, divisor = op.operation.operands
    if not is_f32_or_f64(dividend.type):
        return None
    nothing = constant(dividend.type, float("nan"))
    fixed = _constant(divisor)
    if fixed == 0.0:
        return [nothing.value]
    if _constant(dividend) == 0.0:
        size = magnitude(word(Scalar(divisor)))
        return [select(size.gt(0) & size.lt(infinity(size) + 1), Scalar(dividend), nothing).value]
    if fixed is not None and abs(fixed) == 1.0:
        # By 1 IREE takes it for 0: of the remainder by 2 what is left by 1.
        by_two = _truncated(dividend, constant(dividend.type, 2.0).value)
        one = _with_sign(word(constant(dividend.type, 1.0)), dividend)
        is_less = magnitude(word(by_two)).lt(magnitude(word(one)))
        rest = _with_sign(magnitude(word(by_two - one)), dividend)
        return [select(is_less, by_two, rest).value]
    return [_truncated(dividend, divisor).value]


def _with_sign(bits: Scalar, other: ir.Value) -> Scalar:
    """The number of these bits, which have no sign, with that of another."""
    return number(bits | sign(word(Scalar(other))))


def _truncated(dividend: ir.Value, divisor: ir.Value) -> Scalar:
    """The remainder with the sign of the dividend, of that of the nearest quotient; both are exact."""
    nearest = Scalar(arith.remf(dividend, divisor))
    bits = word(nearest)
    size = magnitude(bits)
    is_other = (bits ^ word(Scalar(dividend))).lt(0) & size.gt(0)
    step = _with_sign(magnitude(word(Scalar(divisor))), dividend)
    return select(is_other, nearest + step, _with_sign(size, dividend))


_CORRECTED = {
    "arith.cmpf": _compared,
    "arith.divf": quotient_with_zero,
    "arith.fptosi": _to_signed,
    "arith.fptoui": _to_unsigned,
    "arith.mulf": product_with_zero,
    "arith.remf": _remainder,
}


@dataclass(frozen=True)
class FungibleCorrectFloats(Pass):
    """Writes operations on floats that IREE's virtual machine gets wrong as others that it gets right.

        %0 = arith.fptosi %x : f32 to i32

    is followed by a step towards zero where the integer is farther from it than `%x`: IREE 3.13 rounds to the nearest. So it
    does the quotient of `arith.remf`, whose remainder may have the other sign then; and that by 1 it takes for 0. Of
    comparisons it takes any number for equal to itself, NaN too, and finds `oge`, `uge`, `one` and `ord` of NaN true where
    they are false or the other way round; bits tell, or another comparison. `0.0 / x` and `x * 0.0` it takes for 0.0, and it
    refuses `x / 0.0`.

    For the target `vmvx`, which computes in the virtual machine, whatever its numerics.
    """

    name = "fungible-correct-floats"

    def run(self, module: ir.Operation) -> None:
        apply(module, _CORRECTED)
