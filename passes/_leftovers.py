"""Counts the operations that a stage may not hold, and says so in one located error."""

from collections.abc import Iterable
from dataclasses import dataclass

from torch_mlir import ir

from ._pass import PassFailure


@dataclass
class Leftover:
    """Operations of one name: how many there are, where the first one is, and the types that it
    takes and gives.

    `reason` says why it may not be there, where more is known than that.
    """

    name: str
    count: int
    location: ir.Location
    types: tuple[str, ...] = ()
    reason: str = ""


def count(ops: Iterable[ir.OpView]) -> list[Leftover]:
    """Groups operations by name, most frequent first."""
    found: dict[str, Leftover] = {}
    for op in ops:
        name = op_name(op)
        entry = found.setdefault(name, Leftover(name, 0, op.location, _types(op)))
        entry.count += 1
    return sorted(found.values(), key=lambda entry: (-entry.count, entry.name))


def _types(op: ir.OpView) -> tuple[str, ...]:
    return tuple(str(value.type) for value in (*op.operation.operands, *op.operation.results))


def op_name(op: ir.OpView) -> str:
    """The op's name; what `torch.operator` carries for one that torch-mlir does not know."""
    if op.operation.name == "torch.operator":
        return ir.StringAttr(op.operation.attributes["name"]).value
    return op.operation.name


def summary(leftovers: list[Leftover]) -> str:
    """`torch.aten.a (3), torch.aten.b (1)`"""
    return ", ".join(f"{entry.name} ({entry.count})" for entry in leftovers)


def fail(ops: list[ir.OpView], what: str) -> None:
    """Emits one error at the first of the operations, which lists all of them with their counts.

    Raises:
        PassFailure: always.
    """
    ops[0].location.emit_error(f"{what}: {summary(count(ops))}")
    raise PassFailure(what)
