"""What a condition says of the integers that it compares, where it holds and where it fails.

    %negative = arith.cmpi slt, %i, %zero : i64
    %wrapped = arith.addi %i, %size : i64
    %index = arith.select %negative, %wrapped, %i : i64

With %i in [-2^31, 2^31 - 1], the sum may be above that; what the selection takes of it is not.
"""

from collections.abc import Mapping
from typing import Protocol

from torch_mlir import ir
from torch_mlir.dialects import arith

from ._integers import definition, width
from ._intervals import Interval, given, known, of_width, transfer

_OPPOSITE = {"eq": "ne", "ne": "eq"} | {
    sign + a: sign + b for sign in "su" for a, b in (("lt", "ge"), ("le", "gt"), ("gt", "le"), ("ge", "lt"))
}

#: How many ops an arm may be away from what the condition compares.
_DEPTH = 3


class Known(Protocol):
    def __getitem__(self, value: ir.Value) -> Interval | None: ...


def chosen(ranges: Known, op: ir.Operation) -> Interval | None:
    """The interval of an `arith.select`."""
    condition, *arms = op.operands
    found = []
    for arm, holds in zip(arms, (True, False), strict=True):
        facts = _facts(ranges, condition, holds)
        if facts is not None:
            found.append(_under(ranges, arm, facts, _DEPTH))
    if not found:
        found = [ranges[arm] for arm in arms]
    return None if None in found else found[0] | found[-1]


def _facts(ranges: Known, condition: ir.Value, holds: bool) -> Mapping[ir.Value, Interval] | None:
    """What values are where the condition holds, or fails; None if that is never."""
    op = definition(condition)
    if op is None:
        return {}
    if op.name == ("arith.andi" if holds else "arith.ori"):
        facts: dict[ir.Value, Interval] = {}
        for part in op.operands:
            for value, interval in (_facts(ranges, part, holds) or {}).items():
                facts[value] = (facts.get(value, interval) & interval) or interval
        return facts
    if op.name != "arith.cmpi":
        return {}
    predicate = str(arith.CmpIPredicate(op.attributes["predicate"].value)).rpartition(".")[2]
    left, right = op.operands
    found = given(predicate if holds else _OPPOSITE[predicate], ranges[left], ranges[right])
    return None if None in found else {left: found[0], right: found[1]}


def _under(ranges: Known, value: ir.Value, facts: Mapping[ir.Value, Interval], depth: int) -> Interval | None:
    """The interval of a value where the facts hold."""
    if value in facts:
        return facts[value]
    op = definition(value)
    if not facts or not depth or op is None or not known(op.name):
        return ranges[value]
    operands = [_under(ranges, operand, facts, depth - 1) for operand in op.operands]
    if None in operands:
        return ranges[value]
    found = transfer(op.name, operands, [width(operand.type) for operand in op.operands])
    return found if found is not None and found in of_width(width(value.type)) else ranges[value]
