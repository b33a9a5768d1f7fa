"""fungible-separate-products"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import math

from .. import _numerics
from .._linalg import PRODUCTS, combines, splat
from .._pass import Pass
from .._rewrite import apply


def _product(op: ir.OpView) -> list[ir.Value] | None:
    if op.operation.parent.name in PRODUCTS:
        return None  # their bodies say what they are, not how they round
    left, right = op.operation.operands
    return [math.fma(left, right, splat(left.type, -0.0))]


def _sum(op: ir.OpView) -> list[ir.Value] | None:
    if combines(op.operation):
        return None
    left, right = op.operation.operands
    return [math.fma(left, splat(left.type, 1.0), right)]


def _difference(op: ir.OpView) -> list[ir.Value] | None:
    if combines(op.operation):
        return None
    left, right = op.operation.operands
    return [math.fma(right, splat(left.type, -1.0), left)]


@dataclass(frozen=True)
class FungibleSeparateProducts(Pass):
    """Keeps multiplications apart from additions of their results, in modules with exact numerics.

        %0 = arith.mulf %x, %y : f32
        %1 = arith.addf %0, %z : f32

    becomes `math.fma %x, %y, -0.0` and `math.fma %0, 1.0, %z`, which are the same numbers, each rounded once. IREE's CPU
    target lets LLVM contract every multiplication with an addition after it, and no flag forbids it. What was written as
    a fused multiply-add, LLVM does not: it is as fast, or becomes the plain operation, without leave to contract.

    For targets that have the instruction. Modules with other numerics stay as they are.
    """

    name = "fungible-separate-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, {"arith.mulf": _product, "arith.addf": _sum, "arith.subf": _difference})
