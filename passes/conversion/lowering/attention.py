"""Scaled dot-product attention to linalg.

Heads that share a key stand as rows of one product: query `[B, H, L, D]` is viewed as
`[B * G, H / G * L, D]` beside key `[B * G, S, D]`, so that grouped attention, with the sums
over a group in its gradients, is the same batch of matrix products as the plain one.

Where there are many scores, some heads are computed behind the others: the scores of a part
stay in the cache, and those of all heads need no memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, prod

from torch_mlir import ir

from fungible.dialects._base import boolean, real

from ..._linalg import At, batch_matmul, empty, index, like, pointwise, reduce_, reshape, rows, with_rows
from ..._order import behind
from ..._scalar import constant, exp, log, maximum, select
from ..._sums import precise_sum

#: Domain of a product: batch and group, row, column, and the dimension that is summed.
B, M, N, K = range(4)
ROW = (0, 1, 2)

#: Scores that are computed at a time: some fit into the last cache of a CPU; and of how many parts the code may be.
LARGEST_PART, MOST_PARTS = 2**21, 16


def _flat(value: ir.Value, groups: int) -> ir.Value:
    """`[B, H, L, X]` as `[B * G, H / G * L, X]`."""
    batch, heads, length, rest = value.type.shape
    return reshape(value, [batch * groups, heads // groups * length, rest])


def _product(left: ir.Value, left_dims: tuple[int, ...], right: ir.Value, right_dims: tuple[int, ...]) -> ir.Value:
    """`[B * G, M, N]`, summed over K; the dims say what indexes the last two dimensions of each operand."""
    sizes = {d: n for v, dims in ((left, left_dims), (right, right_dims)) for d, n in zip(dims, v.type.shape[1:])}
    type_ = like(left, [left.type.shape[0], sizes[M], sizes[N]])
    return batch_matmul(type_, At(left, (B, *left_dims)), At(right, (B, *right_dims)))


@dataclass(frozen=True)
class _Options:
    """What an op says beside its operands."""

    scale: float
    causal: bool

    @classmethod
    def of(cls, op: ir.OpView) -> "_Options":
        return cls(real(op, "scale"), boolean(op, "causal"))


def _scores(options: _Options, query: ir.Value, key: ir.Value, masks: Sequence[ir.Value]) -> ir.Value:
    """Scaled and masked scores `[B, H, L, S]`."""
    shape, groups = [*query.type.shape[:3], key.type.shape[2]], key.type.shape[1]
    products = reshape(_product(_flat(query, groups), (M, K), _flat(key, groups), (N, K)), shape)
    i32 = ir.IntegerType.get_signless(32)

    def finish(product, mask=None):
        score = product * options.scale
        if mask is not None:
            score = score + mask
        if options.causal:
            hidden = index(3).to(i32).gt(index(2).to(i32))
            score = select(hidden, constant(score.type, -inf), score)
        return score

    return pointwise(products.type, [products, *(_broadcast(mask, shape) for mask in masks)], finish)


def _broadcast(mask: ir.Value, shape: list[int]) -> At:
    """A mask, read at zero along the dimensions in which it is broadcast."""
    skipped = len(shape) - mask.type.rank
    zero = ir.AffineConstantExpr.get(0)
    return At(mask, tuple(zero if n == 1 else skipped + d for d, n in enumerate(mask.type.shape)))


def _forward(
    options: _Options, query: ir.Value, key: ir.Value, value: ir.Value, masks: Sequence[ir.Value] = ()
) -> list[ir.Value]:
    """What is attended to, `[B, H, L, Dv]`, and the logarithms of the sums of powers, `[B, H, L]`."""
    scores = _scores(options, query, key, masks)
    row = like(query, list(query.type.shape)[:3])
    top = reduce_(scores, (3,), -inf, maximum)
    top = pointwise(row, [top], lambda m: select(m.ne(-inf), m, 0.0))
    powers = pointwise(scores.type, [scores, At(top, ROW)], lambda s, m: exp(s - m))
    total = precise_sum(powers, (3,))
    total = pointwise(row, [total], lambda t: select(t.ne(0.0), t, 1.0))
    groups = key.type.shape[1]
    mixed = _product(_flat(powers, groups), (M, K), _flat(value, groups), (K, N))
    mixed = reshape(mixed, [*row.shape, value.type.shape[3]])
    return [
        pointwise(mixed.type, [mixed, At(total, ROW)], lambda x, t: x / t),
        pointwise(row, [top, total], lambda m, t: m + log(t)),
    ]


def _backward(
    options: _Options,
    grad: ir.Value,
    query: ir.Value,
    key: ir.Value,
    value: ir.Value,
    output: ir.Value,
    logsumexp: ir.Value,
    masks: Sequence[ir.Value] = (),
) -> list[ir.Value]:
    """The gradients of query, key and value."""
    types, groups = [x.type for x in (query, key, value)], key.type.shape[1]
    scores = _scores(options, query, key, masks)
    probabilities = pointwise(scores.type, [scores, At(logsumexp, ROW)], lambda s, l: exp(s - l))
    dots = precise_sum(pointwise(grad.type, [grad, output], lambda g, o: g * o), (3,))
    grad, query, key, value = (_flat(x, groups) for x in (grad, query, key, value))
    grad_probabilities = reshape(_product(grad, (M, K), value, (N, K)), list(scores.type.shape))
    grad_scores = pointwise(
        scores.type,
        [probabilities, grad_probabilities, At(dots, ROW)],
        lambda p, g, d: p * (g - d) * options.scale,
    )
    grad_scores, probabilities = _flat(grad_scores, groups), _flat(probabilities, groups)
    gradients = [
        _product(grad_scores, (M, K), key, (K, N)),
        _product(grad_scores, (K, M), query, (K, N)),
        _product(probabilities, (K, M), grad, (K, N)),
    ]
    return [reshape(x, list(type_.shape)) for x, type_ in zip(gradients, types)]


def _by_group(value: ir.Value, groups: int) -> ir.Value:
    """`[B, H, ...]` as `[B * G, H / G, ...]`."""
    batch, heads, *rest = value.type.shape
    return reshape(value, [batch * groups, heads // groups, *rest])


def _in_parts(compute: Callable[..., list[ir.Value]], scores: int, values: Sequence[ir.Value]) -> list[ir.Value]:
    """`compute(*values)` for some of the first dimension at a time, one part behind the other.

    Args:
        compute: gives values with the same first dimension.
        scores: how many there are in all.
        values: what is cut.
    """
    count = values[0].type.shape[0]
    part = next((n for n in range(count, 0, -1) if count % n == 0 and scores // count * n <= LARGEST_PART), 1)
    part = max(part, next(n for n in range(-(-count // MOST_PARTS), count + 1) if count % n == 0))
    if part == count:
        return compute(*values)
    results, before = None, None
    for start in range(0, count, part):
        own = [rows(value, start, part) for value in values]
        if before is not None:
            own[0] = behind(own[0], before)
        found = compute(*own)
        if results is None:
            results = [empty(like(x, [count, *x.type.shape[1:]])) for x in found]
        results = [with_rows(whole, x, start) for whole, x in zip(results, found, strict=True)]
        before = found[0]
    return results


def _attention(op: ir.OpView) -> list[ir.Value]:
    query, key, value, *masks = op.operation.operands
    options = _Options.of(op)
    if masks:
        return _forward(options, query, key, value, masks)
    values = [_by_group(x, key.type.shape[1]) for x in (query, key, value)]
    scores = prod(query.type.shape[:3]) * key.type.shape[2]
    found = _in_parts(lambda *own: _forward(options, *own), scores, values)
    return [reshape(x, list(result.type.shape)) for x, result in zip(found, op.operation.results)]


def _attention_backward(op: ir.OpView) -> list[ir.Value]:
    grad, query, key, value, output, logsumexp, *masks = op.operation.operands
    options = _Options.of(op)
    values = [grad, query, key, value, output, logsumexp]
    if masks:
        return _backward(options, *values, masks)
    values = [_by_group(x, key.type.shape[1]) for x in values]
    scores = prod(query.type.shape[:3]) * key.type.shape[2]
    found = _in_parts(lambda *own: _backward(options, *own), scores, values)
    return [reshape(x, list(result.type.shape)) for x, result in zip(found, op.operation.results)]


LOWERINGS = {
    "fungible.attention": _attention,
    "fungible.attention_backward": _attention_backward,
}
