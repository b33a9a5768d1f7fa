"""Blocks of a function as lists of steps over its values, which are numbered once.

A value is an array: a tensor, or the scalar of a point. In the body of a structured op a scalar has the values of
many points at once, with a dimension for each iterator (of size 1 where the value is the same along it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch_mlir import ir

from .float32 import Float32
from .registry import MAKERS, Step, UnknownOp

#: Slots that every function has: which points are active (a boolean array, None for all), and the indices of each
#: iterator of the structured op whose body runs.
MASK, DOMAIN = 0, 1

_TERMINATORS = {"func.return", "linalg.yield", "scf.yield", "scf.condition", "tensor.yield"}


@dataclass(frozen=True)
class Instruction:
    """The step of an op, and the slots that it reads and writes."""

    name: str
    step: Step
    reads: frozenset[int]
    writes: tuple[int, ...]


@dataclass(frozen=True)
class Body:
    """A block: the slots of its arguments and of what its terminator names."""

    arguments: tuple[int, ...]
    instructions: tuple[Instruction, ...]
    results: tuple[int, ...]

    def run(self, values: list) -> None:
        for instruction in self.instructions:
            instruction.step(values)


class Compiler:
    """Numbers the values of one function, and makes the steps of its ops.

    Attributes:
        float32: the arithmetic.
        is_exact: whether the module promises that every op has one meaning.
        symbols: what the module defines by name; see `interpreter.py`.
    """

    def __init__(self, float32: Float32, is_exact: bool, symbols):
        self.float32 = float32
        self.is_exact = is_exact
        self.symbols = symbols
        self._slots: dict[ir.Value, int] = {}
        self.size = 2

    def slot(self, value: ir.Value) -> int:
        if value not in self._slots:
            self._slots[value] = self.new_slot()
        return self._slots[value]

    def new_slot(self) -> int:
        self.size += 1
        return self.size - 1

    def block(self, block: ir.Block) -> Body:
        """Raises UnknownOp for an op that has no meaning here."""
        *ops, terminator = (op.operation for op in block.operations)
        if terminator.name not in _TERMINATORS:
            raise UnknownOp(terminator)
        return Body(
            tuple(self.slot(argument) for argument in block.arguments),
            tuple(self._instruction(op) for op in ops),
            tuple(self.slot(operand) for operand in terminator.operands),
        )

    def _instruction(self, op: ir.Operation) -> Instruction:
        maker = MAKERS.get(op.name) or MAKERS.get(f"{op.name.partition('.')[0]}.*")
        if maker is None:
            raise UnknownOp(op)
        try:
            step = maker(op, self)
        except ValueError as error:
            raise UnknownOp(op, str(error)) from error
        reads = frozenset(self.slot(value) for value in _read(op))
        return Instruction(op.name, step, reads, tuple(self.slot(result) for result in op.results))


def _read(op: ir.Operation) -> Iterator[ir.Value]:
    """The operands of an op and of all ops inside of it."""
    yield from op.operands
    for region in op.regions:
        for block in region:
            for inner in block.operations:
                yield from _read(inner.operation)
