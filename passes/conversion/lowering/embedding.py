"""Table look-up to linalg, without scatter."""

from math import nan, prod

from torch_mlir import ir

from fungible.dialects._base import integer

from ..._linalg import At, constant_tensor, extract, index, like, pointwise, reshape, tensor_type
from ..._scalar import constant, int32, maximum, minimum, narrow_index, select
from ..._scatter import scatter


def _embedding(op: ir.OpView) -> list[ir.Value]:
    weight, indices = op.operation.operands
    output = op.operation.results[0].type
    entries, rank = weight.type.shape[0], output.rank

    def look_up(position):
        row = narrow_index(position)
        inside = minimum(maximum(row, 0), entries - 1)
        value = extract(weight, inside.to(ir.IndexType.get()), index(rank - 1))
        return select(inside.eq(row), value, nan)

    return [pointwise(output, [At(indices, tuple(range(rank - 1)))], look_up)]


def _embedding_backward(op: ir.OpView) -> list[ir.Value]:
    """The rows are slots of a scatter; what is sent to `padding_index` goes nowhere."""
    grad, indices = op.operation.operands
    result, padding = op.operation.results[0].type, integer(op, "padding_index")
    count, width = prod(indices.type.shape), result.shape[1]

    def slot(position):
        row = narrow_index(position)
        return select(row.eq(padding), constant(int32(), -1), row)

    slots = pointwise(tensor_type([count], int32()), [reshape(indices, [count])], slot)
    start = constant_tensor(like(grad, [1, *result.shape]), 0)
    total = scatter(start, slots, reshape(grad, [1, count, width]), "sum")
    return [reshape(total, list(result.shape))]


LOWERINGS = {
    "fungible.embedding": _embedding,
    "fungible.embedding_backward": _embedding_backward,
}
