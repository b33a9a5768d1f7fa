"""Loops over whole tensors: each turn is kernels of its own, and the code is the same for any number of turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch_mlir import ir
from torch_mlir.dialects import scf

from ._scalar import Scalar, constant, int32


def repeat(
    count: int, start: Sequence[ir.Value], body: Callable[..., Sequence[ir.Value]]
) -> list[ir.Value]:
    """`body(number, *carried)` for each i32 number from 0 to below `count`; what is carried at the end."""
    index = ir.IndexType.get()
    op = scf.ForOp(constant(index, 0).value, constant(index, count).value, constant(index, 1).value, list(start))
    with ir.InsertionPoint(op.body):
        found = body(Scalar(op.induction_variable).to(int32()), *op.inner_iter_args)
        scf.YieldOp(list(found))
    return list(op.results)


def _is_inside(value: ir.Value, op: ir.Operation) -> bool:
    owner = value.owner.owner if isinstance(value.owner, ir.Block) else value.owner.parent
    while owner is not None and owner.operation != op:
        owner = owner.operation.parent
    return owner is not None


def outside(value: ir.Value) -> ir.InsertionPoint:
    """Before the loops around the current insertion point that do not compute a value, for what is made of it alone."""
    point = ir.InsertionPoint.current
    op = point.block.owner.operation
    while op.name == "scf.for" and not _is_inside(value, op):
        point, op = ir.InsertionPoint(op), op.parent.operation
    return point
