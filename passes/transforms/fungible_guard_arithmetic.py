"""fungible-guard-arithmetic"""

from dataclasses import dataclass
from math import copysign

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._bits import SIGN, negated, number, word
from .._linalg import PRODUCTS, combines
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar


def _negated(value: ir.Value) -> ir.Value:
    """By its bits: MLIR makes a difference of a sum with `arith.negf`."""
    return negated(Scalar(value)).value


def _factors(value: ir.Value) -> tuple[ir.Value, ir.Value] | None:
    """Of a product that is to be rounded before it is added."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "arith.mulf":
        return None
    left, right = owner.operation.operands
    return left, right


def _minus(value: ir.Value, factors: tuple[ir.Value, ir.Value], *, turned: bool) -> ir.Value:
    """The difference of a number and a product, or with `turned` that of the product's negative: their sum."""
    left, right = factors
    # The right one, as which constants come, has its negative at no cost.
    return arith.subf(value, arith.mulf(left, _negated(right) if turned else right))


def _sum(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    if not isinstance(left.type, ir.F32Type) or combines(op.operation):
        return None
    for value, other in ((right, left), (left, right)):
        if factors := _factors(value):
            return [_minus(other, factors, turned=True)]
    return None


def _difference(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    if not isinstance(left.type, ir.F32Type):
        return None
    if not combines(op.operation):
        if factors := _factors(right):
            return [_minus(left, factors, turned=False)]
        if factors := _factors(left):
            return [_minus(_negated(right), factors, turned=True)]
    return [arith.addf(left, _negated(right))]


def _product(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    users = {use.owner.operation.name for use in op.operation.results[0].uses}
    if op.operation.parent.name in PRODUCTS or not isinstance(left.type, ir.F32Type) or users == {"arith.subf"}:
        return None
    if not users:  # its sums have their own
        return [left]
    # An addition turns the sign as well as `^` does, and one that is followed by `^` is not taken for nothing.
    turned = word(Scalar(arith.mulf(left, _negated(right)))) + SIGN
    return [number(turned).value]


_GUARDED = {
    "arith.addf": _sum,
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
    `x`, which they are not where a sum is rounded, fuses products with the sums that add them, and multiplies the constants
    of two products with each other. So differences become sums, and the sum of a number and of a product becomes the
    difference of the number and of the negative product, which IREE leaves alone. A product of which there is anything else
    is negated twice, the second time by an addition to its bits. It has no constant -0.0, which is refused.

    For the target `vmvx`, which computes in the virtual machine.
    """

    name = "fungible-guard-arithmetic"

    def run(self, module: ir.Operation) -> None:
        apply(module, _GUARDED)
        apply(module, {"arith.mulf": _product})
        apply(module, {"arith.constant": _refused})
