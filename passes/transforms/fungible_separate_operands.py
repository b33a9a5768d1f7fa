"""fungible-separate-operands"""

from dataclasses import dataclass
from math import prod

from torch_mlir import ir

from .._kernels import allow, boundary
from .._linalg import is_elementwise, uses_in_any_shape
from .._pass import Pass
from .._rewrite import operations

#: Smaller values stay in a core's cache between one kernel and the next.
LEAST_ELEMENTS = 2**21


@dataclass(frozen=True)
class FungibleSeparateOperands(Pass):
    """Keeps a large operand of a batch of products apart from elementwise ops that read it too.

        %p = linalg.generic ...                     // elementwise
        %q = linalg.generic ... ins(%p, ...)        // elementwise
        linalg.batch_matmul ins(%p, ...)

    gets an `iree_tensor_ext.compute_barrier.start` between the first two. IREE would make one kernel of them, of two
    results, and cannot pack either as it is computed: it gives up, or they are packed in passes of their own. So
    are the probabilities and the gradients of the scores in the backward pass of attention. A step of a block of
    1024 tokens takes 0.7 of the time.

    Operands of fewer than 2^21 elements are left alone.
    """

    name = "fungible-separate-operands"

    def run(self, module: ir.Operation) -> None:
        allow(module.context)
        for op in operations(module):
            op = op.operation
            if not is_elementwise(op) or len(op.results) != 1 or prod(op.results[0].type.shape) < LEAST_ELEMENTS:
                continue
            uses = uses_in_any_shape(op.results[0])
            users = [use.owner.operation for use in uses]
            if not any(user.name == "linalg.batch_matmul" for user in users):
                continue
            for use, user in zip(uses, users):
                if is_elementwise(user):
                    with ir.InsertionPoint(user), user.location:
                        user.operands[use.operand_number] = boundary(user.operands[use.operand_number])
