"""fungible-separate-products"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith, math

from .. import _numerics
from .._linalg import PRODUCTS
from .._pass import Pass
from .._rewrite import apply


def _minus_zero(type_: ir.Type) -> ir.Value:
    if isinstance(type_, ir.RankedTensorType):
        return arith.constant(type_, ir.DenseElementsAttr.get_splat(type_, ir.FloatAttr.get(type_.element_type, -0.0)))
    return arith.constant(type_, -0.0)


def _rounded(op: ir.OpView) -> list[ir.Value] | None:
    if op.operation.parent.name in PRODUCTS:
        return None  # their bodies say what they are, not how they round
    left, right = op.operation.operands
    return [math.fma(left, right, _minus_zero(left.type))]


@dataclass(frozen=True)
class FungibleSeparateProducts(Pass):
    """Keeps multiplications apart from additions of their results, in modules with exact numerics.

        %0 = arith.mulf %x, %y : f32

    becomes `math.fma %x, %y, -0.0`, which is the same number, rounded once. IREE's CPU target lets LLVM contract every
    multiplication with an addition after it, and no flag forbids it. A fused multiply-add is as fast.

    For targets that have the instruction. Modules with other numerics stay as they are.
    """

    name = "fungible-separate-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, {"arith.mulf": _rounded})
