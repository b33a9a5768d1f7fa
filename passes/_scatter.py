"""Scatters in gather form: each slot of the result looks for the elements that are sent to it.

IREE runs a scatter whose indices may repeat one element after the other. Here the slots are
computed in parallel, each in the order of the elements, so that the result is the same every time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from torch_mlir import ir

from ._linalg import At, Out, extract, generic, index, pointwise, reshape, tensor_type
from ._positions import first_where, loop, positions
from ._scalar import Scalar, constant, int32, maximum, minimum, narrow_index, select
from ._sorting import argsort, take

COMBINE: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "set": lambda old, new: new,
    "sum": lambda old, new: old + new,
    "prod": lambda old, new: old * new,
    "max": maximum,
    "min": minimum,
}

#: What combines with x to x. The ends of 64-bit integers would not fit where they are narrowed.
_NEUTRAL = {"sum": 0, "prod": 1, "max": -inf, "min": inf}

#: So few elements or slots are compared with each other; else the elements are sorted by slot.
_COMPARED = 64


@dataclass(frozen=True)
class _Elements:
    """What is sent: `source` `[outer, count, inner]`, and the i32 slots, `[count]` or as the source."""

    slots: ir.Value
    source: ir.Value

    @property
    def shared(self) -> bool:
        return self.slots.type.rank == 1

    @property
    def count(self) -> int:
        return self.source.type.shape[1]

    def dims(self, along: int) -> tuple[int, ...]:
        """How a domain (outer, slot, inner, ...) indexes the slots, their own dimension being `along`."""
        return (along,) if self.shared else (0, along, 2)

    def reader(self) -> Callable[[ir.Value, Scalar], Scalar]:
        """Inside of a domain (outer, slot, inner): gives what a tensor `[outer, count, inner]`, or
        `[count]`, has for an element. `linalg.index` may not stand in a loop, and so is asked for before."""
        outer, inner = index(0), index(2)

        def read(value, number):
            number = number.to(ir.IndexType.get())
            return extract(value, number) if value.type.rank == 1 else extract(value, outer, number, inner)

        return read


def _compared(input_: ir.Value, elements: _Elements, kind: str, include_self: bool) -> ir.Value:
    """By a reduction over all elements for each slot."""
    slots, source = (At(elements.slots, elements.dims(3)), At(elements.source, (0, 3, 2)))
    last = None
    if kind == "set" or not include_self:

        def later(slot, position, last):
            return maximum(last, select(slot.eq(index(1).to(int32())), position, -1))

        type_ = tensor_type(input_.type.shape, int32())
        last = generic(4, [slots, At(positions(elements.count), (3,))], [Out(type_, (0, 1, 2), -1)], later)[0]
    if kind == "set":

        def latest(old, last):
            return select(last.ge(0), elements.reader()(elements.source, maximum(last, 0)), old)

        return pointwise(input_.type, [input_, last], latest)
    neutral, combine = _NEUTRAL[kind], COMBINE[kind]

    def add(slot, x, total):
        return combine(total, select(slot.eq(index(1).to(int32())), x, neutral))

    total = generic(4, [slots, source], [Out(input_.type, (0, 1, 2), neutral)], add)[0]
    if include_self:
        return pointwise(input_.type, [input_, total], combine)
    return pointwise(input_.type, [input_, total, last], lambda old, new, last: select(last.ge(0), new, old))


def _by_slot(input_: ir.Value, elements: _Elements, kind: str, include_self: bool) -> ir.Value:
    """By sorting the elements by slot: those of one slot are neighbours then."""
    outer, slots, inner = input_.type.shape
    count = elements.count
    keys = reshape(elements.slots, [1, count, 1]) if elements.shared else elements.slots
    order = argsort(keys)
    keys = take(keys, order)
    if elements.shared:
        order = reshape(order, [count])

    def start(*_):
        slot, read = index(1).to(int32()), elements.reader()

        def reached(number):
            return read(keys, number).ge(slot)

        return first_where(constant(int32(), 0), constant(int32(), count), count, reached)

    starts = pointwise(tensor_type([keys.type.shape[0], slots + 1, keys.type.shape[2]], int32()), [], start)
    if elements.shared:
        starts = reshape(starts, [slots + 1])

    def combine(old):
        # The bounds are read, not inputs, so that this is no kernel with the search for them: few
        # code generators take a loop of unknown length behind another one.
        slot, read = index(1), elements.reader()
        first, end = read(starts, slot), read(starts, slot + 1)

        def element(number):
            return read(elements.source, read(order, number))

        found = first.lt(end)
        if kind == "set":
            return select(found, element(select(found, end - 1, 0)), old)
        if not include_self:
            old = select(found, element(select(found, first, 0)), old)
            first = select(found, first + 1, first)
        return loop(first, end, [old], lambda number, total: [COMBINE[kind](total, element(number))])[0]

    return pointwise(input_.type, [input_], combine)


def scatter(
    input_: ir.Value, slots: ir.Value, source: ir.Value, kind: str, include_self: bool = True
) -> ir.Value:
    """`input[o, m, i]`, combined with `source[o, n, i]` for all n whose slot is m, in ascending order.

    Args:
        input_: `[outer, slots, inner]`.
        slots: integers, `[count]`, or `[outer, count, inner]` where each element has its own; one that is no
            slot sends its element nowhere.
        source: `[outer, count, inner]`.
        kind: one of `COMBINE`.
        include_self: whether the input takes part where elements arrive.
    """
    if 0 in (*input_.type.shape, *source.type.shape):
        return input_
    slots = pointwise(tensor_type(slots.type.shape, int32()), [slots], narrow_index)
    elements = _Elements(slots, source)
    few = min(elements.count, input_.type.shape[1]) <= _COMPARED
    simple = kind in ("set", "sum", "prod") or isinstance(input_.type.element_type, ir.FloatType)
    return (_compared if few and simple else _by_slot)(input_, elements, kind, include_self)
