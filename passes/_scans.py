"""Cumulative sums and their like, in blocks, so that rounding errors do not pile up.

Each place of a block combines all places up to its own, in parallel; the totals of the blocks
are scanned in the same way, and join what comes behind them.
"""

from collections.abc import Callable
from math import inf

from torch_mlir import ir

from ._linalg import At, Out, extract, generic, index, like, pointwise, reshape
from ._positions import positions
from ._scalar import Scalar, absolute, constant, exp, int32, log, maximum, minimum, select
from ._windows import crop, pad

#: Places of a block.
_BLOCK = 32

#: So many places are one block.
_ONE = 64


def _finite(x: Scalar) -> Scalar:
    """What exponents are taken relative to: nothing where the largest of them is infinite."""
    return select(absolute(x).eq(inf), constant(x.type, 0), x)


def _log_add_exp(a: Scalar, b: Scalar) -> Scalar:
    top = _finite(maximum(a, b))
    return log(exp(a - top) + exp(b - top)) + top


#: kind -> how two totals become one.
COMBINE: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "sum": lambda a, b: a + b,
    "prod": lambda a, b: a * b,
    "max": maximum,
    "min": minimum,
    "logsumexp": _log_add_exp,
}


def _start(kind: str, element: ir.Type) -> int | float:
    """What a scan of that kind starts from."""
    if kind in ("sum", "prod"):
        return 0 if kind == "sum" else 1
    if isinstance(element, ir.FloatType):
        return inf if kind == "min" else -inf
    high = 2 ** (element.width - 1) - 1
    return high if kind == "min" else -high - 1


def _prefixes(value: ir.Value, kind: str) -> ir.Value:
    """The scan of each `[p, :, q]`, by a reduction for each place."""
    _, length, _ = value.type.shape
    earlier, own = At(value, (0, 3, 2)), At(value, (0, 1, 2))
    numbers = At(positions(length), (3,))

    def reduce(kind, inputs, term):
        """The domain is (outer, place, inner, earlier place)."""

        def body(position, *scalars):
            *inputs, total = scalars
            return COMBINE[kind](total, term(index(1).to(int32()).ge(position), *inputs))

        out = Out(value.type, (0, 1, 2), _start(kind, value.type.element_type))
        return generic(4, [numbers, *inputs], [out], body)[0]

    if kind in ("sum", "prod"):
        start = _start(kind, value.type.element_type)
        return reduce(kind, [earlier], lambda counts, x: select(counts, x, start))
    if kind in ("max", "min"):
        # The own element in place of later ones, since the end of a 64-bit range has no narrow form.
        return reduce(kind, [earlier, own], lambda counts, x, own: select(counts, x, own))
    top = _prefixes(value, "max")

    def power(counts, x, top):
        return select(counts, exp(x - _finite(top)), 0.0)

    total = reduce("sum", [earlier, At(top, (0, 1, 2))], power)
    return pointwise(value.type, [total, top], lambda total, top: log(total) + _finite(top))


def scan(value: ir.Value, kind: str) -> ir.Value:
    """`result[p, a, q]` combines `value[p, b, q]` for all b up to a; kinds are those of `COMBINE`."""
    outer, length, inner = value.type.shape
    if length <= _ONE or 0 in (outer, inner):
        return _prefixes(value, kind) if length else value
    blocks = -(-length // _BLOCK)
    extra = blocks * _BLOCK - length  # nothing comes behind these
    padded = pad(value, [0, 0, 0], [0, extra, 0], 0)
    inside = _prefixes(reshape(padded, [outer * blocks, _BLOCK, inner]), kind)
    apart = reshape(inside, [outer, blocks, _BLOCK, inner])

    def last():
        return extract(apart, index(0), index(1), constant(ir.IndexType.get(), _BLOCK - 1), index(2))

    totals = scan(pointwise(like(value, [outer, blocks, inner]), [], last), kind)

    def join(own):
        block = index(1)
        first = block.eq(0)
        before = extract(totals, index(0), select(first, block, block - 1), index(3))
        return select(first, own, COMBINE[kind](before, own))

    joined = pointwise(apart.type, [apart], join)
    return crop(reshape(joined, [outer, blocks * _BLOCK, inner]), [0, 0, 0], [0, extra, 0])
