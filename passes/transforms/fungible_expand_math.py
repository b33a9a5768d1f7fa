"""fungible-expand-math"""

from collections.abc import Callable
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._elementary import EXPANSIONS, exp2
from .._pass import Pass
from .._polynomials import width
from .._powers import SHORT, power
from .._rewrite import apply
from .._scalar import Scalar


def _expanded(function: Callable[..., Scalar], widths: tuple[int, ...]) -> Callable[[ir.OpView], list[ir.Value] | None]:
    def rewrite(op: ir.OpView) -> list[ir.Value] | None:
        type_ = op.operation.results[0].type
        if not isinstance(type_, ir.FloatType):
            return None  # of whole tensors; the pass is for the bodies of linalg ops
        operands = [Scalar(value) for value in op.operation.operands]
        if width(operands[0]) < 32:
            # Narrow floats are computed in float32, where it is expanded.
            if 32 not in widths:
                return None
            operands = [x.to(ir.F32Type.get()) if x.is_float else x for x in operands]
        elif width(operands[0]) not in widths:
            return None
        return [function(*operands).to(type_).value]

    return rewrite


def _number(value: ir.Value) -> float | None:
    owner = value.owner
    if isinstance(owner, ir.Block) or not isinstance(owner.opview, arith.ConstantOp):
        return None
    value = owner.opview.value
    return float(value.value) if isinstance(value, (ir.FloatAttr, ir.IntegerAttr)) else None


def _power(op: ir.OpView) -> list[ir.Value] | None:
    base, exponent = map(_number, op.operation.operands)
    if base == 2.0:
        return _expanded(lambda base, exponent: exp2(exponent), (32, 64))(op)
    if exponent in SHORT:
        return _expanded(lambda base, _: SHORT[exponent](base), (32, 64))(op)
    return _expanded(lambda base, exponent: power(base, exponent.to(base.type)), (32, 64))(op)


@dataclass(frozen=True)
class FungibleExpandMath(Pass):
    """Writes elementary functions out as arithmetic where IREE has none, or none exact enough.

        %y = math.atan %x : f32

    becomes the choice of an interval and a polynomial. IREE's CPU target links no library of mathematics, so
    that `math.log10` and most functions of f64 would end as undefined symbols; its own polynomials for others
    lose digits of small results (`sin`, `atanh`, `asinh`), give infinities for large angles, or NaN for every
    power of a negative number.

    Results are within a few units in the last place. Sine, cosine and tangent of an angle beyond 1e7 in f32
    (2e8 in f64) are NaN: the next number there is half a turn away or so.

    Leaves alone what is exact enough already (`exp`, `log`, `tanh` of f32) and what computes on whole tensors.
    """

    name = "fungible-expand-math"

    def run(self, module: ir.Operation) -> None:
        table = {name: _expanded(function, widths) for name, (function, widths) in EXPANSIONS.items()}
        apply(module, {**table, "math.fpowi": _power, "math.powf": _power})
