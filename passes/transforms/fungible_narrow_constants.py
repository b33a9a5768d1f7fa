"""fungible-narrow-constants"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._pass import Pass
from .._rewrite import apply


def _narrow(op: ir.OpView) -> list[ir.Value] | None:
    """A constant of the narrow type, rounded to nearest as `arith.truncf` would when it runs."""
    owner = op.operation.operands[0].owner
    if isinstance(owner, ir.Block) or owner.operation.name != "arith.constant":
        return None
    value = owner.operation.attributes["value"]
    type_ = op.operation.results[0].type
    if not isinstance(type_, ir.FloatType) or not isinstance(value, ir.FloatAttr):
        return None
    return [arith.constant(type_, value.value)]


@dataclass(frozen=True)
class FungibleNarrowConstants(Pass):
    """Rounds float constants when compiling where the program would round them when it runs.

    torch-mlir holds Python numbers as f64 and truncates them at each use, which MLIR folds
    only where nothing is lost:

        %cst = arith.constant 1.000000e-01 : f64
        %0 = arith.truncf %cst : f64 to f32

    becomes `%cst = arith.constant 1.000000e-01 : f32`. Without it every element of a tensor
    would be scaled by a number that comes out of an f64 unit, which many devices lack.
    """

    name = "fungible-narrow-constants"

    def run(self, module: ir.Operation) -> None:
        apply(module, {"arith.truncf": _narrow})
