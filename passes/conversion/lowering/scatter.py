"""Scatters to linalg, in gather form."""

from torch_mlir import ir

from fungible.dialects._base import boolean, integer, string

from ..._linalg import reshape
from ..._middle import in_the_middle
from ..._scatter import scatter


def _scatter(op: ir.OpView) -> list[ir.Value]:
    input_, index, source = op.operation.operands
    dim, shape = integer(op, "dim"), list(input_.type.shape)
    each_its_own = index.type.rank == len(shape) and index.type.shape == source.type.shape
    # One row is the same either way.
    slots = in_the_middle(index, dim) if each_its_own and len(shape) > 1 else index
    result = scatter(
        in_the_middle(input_, dim), slots, in_the_middle(source, dim), string(op, "kind"), boolean(op, "include_self")
    )
    return [reshape(result, shape)]


LOWERINGS = {"fungible.scatter": _scatter}
