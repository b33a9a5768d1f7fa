"""fungible-settle-extrema"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .. import _numerics
from .._linalg import combines, pointwise, splat
from .._pass import Pass
from .._rewrite import operations

_EXTREMA = ("arith.maximumf", "arith.minimumf", "arith.maxnumf", "arith.minnumf")


def _plus_zero(value: ir.Value) -> ir.Value:
    return arith.addf(value, splat(value.type, 0.0))


def _replace_after(op: ir.Operation, number: int, make) -> None:
    """Everything that uses a result uses `make(result)` from here on."""
    result = op.results[number]
    uses = [(use.owner.operation, use.operand_number) for use in result.uses]
    with ir.InsertionPoint.after(op), op.location:
        new = make(result)
    for user, place in uses:
        user.operands[place] = new


@dataclass(frozen=True)
class FungibleSettleExtrema(Pass):
    """Says which zero the larger or smaller of two zeros is, in modules with exact numerics.

        %0 = arith.maximumf %x, %y : f32

    becomes `arith.addf` of it and 0.0, which turns -0.0 into 0.0 and changes nothing else: of +0.0 and -0.0
    devices return either. The sum follows a reduction, which may then take its elements in any order.
    """

    name = "fungible-settle-extrema"

    def run(self, module: ir.Operation) -> None:
        if not _numerics.is_exact(module):
            return
        reductions: dict[ir.Operation, None] = {}
        for view in operations(module):
            op = view.operation
            if op.name not in _EXTREMA:
                continue
            if combines(op):
                reductions[op.parent] = None
            else:
                _replace_after(op, 0, _plus_zero)
        for op in reductions:
            for number, result in enumerate(op.results):
                if isinstance(result.type.element_type, ir.FloatType):
                    _replace_after(op, number, lambda x: pointwise(x.type, [x], lambda e: e + 0.0))
