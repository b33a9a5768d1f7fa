"""How ops are found by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from torch_mlir import ir

if TYPE_CHECKING:
    from .blocks import Compiler

#: Reads operands from and writes results to the values of a function, by slot.
Step = Callable[[list], None]

#: Op name -> makes its step; `<dialect>.*` makes those of the dialect's other ops.
MAKERS: dict[str, Callable[[ir.Operation, Compiler], Step]] = {}


class UnknownOp(NotImplementedError):
    """The module has an op without a meaning here, or outside of the contract; the message says which and where."""

    def __init__(self, op: ir.Operation, why: str = "has no meaning in the reference interpreter"):
        super().__init__(f"{op.location}: '{op.name}' {why}")


def makes(*names: str):
    """Registers a function that makes the step of an op; it is called once for each op of the module."""

    def register(maker):
        for name in names:
            MAKERS[name] = maker
        return maker

    return register


def computes(name: str, function: Callable[..., Any] | None = None):
    """Registers a function of the operands' arrays, which returns the array of the one result."""

    def register(function):
        MAKERS[name] = lambda op, compiler: step(op, compiler, function)
        return function

    return register(function) if function is not None else register


def step(op: ir.Operation, compiler: Compiler, function: Callable[..., Any]) -> Step:
    """The step that applies a function to the operands and has one result."""
    result = compiler.slot(op.results[0])
    operands = [compiler.slot(operand) for operand in op.operands]
    if len(operands) == 1:
        (only,) = operands

        def unary(values):
            values[result] = function(values[only])

        return unary
    if len(operands) == 2:
        left, right = operands

        def binary(values):
            values[result] = function(values[left], values[right])

        return binary

    def any_number(values):
        values[result] = function(*[values[slot] for slot in operands])

    return any_number


def steps(op: ir.Operation, compiler: Compiler, function: Callable[..., Sequence[Any]]) -> Step:
    """The step that applies a function to the operands and has a sequence of results."""
    results = [compiler.slot(result) for result in op.results]
    operands = [compiler.slot(operand) for operand in op.operands]

    def run(values):
        for slot, value in zip(results, function(*[values[slot] for slot in operands]), strict=True):
            values[slot] = value

    return run
