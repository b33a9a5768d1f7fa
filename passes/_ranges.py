"""Which values the integers of a module can have.

An interval for every integer, index and element of an integer tensor, found in one walk in
program order. Loops and reductions are walked a few times, until their intervals stand still.
"""

from collections.abc import Sequence

from torch_mlir import ir

from ._conditions import chosen
from ._integers import definition, domain, of_constant, reduced, width, yielded
from ._intervals import Interval, known, maximum, minimum, multiply, of_width, transfer
from ._retype import element

#: Ops on tensors whose elements are elements of their operands.
MOVES = {
    f"tensor.{name}"
    for name in (
        "cast collapse_shape concat expand_shape extract extract_slice from_elements gather generate insert"
        " insert_slice pad reshape scatter splat"
    ).split()
}

_ROUNDS = 4
_EXTREMES = {"arith.maxsi": maximum, "arith.minsi": minimum}


class Ranges:
    """The intervals of a module's integers.

    A subclass says what comes from outside (`outside`) and may object to what an op makes of
    it (`checked`).
    """

    def __init__(self, module: ir.Operation):
        self._found: dict[ir.Value, Interval] = {}
        self._pinned: dict[ir.Value, Interval] = {}  # results known better than from their operands
        self._domains: list[dict[int, int | None]] = []  # sizes of the linalg ops around
        self.settled = True  # False while a loop is walked for its intervals' sake
        self._walk(module.regions[0].blocks[0])

    def outside(self, value: ir.Value) -> Interval:
        """Of an argument, a loaded global, the result of a call, a value that never settled."""
        return of_width(width(value.type))

    def checked(self, value: ir.Value, interval: Interval) -> Interval:
        """The interval to go on with; it holds all that the value can be."""
        return interval

    def visited(self, op: ir.Operation) -> None:
        """After every op, when its results are known."""

    def __getitem__(self, value: ir.Value) -> Interval | None:
        """None for a value that is no integer."""
        bits = width(value.type)
        return None if bits is None else self._found.get(value, of_width(bits))

    def _set(self, value: ir.Value, interval: Interval | None) -> None:
        bits = width(value.type)
        if bits is None:
            return
        interval = self._pinned.get(value, interval)
        if interval is None or interval not in of_width(bits):
            interval = of_width(bits)  # it wraps
        self._found[value] = self.checked(value, interval)

    def _walk(self, block: ir.Block) -> None:
        for op in block.operations:
            op = op.operation
            results = self._results(op)
            for value, interval in zip(op.results, results or [None] * len(op.results), strict=True):
                self._set(value, interval)
            self.visited(op)

    def _union(self, values: Sequence[ir.Value]) -> Interval | None:
        found = [interval for interval in (self[value] for value in values) if interval]
        return Interval(min(x.low for x in found), max(x.high for x in found)) if found else None

    def _results(self, op: ir.Operation) -> list[Interval | None] | None:
        """Of the results in order; None for an op that is not known."""
        name = op.name
        if name.startswith("linalg.") and op.regions:
            return self._linalg(op)
        if name in ("scf.for", "scf.while"):
            return self._loop(op)
        for region in op.regions:
            for block in region.blocks:
                for value in block.arguments:
                    self._set(value, self.outside(value) if width(value.type) else None)
                self._walk(block)
        if not op.results or all(width(value.type) is None for value in op.results):
            return None
        if name == "arith.constant":
            return [of_constant(op.attributes["value"])]
        if name == "arith.select":
            return [chosen(self, op)]
        if name in ("arith.cmpi", "arith.cmpf"):
            return [Interval(0, 1)]
        if known(name):
            operands = [self[value] for value in op.operands]
            return [transfer(name, operands, [width(value.type) for value in op.operands])]
        if name == "linalg.index":
            size = self._domains[-1].get(op.attributes["dim"].value)
            return [Interval(0, of_width(64).high if size is None else max(size - 1, 0))]
        if name == "tensor.empty":
            return [Interval(0, 0)]  # nobody may look
        if name in MOVES or name in ("scf.if", "scf.index_switch", "scf.execute_region"):
            return self._moved(op)
        if name in ("ml_program.global_load", "func.call"):
            return [self.outside(value) if width(value.type) else None for value in op.results]
        return None

    def _moved(self, op: ir.Operation) -> list[Interval | None]:
        blocks = [block for region in op.regions for block in region.blocks]
        found = []
        for number, result in enumerate(op.results):
            sources = [value for value in op.operands if element(value.type) == element(result.type)]
            if op.name.startswith("scf."):
                sources = [yielded(block)[number] for block in blocks]
            elif blocks:
                sources += yielded(blocks[0])
            found.append(self._union(sources))
        return found

    # Loops.

    def _rounds(self, blocks: Sequence[ir.Block], carried: Sequence[ir.Value], start, step) -> list[Interval | None]:
        """What the `carried` values hold in a loop: walks it until what `step()` gives them stands still.

        What does not settle may be anything that comes from outside.
        """
        state, settled = list(start), self.settled
        self.settled = False
        for _ in range(_ROUNDS):
            self._carry(blocks, carried, state)
            new = [old and found and old | found for old, found in zip(state, step(), strict=True)]
            if new == state:
                break
            state = new
        else:
            state = [interval and self.outside(value) for interval, value in zip(state, carried, strict=True)]
            self._carry(blocks, carried, state)
        self.settled = settled
        return state

    def _carry(self, blocks, carried, state) -> None:
        for value, interval in zip(carried, state, strict=True):
            self._set(value, interval)
        for block in blocks:
            self._walk(block)

    def _loop(self, op: ir.Operation) -> list[Interval | None]:
        blocks = [region.blocks[0] for region in op.regions]
        if op.name == "scf.for":
            low, high = self[op.operands[0]], self[op.operands[1]]
            self._set(blocks[0].arguments[0], Interval(low.low, max(high.high - 1, low.low)))
            carried, ends = list(blocks[0].arguments)[1:], yielded(blocks[0])
            start = [self[value] for value in list(op.operands)[3:]]
            state = self._rounds(blocks, carried, start, lambda: [self[value] for value in ends])
            self._carry(blocks, carried, state)
            return [a and self[b] and a | self[b] for a, b in zip(start, ends, strict=True)]
        before, after = blocks
        carried = [*before.arguments, *after.arguments]
        count = len(before.arguments)

        def step():
            return [self[value] for value in (*yielded(after), *yielded(before))]

        self._carry([before], carried[:count], [self[value] for value in op.operands])
        start = [self[value] for value in (*op.operands, *yielded(before))]
        self._carry(blocks, carried, self._rounds(blocks, carried, start, step))
        return [self[value] for value in yielded(before)]

    def _linalg(self, op: ir.Operation) -> list[Interval | None]:
        sizes = domain(op)
        self._domains.append(sizes)
        try:
            return self._reduce(op, sizes)
        finally:
            self._domains.pop()

    def _reduce(self, op: ir.Operation, sizes: dict[int, int | None]) -> list[Interval | None]:
        """Walks a body; where it reduces, sums and extremes are told from the number of their terms."""
        block, count = op.regions[0].blocks[0], len(op.operands) - len(op.results)
        arguments, results = list(block.arguments), yielded(block)
        for value, operand in zip(arguments[:count], op.operands):
            self._set(value, self[operand])
        outs = arguments[count:]  # linalg.map may have none
        starts = [self[operand] for operand in list(op.operands)[count:]]
        terms = reduced(op, sizes)
        if terms == 1 or not outs:
            self._carry([block], outs, starts[: len(outs)])
            return [self[value] for value in results]
        steps = [_step(out, result) for out, result in zip(outs, results, strict=True)]

        def totals(number: int) -> tuple[Interval | None, Interval | None]:
            """Of one result: what it holds on the way, and at the end."""
            start, (name, term) = starts[number], steps[number]
            if start is None or name is None:
                return self[results[number]], self[results[number]]
            if name == "arith.addi":
                if terms is None:
                    return self.outside(outs[number]), self.outside(outs[number])
                whole = multiply(Interval(0, terms), self[term])
                whole = Interval(start.low + whole.low, start.high + whole.high) | start
                return whole, whole
            end = _EXTREMES[name](start, self[term])
            return start | end, end if terms else start | end

        state = self._rounds([block], outs, starts, lambda: [totals(n)[0] for n in range(len(outs))])
        ends = [totals(number)[1] for number in range(len(outs))]
        for number, (name, _) in enumerate(steps):
            if name is not None and ends[number]:
                self._pinned[results[number]] = ends[number]
        self._carry([block], outs, state)
        for value in results:
            self._pinned.pop(value, None)
        found = [self[value] for value in results]
        return found if terms else [a and b and a | b for a, b in zip(starts, found, strict=True)]


def _step(out: ir.Value, result: ir.Value) -> tuple[str | None, ir.Value | None]:
    """The op by which a reduction adds a term to `out`, and the term; None for one of no known form."""
    op = definition(result)
    if op is None or op.name not in ("arith.addi", *_EXTREMES) or len(list(out.uses)) != 1:
        return None, None
    terms = [operand for operand in op.operands if operand != out]
    return (op.name, terms[0]) if len(terms) == 1 else (None, None)
