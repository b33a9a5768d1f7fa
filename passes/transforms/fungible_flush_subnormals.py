"""fungible-flush-subnormals"""

from dataclasses import dataclass

from torch_mlir import ir

from .. import _numerics
from .._bits import flush
from .._linalg import PRODUCTS
from .._pass import Pass
from .._rewrite import operations
from .._scalar import Scalar

_ALWAYS = ("arith.addf", "arith.subf", "arith.mulf")
_NATIVE = ("arith.divf", "math.fma")


@dataclass(frozen=True)
class FungibleFlushSubnormals(Pass):
    """Turns subnormal results into zero, in modules with exact numerics.

        %0 = arith.mulf %x, %y : f32

    is followed by a choice between it and the zero of its sign, by its bits. For devices that keep subnormal numbers, or
    may do either. With `native=true` also after quotients and fused multiply-adds; without, for targets on which these
    are written out by passes that flush by themselves. Modules with other numerics stay as they are.
    """

    name = "fungible-flush-subnormals"

    native: bool = False

    def run(self, module: ir.Operation) -> None:
        if not _numerics.is_exact(module):
            return
        wanted = (*_ALWAYS, *_NATIVE) if self.native else _ALWAYS
        for view in operations(module):
            op = view.operation
            if op.name not in wanted or not isinstance(op.results[0].type, ir.F32Type):
                continue
            if op.parent.name in PRODUCTS:
                continue
            uses = [(use.owner.operation, use.operand_number) for use in op.results[0].uses]
            with ir.InsertionPoint.after(op), op.location:
                flushed = flush(Scalar(op.results[0])).value
            for user, place in uses:
                user.operands[place] = flushed
