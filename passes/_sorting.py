"""Stable sorting without scatter: by counting in short runs, which are then merged.

Both steps compute each place of the result from the input alone, so that all places are
computed in parallel, and give the same order on every target. Runs are merged along "merge path"
diagonals (Green, McColl, Bader, "GPU merge path", ICS 2012): place q of two merged runs takes as
many elements from the first of them as a binary search says.
"""

from torch_mlir import ir

from ._bits import infinity, magnitude, word
from ._linalg import At, Out, extract, generic, index, joined, like, pointwise, reshape, rows, tensor_type
from ._positions import first_where, positions
from ._scalar import Scalar, constant, int32, minimum, select

#: Up to so many elements are sorted by counting alone.
_COUNTED = 512

#: The runs that longer sorts start from.
_RUN = 32


def sort_key(x: Scalar, descending: bool = False) -> Scalar:
    """An integer that orders as `x` does: NaN is the largest, and zeros of both signs are one number."""
    key = x
    if x.is_float:
        bits = word(x)
        greatest = 2 ** (x.type.width - 1) - 1
        size = magnitude(bits)
        key = select(bits.lt(0), bits ^ greatest, bits)
        key = select(size.eq(0), constant(bits.type, 0), key)
        key = select(size.gt(infinity(bits)), constant(bits.type, greatest), key)
    return key ^ -1 if descending else key


def _count_sort(keys: ir.Value) -> ir.Value:
    """The order of each run `[p, :, q]`: place r of the result holds the number of the element that is r-th."""
    outer, length, inner = keys.type.shape
    type_ = tensor_type([outer, length, inner], int32())
    numbers = positions(length)

    def count(own, other, position, total):
        earlier = other.lt(own) | (other.eq(own) & position.lt(index(1).to(int32())))
        return total + earlier.to(int32())

    # Domain: outer, element, inner, compared with.
    ranks = generic(
        4, [At(keys, (0, 1, 2)), At(keys, (0, 3, 2)), At(numbers, (3,))], [Out(type_, (0, 1, 2), 0)], count
    )[0]

    def find(rank, position, total):
        return total + select(rank.eq(index(1).to(int32())), position, 0)

    return generic(4, [At(ranks, (0, 3, 2)), At(numbers, (3,))], [Out(type_, (0, 1, 2), 0)], find)[0]


def take(values: ir.Value, order: ir.Value) -> ir.Value:
    """`values[p, order[p, r, q], q]`; both `[outer, length, inner]`."""

    def read(place):
        return extract(values, index(0), place.to(ir.IndexType.get()), index(2))

    return pointwise(like(values, order.type.shape), [order], read)


def _sorted_runs(keys: ir.Value) -> ir.Value:
    """The order in which every run of `_RUN` elements is sorted, the last one being shorter."""
    outer, length, inner = keys.type.shape
    runs, rest = divmod(length, _RUN)
    whole = keys if not rest else rows(keys, 0, runs * _RUN, 1)
    apart = reshape(whole, [outer * runs, _RUN, inner])
    order = reshape(_count_sort(apart), [outer, runs * _RUN, inner])

    def in_whole(place):
        return place + index(1).to(int32()) // _RUN * _RUN

    order = pointwise(order.type, [order], in_whole)
    if not rest:
        return order
    last = _count_sort(rows(keys, runs * _RUN, rest, 1))
    last = pointwise(last.type, [last], lambda place: place + runs * _RUN)
    return joined([order, last], 1)


def _merge(keys: ir.Value, order: ir.Value, run: int) -> tuple[ir.Value, ir.Value]:
    """Merges neighbouring sorted runs of `run` elements, of keys and of what moves with them."""
    _, length, _ = keys.type.shape

    def body():
        outer, inner, place = index(0), index(2), index(1).to(int32())

        def key(number):
            return extract(keys, outer, number.to(ir.IndexType.get()), inner)

        base = place // (2 * run) * (2 * run)
        split = minimum(base + run, length)  # the second run starts here, and is empty where there is none
        left, right = split - base, minimum(base + 2 * run, length) - split
        before = place - base

        def enough(number):
            """Whether `number` elements of the first run come before the rest of the second."""
            return key(minimum(split + before - number - 1, length - 1)).lt(key(base + number))

        low = select(before.gt(right), before - right, 0)
        taken = first_where(low, minimum(before, left), run, enough)
        others = before - taken
        a, b = minimum(base + taken, length - 1), minimum(split + others, length - 1)
        first = taken.lt(left) & (others.ge(right) | key(b).ge(key(a)))
        source = select(first, a, b).to(ir.IndexType.get())
        return [extract(value, outer, source, inner) for value in (keys, order)]

    return tuple(generic(3, [], [Out(value.type, (0, 1, 2)) for value in (keys, order)], body))


def argsort(keys: ir.Value) -> ir.Value:
    """The stable ascending order of integer keys `[outer, length, inner]` along `length`, as i32."""
    length = keys.type.shape[1]
    if length <= _COUNTED:
        return _count_sort(keys)
    order = _sorted_runs(keys)
    keys, run = take(keys, order), _RUN
    while run < length:
        keys, order = _merge(keys, order, run)
        run *= 2
    return order
