"""Scaled dot-product attention to linalg.

Heads that share a key stand as rows of one product: query `[B, H, L, D]` is viewed as
`[B * G, H / G * L, D]` beside key `[B * G, S, D]`, so that grouped attention, with the sums
over a group in its gradients, is the same batch of matrix products as the plain one.
"""

from math import inf

from torch_mlir import ir

from fungible.dialects._base import boolean, real

from ..._linalg import At, batch_matmul, index, like, pointwise, reduce_, reshape
from ..._scalar import constant, exp, log, maximum, select
from ..._sums import precise_sum

#: Domain of a product: batch and group, row, column, and the dimension that is summed.
B, M, N, K = range(4)
ROW = (0, 1, 2)


def _flat(value: ir.Value, groups: int) -> ir.Value:
    """`[B, H, L, X]` as `[B * G, H / G * L, X]`."""
    batch, heads, length, rest = value.type.shape
    return reshape(value, [batch * groups, heads // groups * length, rest])


def _product(left: ir.Value, left_dims: tuple[int, ...], right: ir.Value, right_dims: tuple[int, ...]) -> ir.Value:
    """`[B * G, M, N]`, summed over K; the dims say what indexes the last two dimensions of each operand."""
    sizes = {d: n for v, dims in ((left, left_dims), (right, right_dims)) for d, n in zip(dims, v.type.shape[1:])}
    type_ = like(left, [left.type.shape[0], sizes[M], sizes[N]])
    return batch_matmul(type_, At(left, (B, *left_dims)), At(right, (B, *right_dims)))


def _scores(op: ir.OpView, query: ir.Value, key: ir.Value, masks: list[ir.Value], shape: list[int]) -> ir.Value:
    """Scaled and masked scores `[B, H, L, S]`."""
    scale, causal, groups = real(op, "scale"), boolean(op, "causal"), key.type.shape[1]
    products = reshape(_product(_flat(query, groups), (M, K), _flat(key, groups), (N, K)), shape)
    i32 = ir.IntegerType.get_signless(32)

    def finish(product, mask=None):
        score = product * scale
        if mask is not None:
            score = score + mask
        if causal:
            hidden = index(3).to(i32).gt(index(2).to(i32))
            score = select(hidden, constant(score.type, -inf), score)
        return score

    return pointwise(products.type, [products, *(_broadcast(mask, shape) for mask in masks)], finish)


def _broadcast(mask: ir.Value, shape: list[int]) -> At:
    """A mask, read at zero along the dimensions in which it is broadcast."""
    skipped = len(shape) - mask.type.rank
    zero = ir.AffineConstantExpr.get(0)
    return At(mask, tuple(zero if n == 1 else skipped + d for d, n in enumerate(mask.type.shape)))


def _attention(op: ir.OpView) -> list[ir.Value]:
    query, key, value, *masks = op.operation.operands
    output, rows = (result.type for result in op.operation.results)
    shape = [*rows.shape, key.type.shape[2]]

    scores = _scores(op, query, key, masks, shape)
    top = reduce_(scores, (3,), -inf, maximum)
    top = pointwise(rows, [top], lambda m: select(m.ne(-inf), m, 0.0))
    powers = pointwise(scores.type, [scores, At(top, ROW)], lambda s, m: exp(s - m))
    total = precise_sum(powers, (3,))
    total = pointwise(rows, [total], lambda t: select(t.ne(0.0), t, 1.0))
    groups = key.type.shape[1]
    mixed = _product(_flat(powers, groups), (M, K), _flat(value, groups), (K, N))
    mixed = reshape(mixed, list(output.shape))
    return [
        pointwise(output, [mixed, At(total, ROW)], lambda x, t: x / t),
        pointwise(rows, [top, total], lambda m, t: m + log(t)),
    ]


def _attention_backward(op: ir.OpView) -> list[ir.Value]:
    grad, query, key, value, output, logsumexp, *masks = op.operation.operands
    rows = logsumexp.type
    shape = [*rows.shape, key.type.shape[2]]
    scale, groups = real(op, "scale"), key.type.shape[1]

    scores = _scores(op, query, key, masks, shape)
    probabilities = pointwise(scores.type, [scores, At(logsumexp, ROW)], lambda s, l: exp(s - l))
    dots = precise_sum(pointwise(grad.type, [grad, output], lambda g, o: g * o), (3,))
    grad, query, key, value = (_flat(x, groups) for x in (grad, query, key, value))
    grad_probabilities = reshape(_product(grad, (M, K), value, (N, K)), shape)
    grad_scores = pointwise(
        scores.type,
        [probabilities, grad_probabilities, At(dots, ROW)],
        lambda p, g, d: p * (g - d) * scale,
    )
    grad_scores, probabilities = _flat(grad_scores, groups), _flat(probabilities, groups)
    gradients = [
        _product(grad_scores, (M, K), key, (K, N)),
        _product(grad_scores, (K, M), query, (K, N)),
        _product(probabilities, (K, M), grad, (K, N)),
    ]
    return [reshape(x, list(result.type.shape)) for x, result in zip(gradients, op.operation.results)]


LOWERINGS = {
    "fungible.attention": _attention,
    "fungible.attention_backward": _attention_backward,
}
