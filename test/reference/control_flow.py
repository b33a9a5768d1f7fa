"""Ops of `scf` and `cf`.

In the body of a structured op, points may take different ways: then each way runs for those that take it, and
the other points are masked.
"""

import numpy as np
from torch_mlir import ir

from .blocks import MASK
from .element_types import dtype_of
from .registry import makes


def _is_one(*values) -> bool:
    """Whether the values are the same for all points."""
    return all(np.size(value) == 1 for value in values)


def _item(value):
    return np.asarray(value).item()


def chosen(condition, yes, no):
    """By point; whole values where the condition is the same for all points."""
    if condition is None:
        return yes
    if _is_one(condition):
        return yes if _item(condition) else no
    return np.where(condition, yes, no)


def _both(mask, condition):
    """The points that are active and meet the condition; None for all."""
    active = condition if mask is None else mask & condition
    return None if np.all(active) else active


@makes("scf.if")
def _if(op, compiler):
    condition, results = compiler.slot(op.operands[0]), [compiler.slot(result) for result in op.results]
    bodies = [compiler.block(region.blocks[0]) if len(region.blocks) else None for region in op.regions]

    def run(values):
        wanted, mask = values[condition], values[MASK]
        found = []
        for body, here in zip(bodies, (wanted, np.logical_not(wanted))):
            active = here if mask is None else here & mask
            if body is None or not np.any(active):
                found.append(None)
                continue
            values[MASK] = _both(mask, here)
            body.run(values)
            found.append([values[slot] for slot in body.results])
        values[MASK] = mask
        yes, no = found[0] or found[1], found[1] or found[0]
        for slot, a, b in zip(results, yes or (), no or ()):
            values[slot] = chosen(wanted, a, b)

    return run


@makes("scf.for")
def _for(op, compiler):
    lower, upper, step, *start = (compiler.slot(operand) for operand in op.operands)
    dtype = dtype_of(op.operands[0].type)
    body = compiler.block(op.regions[0].blocks[0])
    index, *carried = body.arguments
    results = [compiler.slot(result) for result in op.results]

    def turn(values, number, current):
        values[index] = number
        for slot, value in zip(carried, current):
            values[slot] = value
        body.run(values)
        return [values[slot] for slot in body.results]

    def run(values):
        first, last, by = values[lower], values[upper], values[step]
        current = [values[slot] for slot in start]
        if _is_one(first, last, by):
            for number in range(_item(first), _item(last), _item(by)):
                current = turn(values, dtype.type(number), current)
        else:
            mask, number = values[MASK], first
            while np.any(active := (number < last) if mask is None else (number < last) & mask):
                values[MASK] = _both(mask, number < last)
                current = [chosen(active, new, old) for new, old in zip(turn(values, number, current), current)]
                number = np.where(active, number + by, number)
            values[MASK] = mask
        for slot, value in zip(results, current):
            values[slot] = value

    return run


@makes("scf.while")
def _while(op, compiler):
    start = [compiler.slot(operand) for operand in op.operands]
    before, after = (compiler.block(region.blocks[0]) for region in op.regions)
    results = [compiler.slot(result) for result in op.results]
    condition, *forwarded = before.results

    def enter(values, body, arguments):
        for slot, value in zip(body.arguments, arguments):
            values[slot] = value
        body.run(values)

    def run(values):
        mask = active = values[MASK]
        arguments, found = [values[slot] for slot in start], None
        while True:
            values[MASK] = active
            enter(values, before, arguments)
            passed = [values[slot] for slot in forwarded]
            found = passed if found is None else [chosen(active, new, old) for new, old in zip(passed, found)]
            goes_on = values[condition] if active is None else values[condition] & active
            if not np.any(goes_on):
                break
            values[MASK] = active = None if np.all(goes_on) else goes_on
            enter(values, after, found)
            arguments = [chosen(active, new, old) for new, old in zip([values[slot] for slot in after.results], arguments)]
        values[MASK] = mask
        for slot, value in zip(results, found):
            values[slot] = value

    return run


@makes("scf.execute_region")
def _execute_region(op, compiler):
    body = compiler.block(op.regions[0].blocks[0])
    results = [compiler.slot(result) for result in op.results]

    def run(values):
        body.run(values)
        for slot, inner in zip(results, body.results):
            values[slot] = values[inner]

    return run


@makes("cf.assert")
def _assert(op, compiler):
    condition, message = compiler.slot(op.operands[0]), ir.StringAttr(op.attributes["msg"]).value

    def run(values):
        holds = values[condition] if values[MASK] is None else values[condition] | ~values[MASK]
        if not np.all(holds):
            raise AssertionError(message)

    return run
