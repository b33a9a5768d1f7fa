"""fungible-store-reductions"""

from dataclasses import dataclass
from math import prod

from torch_mlir import ir

from .._kernels import allow, boundary
from .._pass import Pass
from .._reductions import follows_reduction, is_parallel
from .._rewrite import operations


@dataclass(frozen=True)
class FungibleStoreReductions(Pass):
    """Keeps reductions out of the kernels of elementwise ops that have more elements.

        %sum = linalg.generic ... -> tensor<1024xf32>                      (a reduction)
        %r = linalg.generic ... ins(%x, %sum : tensor<1024x256xf32>, tensor<1024xf32>)

    `%r` reads `iree_tensor_ext.compute_barrier.start` of `%sum` instead, so that a kernel before it has stored the sum. In one
    kernel, IREE's code for CUDA spreads the threads over what is reduced, and few are left for the rest: on an H100 the
    gradient of a LayerNorm over 1024x256 took 50 microseconds so. Shapes are static.
    """

    name = "fungible-store-reductions"

    def run(self, module: ir.Operation) -> None:
        allow(module.context)
        known: dict[ir.Operation, bool] = {}
        stored: dict[ir.Value, ir.Value] = {}
        for view in operations(module):
            op = view.operation
            if op.name != "linalg.generic" or not is_parallel(op):
                continue
            elements = prod(op.results[0].type.shape)
            for number in range(len(view.inputs)):
                value = op.operands[number]
                if not isinstance(value.type, ir.RankedTensorType) or prod(value.type.shape) >= elements:
                    continue
                if value not in stored:
                    if not follows_reduction(value, known):
                        continue
                    with ir.InsertionPoint(op), op.location:
                        stored[value] = boundary(value)
                    stored[value].owner.operation.move_after(value.owner.operation)
                op.operands[number] = stored[value]
