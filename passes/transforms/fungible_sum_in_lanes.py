"""fungible-sum-in-lanes"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import linalg

from .. import _numerics
from .._linalg import is_zero, sum_
from .._pass import Pass
from .._rewrite import apply

#: Elements side by side that fill vectors, and how many times as many: of fewer there is nothing to gain.
_LANES, _LEAST = 8, 32


def _summed_last(op: ir.Operation) -> ir.Value | None:
    """What it sums over the innermost dimension, from zero, if it does nothing else."""
    if op.name != "linalg.generic" or len(op.operands) != 2 or not is_zero(op.operands[1]):
        return None
    value, rank = op.operands[0], op.operands[0].type.rank
    maps = [ir.AffineMapAttr(map_).value for map_ in op.attributes["indexing_maps"]]
    rows = ir.AffineMap.get(rank, 0, [ir.AffineDimExpr.get(d) for d in range(rank - 1)])
    if maps != [ir.AffineMap.get_identity(rank), rows]:
        return None
    first, *rest = op.regions[0].blocks[0].operations
    adds = first.operation.name == "arith.addf" and len(rest) == 1
    return value if adds and {*first.operation.operands} == {*op.regions[0].blocks[0].arguments} else None


def _in_lanes(op: linalg.GenericOp) -> list[ir.Value] | None:
    partial = _summed_last(op.operation)
    if partial is None or isinstance(partial.owner, ir.Block) or len(list(partial.uses)) != 1:
        return None
    value = _summed_last(partial.owner.operation)
    if value is None:
        return None
    *_, count, lanes = value.type.shape
    if lanes % _LANES or count < _LEAST:
        return None
    dimension = value.type.rank - 2
    return [sum_(sum_(value, (dimension,)), (dimension,))]


@dataclass(frozen=True)
class FungibleSumInLanes(Pass):
    """Adds vectors, and what is in one vector at the end, where a long sum has two levels.

        %0 = sum over d2 of %x : tensor<8x64x16xf32>        (linalg.generic, to tensor<8x64xf32>)
        %1 = sum over d1 of %0 : tensor<8x64xf32>

    becomes the sum over d1, to `tensor<8x16xf32>`, and then over what was d2. As many roundings follow each other as
    before. For CPUs, where sixteen neighbours are added one by one in twice the time.

    Modules with exact numerics are left alone: their text says the order.
    """

    name = "fungible-sum-in-lanes"

    def run(self, module: ir.Operation) -> None:
        if not _numerics.is_exact(module):
            apply(module, {"linalg.generic": _in_lanes})
