"""fungible-protect-arithmetic"""

from dataclasses import dataclass
from math import nan

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._bits import INFINITY, SIGN, magnitude, number, word, word_of
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar, absolute, constant, select


def _known(value: ir.Value) -> float | None:
    """The number that an f32 is, where it is a constant."""
    owner = value.owner
    if isinstance(owner, ir.Block) or not isinstance(owner.opview, arith.ConstantOp):
        return None
    return owner.opview.value.value


def _is_scaled(value: ir.Value) -> bool:
    """Whether it is a product with a constant."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.name != "arith.mulf":
        return False
    return any(_known(operand) is not None for operand in owner.operands)


def _with_plus_zero(x: ir.Value) -> Scalar:
    """`x + 0.0`: only another sign of zero."""
    return select(Scalar(x).eq(0.0), constant(x.type, 0.0), Scalar(x))


def _add(x: ir.Value, y: ir.Value) -> Scalar:
    for term, other in ((x, y), (y, x)):
        if _known(term) == 0.0:
            return Scalar(other) if word_of(_known(term)) else _with_plus_zero(other)
    return Scalar(arith.subf(x, arith.negf(y)))


def _subtract(x: ir.Value, y: ir.Value) -> Scalar | None:
    return _with_plus_zero(x) if _known(y) == 0.0 and word_of(_known(y)) else None


def _multiply(x: ir.Value, y: ir.Value) -> Scalar | None:
    if _known(x) is not None:
        x, y = y, x
    factor = _known(y)
    if factor is None or _known(x) is not None:
        return None
    if factor == 0.0:
        bits = word(Scalar(x))
        zero = number((bits ^ word_of(factor)) & SIGN)
        return select(magnitude(bits).lt(INFINITY), zero, constant(x.type, nan))
    if _is_scaled(x):
        return Scalar(arith.mulf(arith.negf(x), constant(x.type, -factor).value))
    return None


def _divide(x: ir.Value, y: ir.Value) -> Scalar | None:
    if _known(x) != 0.0:
        return None
    zero = number((word(Scalar(y)) ^ word_of(_known(x))) & SIGN)
    return select(absolute(Scalar(y)).gt(0.0), zero, constant(y.type, nan))


#: Ops of linalg whose bodies are written out; those of others follow from their names.
_WRITTEN = ("linalg.generic", "linalg.map", "linalg.reduce")

_REWRITES = {"arith.addf": _add, "arith.subf": _subtract, "arith.mulf": _multiply, "arith.divf": _divide}


@dataclass(frozen=True)
class FungibleProtectArithmetic(Pass):
    """Writes f32 arithmetic so that IREE's interpreter computes all of it.

        %0 = arith.addf %x, %y : f32

    becomes `arith.subf` of `%x` and `arith.negf` of `%y`, the same number. IREE folds the `vm` dialect as if floats were
    real numbers: `(x + y) - x` is `y`, `(x * 2.0) * 3.0` is `x * 6.0`, `x * 0.0` is `0.0`, `x + 0.0` is `x`; and it
    fuses products with sums. Each is one rounding, NaN or sign of a zero less. Differences are left alone, and so
    are products of a negated number; those with zero are chosen by the bits.
    """

    name = "fungible-protect-arithmetic"

    def run(self, module: ir.Operation) -> None:
        def protected(rewrite):
            def apply_to(op: ir.OpView) -> list[ir.Value] | None:
                parent = op.operation.parent.name
                named = parent.startswith("linalg.") and parent not in _WRITTEN
                if named or not isinstance(op.operation.results[0].type, ir.F32Type):
                    return None
                result = rewrite(*op.operation.operands)
                return None if result is None else [result.value]

            return apply_to

        apply(module, {name: protected(rewrite) for name, rewrite in _REWRITES.items()})
