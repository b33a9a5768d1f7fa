"""fungible-fix-functions"""

from collections.abc import Callable
from dataclasses import dataclass

from torch_mlir import ir

from .. import _numerics
from .._exact_functions import EXPANSIONS
from .._linalg import pointwise
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar


def _expanded(function: Callable[..., Scalar]) -> Callable[[ir.OpView], list[ir.Value] | None]:
    def rewrite(op: ir.OpView) -> list[ir.Value] | None:
        operands, type_ = list(op.operation.operands), op.operation.results[0].type
        if isinstance(type_, ir.RankedTensorType):
            if not isinstance(type_.element_type, ir.F32Type):
                return None
            return [pointwise(type_, operands, function)]
        if not isinstance(operands[0].type, ir.F32Type):
            return None
        return [function(*map(Scalar, operands)).value]

    return rewrite


@dataclass(frozen=True)
class FungibleFixFunctions(Pass):
    """Writes every function of f32 out as arithmetic, in modules with exact numerics.

        %y = math.exp %x : f32

    becomes sums, products, comparisons and integer operations: their bits are those of the text, and no target's own
    `exp` takes part. docs/numerics.md has the largest error of each. Modules with other numerics stay as they are, and
    so do functions of other floats, which `verify-numerics-contract` refuses.
    """

    name = "fungible-fix-functions"

    def run(self, module: ir.Operation) -> None:
        if not _numerics.is_exact(module):
            return
        table = {name: _expanded(function) for name, function in EXPANSIONS.items()}
        while apply(module, table):
            pass  # some functions are made of others
