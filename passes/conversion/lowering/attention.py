"""Scaled dot-product attention to linalg.

Heads that share a key stand as rows of one product: query `[B, H, L, D]` is viewed as
`[B * G, H / G * L, D]` beside key `[B * G, S, D]`, so that grouped attention, with the sums
over a group in its gradients, is the same batch of matrix products as the plain one.

Where there are many scores, some heads are computed behind the others: the scores of a part
stay in the cache, and those of all heads need no memory. Long causal attention is computed in
blocks of rows, each without the keys that none of them sees, and its gradients in blocks of keys.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

from torch_mlir import ir

from fungible.dialects._base import boolean, real
from fungible.dialects.fungible import numerics

from ..._linalg import At, Out, batch_matmul, generic, index, joined, like, pointwise, reshape, rows
from ..._scalar import Scalar, constant, exp, log, maximum, select
from ..._sums import precise_sum
from ._parts import Turns

#: Domain of a product: batch and group, row, column, and the dimension that is summed.
B, M, N, K = range(4)
ROW = (0, 1, 2)

#: Scores that are computed at a time: some fit into the last cache of a CPU; and of how many parts and blocks the code may be.
LARGEST_PART, MOST_PARTS = 2**21, 16

#: Blocks of rows of causal attention: so many, from the most on, of so many rows at least. Two of them cost what they save.
MOST_BLOCKS, LEAST_BLOCKS, LEAST_ROWS = 8, 4, 128


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
    #: Where the first row is, of rows that are a part.
    first: int = 0

    @classmethod
    def of(cls, op: ir.OpView) -> "_Options":
        return cls(real(op, "scale"), boolean(op, "causal"))


class _Scores:
    """Scaled and masked scores `[B, H, L, S]`: only the products of query and key are kept, what reads them finishes them itself."""

    def __init__(self, options: _Options, query: ir.Value, key: ir.Value, masks: Sequence[ir.Value]):
        shape, groups = [*query.type.shape[:3], key.type.shape[2]], key.type.shape[1]
        self.options = options
        self.products = reshape(_product(_flat(query, groups), (M, K), _flat(key, groups), (N, K)), shape)
        self.masks = [_broadcast(mask, shape) for mask in masks]

    @property
    def type(self) -> ir.RankedTensorType:
        return self.products.type

    def _finished(self, product: Scalar, *mask: Scalar) -> Scalar:
        score = product * self.options.scale
        for number in mask:
            score = score + number
        if self.options.causal:
            i32 = ir.IntegerType.get_signless(32)
            column, row = index(3).to(i32), index(2).to(i32)
            hidden = column.gt(row + self.options.first if self.options.first else row)
            score = select(hidden, constant(score.type, -inf), score)
        return score

    def largest(self) -> ir.Value:
        """Of each row, `[B, H, L]`."""
        inputs = [At(self.products, (*ROW, 3)), *self.masks]
        out = Out(like(self.products, list(self.type.shape)[:3]), ROW, start=-inf)
        return generic(4, inputs, [out], lambda *values: maximum(values[-1], self._finished(*values[:-1])))[0]

    def powers(self, minus: ir.Value) -> ir.Value:
        """`exp(score - minus)` with a number for each row."""
        return pointwise(
            self.type, [self.products, *self.masks, At(minus, ROW)], lambda *values: exp(self._finished(*values[:-1]) - values[-1])
        )


def _broadcast(mask: ir.Value, shape: list[int]) -> At:
    """A mask, read at zero along the dimensions in which it is broadcast."""
    skipped = len(shape) - mask.type.rank
    zero = ir.AffineConstantExpr.get(0)
    return At(mask, tuple(zero if n == 1 else skipped + d for d, n in enumerate(mask.type.shape)))


def _forward(
    options: _Options, query: ir.Value, key: ir.Value, value: ir.Value, masks: Sequence[ir.Value] = ()
) -> list[ir.Value]:
    """What is attended to, `[B, H, L, Dv]`, and the logarithms of the sums of powers, `[B, H, L]`."""
    scores = _Scores(options, query, key, masks)
    row = like(query, list(query.type.shape)[:3])
    top = pointwise(row, [scores.largest()], lambda m: select(m.ne(-inf), m, 0.0))
    powers = scores.powers(top)
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
    scores = _Scores(options, query, key, masks)
    probabilities = scores.powers(logsumexp)
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


def _rows(value: ir.Value, start: int, count: int) -> ir.Value:
    """Of `[B, H, L, ...]`, some of L; cut without a dimension of size 1, which would keep IREE from reading the slice where it is."""
    batch, heads, length, *rest = value.type.shape
    if count == length:
        return value
    if heads > 1:
        return rows(value, start, count, 2)
    return reshape(rows(reshape(value, [batch, length, *rest]), start, count, 1), [batch, heads, count, *rest])


def _joined(blocks: Sequence[ir.Value]) -> ir.Value:
    """Blocks of rows of `[B, H, L, ...]` one after the other; first each in one piece, in which they are written, then in order."""
    if len(blocks) == 1:
        return blocks[0]
    batch, heads, size, *rest = blocks[0].type.shape
    stacked = joined([reshape(block, [1, *block.type.shape]) for block in blocks], 0)
    in_order = like(stacked, [batch, heads, len(blocks), size, *rest])
    ordered = pointwise(in_order, [At(stacked, (2, 0, 1, *range(3, in_order.rank)))], lambda x: x)
    return reshape(ordered, [batch, heads, len(blocks) * size, *rest])


def _forward_in_blocks(options: _Options, size: int, turns: Turns, query: ir.Value, key: ir.Value, value: ir.Value) -> list[ir.Value]:
    """Some rows at a time, without the keys that all of them do not see."""
    found, length = [], query.type.shape[2]
    for start in range(0, length, size):
        own = turns.begin(_rows(query, start, size))
        seen = [_rows(x, 0, start + size) if size < length else x for x in (key, value)]
        found.append(turns.end(_forward(replace(options, first=start), own, *seen)))
    return [_joined(parts) for parts in zip(*found)]


def _total(values: Sequence[ir.Value]) -> ir.Value:
    return values[0] if len(values) == 1 else pointwise(values[0].type, values, lambda *numbers: sum(numbers[1:], numbers[0]))


def _backward_in_blocks(options: _Options, size: int, turns: Turns, *values: ir.Value) -> list[ir.Value]:
    """Some keys at a time, without the rows that see none of them."""
    grad, query, key, value, output, logsumexp = values
    length = query.type.shape[2]
    of_queries, of_keys = {}, []
    for start in range(0, length, size):
        own = [_rows(x, start, length - start) for x in (grad, query, output, logsumexp)]
        own[0] = turns.begin(own[0])
        seen = [_rows(x, start, size) if size < length else x for x in (key, value)]
        grad_query, *grads = turns.end(_backward(options, *own[:2], *seen, *own[2:]))
        of_keys.append(grads)
        for first in range(start, length, size):
            of_queries.setdefault(first, []).append(_rows(grad_query, first - start, size))
    return [_joined([_total(parts) for parts in of_queries.values()]), *(_joined(parts) for parts in zip(*of_keys))]


def _rows_of_blocks(op: ir.OpView, query: ir.Value, key: ir.Value) -> int:
    """How many rows are computed with the keys that they see; all of them where that is no gain or sums have an order."""
    length = query.type.shape[2]
    free = op.operation.attributes["numerics"] == numerics.fast()
    if not free or not boolean(op, "causal") or length != key.type.shape[2]:
        return length
    sizes = (length // n for n in range(MOST_BLOCKS, LEAST_BLOCKS - 1, -1) if length % n == 0)
    return next((size for size in sizes if size >= LEAST_ROWS), length)


def _in_parts(
    op: ir.OpView, compute: Callable[..., list[ir.Value]], query: ir.Value, key: ir.Value, values: Sequence[ir.Value]
) -> list[ir.Value]:
    """`compute(options, rows, turns, *values)` for some of the first dimension at a time.

    Args:
        compute: gives values with the same first dimension.
        values: what is cut, with the query and the key among them.
    """
    size = _rows_of_blocks(op, query, key)
    count, heads = query.type.shape[:2]
    scores = heads * size * key.type.shape[2]
    part = next((n for n in range(count, 0, -1) if count % n == 0 and scores * n <= LARGEST_PART), 1)
    least = -(-count * (query.type.shape[2] // size) // MOST_PARTS)
    part = max(part, next(n for n in range(least, count + 1) if count % n == 0))
    turns, options = Turns(), _Options.of(op)
    found = [compute(options, size, turns, *(rows(x, start, part) for x in values)) for start in range(0, count, part)]
    return [reshape(joined(parts, 0), list(result.type.shape)) for parts, result in zip(zip(*found), op.operation.results)]


def _attention(op: ir.OpView) -> list[ir.Value]:
    query, key, value, *masks = op.operation.operands
    if masks:
        return _forward(_Options.of(op), query, key, value, masks)
    query, key, value = (_by_group(x, key.type.shape[1]) for x in (query, key, value))
    return _in_parts(op, _forward_in_blocks, query, key, [query, key, value])


def _attention_backward(op: ir.OpView) -> list[ir.Value]:
    grad, query, key, value, output, logsumexp, *masks = op.operation.operands
    values = [grad, query, key, value, output, logsumexp]
    if masks:
        return _backward(_Options.of(op), *values, masks)
    values = [_by_group(x, key.type.shape[1]) for x in values]
    return _in_parts(op, _backward_in_blocks, values[1], values[2], values)


LOWERINGS = {
    "fungible.attention": _attention,
    "fungible.attention_backward": _attention_backward,
}
