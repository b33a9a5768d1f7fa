"""fungible-order-reductions"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import linalg

from .. import _numerics
from .._pass import Pass
from .._rewrite import apply, operations
from .._sequential import cloned, in_order, sizes_of

#: Ops that round, so that it matters in which order a reduction applies them.
_ROUNDING = ("arith.addf", "arith.subf", "arith.mulf", "arith.divf", "math.fma", "math.sqrt")


def _operands(op: ir.OpView, count: int) -> tuple[list, list]:
    """Inputs and outputs with their maps; the last `count` operands are outputs."""
    maps = [ir.AffineMapAttr(attribute).value for attribute in linalg.get_indexing_maps(op.operation)]
    operands = list(zip(op.operation.operands, maps, strict=True))
    return operands[:-count], operands[-count:]


def _reduced(outputs: Sequence[tuple[ir.Value, ir.AffineMap]], rank: int) -> list[int]:
    named = {expression.position for _, map_ in outputs for expression in map_.results}
    return [d for d in range(rank) if d not in named]


def _in_order(op: ir.OpView, body) -> list[ir.Value]:
    inputs, outputs = _operands(op, len(op.operation.results))
    if not all(isinstance(e, ir.AffineDimExpr) for _, map_ in outputs for e in map_.results):
        raise ValueError("its order cannot be written as loops: a result is indexed by an expression")
    sizes = sizes_of([*inputs, *outputs])
    return in_order(sizes, _reduced(outputs, len(sizes)), inputs, outputs, body)


def _reduction(op: ir.OpView) -> list[ir.Value] | None:
    block = op.operation.regions[0].blocks[0]
    if all("parallel" in str(kind) for kind in op.operation.attributes["iterator_types"]):
        return None
    if not any(inner.operation.name in _ROUNDING for inner in operations(op)):
        return None
    return _in_order(op, cloned(block))


@dataclass(frozen=True)
class FungibleOrderReductions(Pass):
    """Writes the order of reductions out, in modules with exact numerics.

        linalg.generic {iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x9xf32>) outs(%s : tensor<4xf32>)
          ^bb0(%in: f32, %total: f32): %0 = arith.addf %total, %in

    becomes a `linalg.generic` over the parallel dimension alone, whose body is

          %r = scf.for %k = %c0 to %c9 step %c1 iter_args(%total = %out) -> f32 { ... tensor.extract %x[%i, %k] ... }

    For targets whose own code adds the elements of a reduction in another order. Reductions that round nothing, and
    products of matrices (`fungible-order-products`), stay as they are, and so do modules with other numerics.
    """

    name = "fungible-order-reductions"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, {"linalg.generic": _reduction})
