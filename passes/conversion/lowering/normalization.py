"""Normalization to linalg."""

from math import prod

from torch_mlir import ir

from fungible.dialects._base import integer, real

from ..._linalg import At, like, pointwise, reshape
from ..._scalar import rsqrt
from ..._sums import precise_sum

#: Weight and bias, or weight alone, as dims of the viewed input.
Affine = list[At]


def _forward(x: ir.Value, outer: int, affine: Affine, eps: float) -> tuple[ir.Value, ir.Value, ir.Value]:
    """Output, mean and rstd of `x`, normalized over all dimensions from `outer` on."""
    shape, rank = list(x.type.shape), x.type.rank
    inner_dims, outer_dims = tuple(range(outer, rank)), tuple(range(outer))
    count = prod(shape[outer:])
    reduced = like(x, shape[:outer])

    mean = pointwise(reduced, [precise_sum(x, inner_dims)], lambda total: total / count)
    centered = pointwise(x.type, [x, At(mean, outer_dims)], lambda x, m: x - m)
    squares = precise_sum(centered, inner_dims, lambda x: x * x)
    rstd = pointwise(reduced, [squares], lambda total: rsqrt(total / count + eps))

    def normalize(x, r, weight=None, bias=None):
        y = x * r
        if weight is not None:
            y = y * weight
        return y if bias is None else y + bias

    return pointwise(x.type, [centered, At(rstd, outer_dims), *affine], normalize), mean, rstd


def _backward(
    grad: ir.Value, x: ir.Value, mean: ir.Value, rstd: ir.Value, outer: int, weight: Affine, kept: tuple[int, ...]
) -> tuple[ir.Value, ir.Value, ir.Value]:
    """Gradients of input, weight and bias; the last two are summed over all but the `kept` dimensions."""
    shape, rank = list(x.type.shape), x.type.rank
    inner_dims, outer_dims = tuple(range(outer, rank)), tuple(range(outer))
    count = prod(shape[outer:])
    rest = tuple(d for d in range(rank) if d not in kept)

    normalized = pointwise(
        x.type, [x, At(mean, outer_dims), At(rstd, outer_dims)], lambda x, m, r: (x - m) * r
    )
    weighted = pointwise(grad.type, [grad, *weight], lambda g, w: g * w) if weight else grad
    product = pointwise(grad.type, [weighted, normalized], lambda g, n: g * n)
    grad_sum, product_sum = precise_sum(weighted, inner_dims), precise_sum(product, inner_dims)
    grad_input = pointwise(
        x.type,
        [weighted, normalized, At(grad_sum, outer_dims), At(product_sum, outer_dims), At(rstd, outer_dims)],
        lambda g, n, total, dot, r: r * (g - total / count - n * (dot / count)),
    )
    unweighted = pointwise(grad.type, [grad, normalized], lambda g, n: g * n)
    return grad_input, precise_sum(unweighted, rest), precise_sum(grad, rest)


def _layer_norm(op: ir.OpView) -> list[ir.Value]:
    input_, *affine = op.operation.operands
    shape, rank = list(input_.type.shape), input_.type.rank
    outer = rank - integer(op, "normalized_rank")
    inner_dims = tuple(range(outer, rank))
    output, mean, rstd = _forward(input_, outer, [At(value, inner_dims) for value in affine], real(op, "eps"))
    statistics = shape[:outer] + [1] * (rank - outer)
    return [output, reshape(mean, statistics), reshape(rstd, statistics)]


def _layer_norm_backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_, mean, rstd, *weight = op.operation.operands
    shape, rank = list(input_.type.shape), input_.type.rank
    outer = rank - integer(op, "normalized_rank")
    inner_dims = tuple(range(outer, rank))
    mean, rstd = (reshape(value, shape[:outer]) for value in (mean, rstd))
    return list(_backward(grad, input_, mean, rstd, outer, [At(value, inner_dims) for value in weight], inner_dims))


def _grouped(op: ir.OpView, shape: list[int]) -> list[int]:
    """`[N, C, ...]` as `[N, groups, C / groups, rest]`."""
    groups = integer(op, "groups")
    return [shape[0], groups, shape[1] // groups, prod(shape[2:])]


def _of_channels(values: list[ir.Value], view: list[int]) -> Affine:
    """Values `[C]`, indexed by the channel dimensions of the view."""
    return [At(reshape(value, view[1:3]), (1, 2)) for value in values]


def _group_norm(op: ir.OpView) -> list[ir.Value]:
    input_, *affine = op.operation.operands
    shape = list(input_.type.shape)
    view = _grouped(op, shape)
    output, mean, rstd = _forward(reshape(input_, view), 2, _of_channels(affine, view), real(op, "eps"))
    return [reshape(output, shape), mean, rstd]


def _group_norm_backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_, mean, rstd, *weight = op.operation.operands
    shape = list(input_.type.shape)
    view = _grouped(op, shape)
    grad_input, grad_weight, grad_bias = _backward(
        reshape(grad, view), reshape(input_, view), mean, rstd, 2, _of_channels(weight, view), (1, 2)
    )
    return [reshape(grad_input, shape), reshape(grad_weight, [shape[1]]), reshape(grad_bias, [shape[1]])]


LOWERINGS = {
    "fungible.layer_norm": _layer_norm,
    "fungible.layer_norm_backward": _layer_norm_backward,
    "fungible.group_norm": _group_norm,
    "fungible.group_norm_backward": _group_norm_backward,
}
