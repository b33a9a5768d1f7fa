"""Replaces operations by name, one walk over the module."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from torch_mlir import ir

from ._pass import PassFailure

#: Builds in front of the op and returns what replaces its results, or None to leave it alone.
Rewrite = Callable[[ir.OpView], Sequence[ir.Value] | None]


def operations(op: ir.Operation | ir.OpView) -> Iterator[ir.OpView]:
    """All operations inside, outer before inner; the list is fixed before the first is given."""
    found = []

    def visit(inner):
        found.append(inner.opview)
        return ir.WalkResult.ADVANCE

    op.operation.walk(visit, ir.WalkOrder.PRE_ORDER)
    yield from found[1:]


def apply(module: ir.Operation, table: Mapping[str, Rewrite]) -> int:
    """Applies the rewrites to every op that has one; returns how many were replaced.

    A rewrite that raises ValueError emits the message as an error on the op; the walk
    goes on, so that all of them are reported, and PassFailure follows.
    """
    replaced, failed = 0, False
    for op in operations(module):
        name = op.operation.name
        if name == "torch.operator":
            name = ir.StringAttr(op.operation.attributes["name"]).value
        rewrite = table.get(name)
        if rewrite is None:
            continue
        try:
            with ir.InsertionPoint(op), op.location:
                values = rewrite(op)
        except ValueError as error:
            op.location.emit_error(f"'{name}': {error}")
            failed = True
            continue
        if values is None:
            continue
        for result, value in zip(op.operation.results, values, strict=True):
            result.replace_all_uses_with(value)
        op.operation.erase()
        replaced += 1
    if failed:
        raise PassFailure("see the errors above")
    return replaced
