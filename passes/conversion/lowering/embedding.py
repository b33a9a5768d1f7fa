"""Table look-up to linalg, without scatter."""

from math import nan, prod

import numpy as np
from torch_mlir import ir
from torch_mlir.dialects import arith, scf

from fungible.dialects._base import integer

from ..._linalg import At, Out, extract, generic, index, pointwise, reshape, tensor_type
from ..._scalar import constant, int32, maximum, minimum, narrow_index, Scalar, select


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


def _smallest_match(size: int, count: int, keys: list[At], matches) -> ir.Value:
    """For each of `size` the smallest j below `count` where `matches`, else `count`; the domain is (size, j)."""
    type_ = tensor_type([size], int32())
    # As numbers in memory: reductions across subgroups of Vulkan GPUs cannot count for themselves
    # (IREE 3.13, "failed to legalize operation 'memref.alloc'" of indices).
    positions = ir.DenseElementsAttr.get(np.arange(count, dtype=np.int32))
    positions = arith.constant(tensor_type([count], int32()), positions)

    def body(position, *scalars):
        *values, least = scalars
        return minimum(least, select(matches(position, *values), position, count))

    return generic(2, [At(positions, (1,)), *keys], [Out(type_, (0,), count)], body)[0]


def _embedding_backward(op: ir.OpView) -> list[ir.Value]:
    """Each row of the table follows the list of its uses: `first[e]`, then `next[i]`, up to `count`.

    The two lists are found by comparison alone, in parallel; following them costs one
    addition per element of the incoming gradient.
    """
    grad, indices = op.operation.operands
    result = op.operation.results[0].type
    (entries, width), padding = result.shape, integer(op, "padding_index")
    count = prod(indices.type.shape)
    grad = reshape(grad, [count, width])
    flat = reshape(indices, [count])
    flat = pointwise(tensor_type([count], int32()), [flat], narrow_index)

    def is_row(_, key):
        row = index(0).to(int32())
        return key.eq(row) & row.ne(padding)

    def is_later_use(position, own, other):
        return own.eq(other) & position.gt(index(0).to(int32()))

    first = _smallest_match(entries, count, [At(flat, (1,))], is_row)
    following = _smallest_match(count, count, [At(flat, (0,)), At(flat, (1,))], is_later_use)

    def add_uses():
        # Read, not an input, so that it is no kernel with the search for it: few code generators
        # take a loop of unknown length behind a reduction.
        position, column = extract(first, index(0)), index(1)
        zero = constant(result.element_type, 0)
        loop = scf.WhileOp([position.type, zero.type], [position.value, zero.value])
        before = loop.before.blocks.append(position.type, zero.type)
        with ir.InsertionPoint(before):
            at, total = (Scalar(value) for value in before.arguments)
            scf.ConditionOp(at.lt(count).value, [at.value, total.value])
        after = loop.after.blocks.append(position.type, zero.type)
        with ir.InsertionPoint(after):
            at, total = (Scalar(value) for value in after.arguments)
            row = at.to(ir.IndexType.get())
            total = total + extract(grad, row, column)
            scf.YieldOp([extract(following, row).value, total.value])
        return Scalar(loop.results[1])

    return [pointwise(result, [], add_uses)]


LOWERINGS = {
    "fungible.embedding": _embedding,
    "fungible.embedding_backward": _embedding_backward,
}
