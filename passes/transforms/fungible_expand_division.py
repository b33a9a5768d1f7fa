"""fungible-expand-division"""

from collections.abc import Callable
from dataclasses import dataclass

from torch_mlir import ir

from .. import _division, _numerics
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar


def _written(function: Callable[..., Scalar]) -> Callable[[ir.OpView], list[ir.Value] | None]:
    def rewrite(op: ir.OpView) -> list[ir.Value] | None:
        if not isinstance(op.operation.results[0].type, ir.F32Type):
            return None
        return [function(*map(Scalar, op.operation.operands)).value]

    return rewrite


@dataclass(frozen=True)
class FungibleExpandDivision(Pass):
    """Writes quotients and square roots as sums and products, where numerics are exact.

    `arith.divf` and `math.sqrt` of f32 are replaced. Vulkan lets a device be wrong by 2.5 units in the last place in
    the one, and by what that makes of the other; IREE's code for NVIDIA takes an approximate root. With
    `roots-only=true` quotients stay. Modules with other numerics stay as they are.
    """

    name = "fungible-expand-division"

    roots_only: bool = False

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            table = {"math.sqrt": _written(_division.square_root), "arith.divf": _written(_division.divide)}
            if self.roots_only:
                del table["arith.divf"]
            apply(module, table)
