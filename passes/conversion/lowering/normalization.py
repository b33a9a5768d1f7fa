"""Normalization to linalg."""

from math import prod

from torch_mlir import ir

from fungible.dialects._base import integer, real

from ..._linalg import At, like, pointwise, reshape, sum_
from ..._scalar import rsqrt


def _layer_norm(op: ir.OpView) -> list[ir.Value]:
    input_, *affine = op.operation.operands
    output = op.operation.results[0]
    shape, rank = list(input_.type.shape), input_.type.rank
    outer = rank - integer(op, "normalized_rank")
    inner_dims, outer_dims = tuple(range(outer, rank)), tuple(range(outer))
    count = prod(shape[outer:])
    eps = real(op, "eps")
    reduced = like(input_, shape[:outer])

    mean = pointwise(reduced, [sum_(input_, inner_dims)], lambda total: total / count)
    centered = pointwise(input_.type, [input_, At(mean, outer_dims)], lambda x, m: x - m)
    squares = sum_(centered, inner_dims, lambda x: x * x)
    rstd = pointwise(reduced, [squares], lambda total: rsqrt(total / count + eps))
    scaled = [centered, At(rstd, outer_dims), *(At(value, inner_dims) for value in affine)]

    def normalize(x, r, weight=None, bias=None):
        y = x * r
        return y if weight is None else y * weight + bias

    result = pointwise(output.type, scaled, normalize)
    statistics = shape[:outer] + [1] * (rank - outer)
    return [result, reshape(mean, statistics), reshape(rstd, statistics)]


LOWERINGS = {"fungible.layer_norm": _layer_norm}
