"""What IREE may put into one kernel with a reduction."""

from torch_mlir import ir

from ._linalg import RESHAPES, is_elementwise

_NO_REDUCTIONS = ("linalg.broadcast", "linalg.elementwise", "linalg.fill", "linalg.map", "linalg.transpose")


def is_parallel(op: ir.Operation) -> bool:
    return op.name in _NO_REDUCTIONS or is_elementwise(op)


def follows_reduction(value: ir.Value, known: dict[ir.Operation, bool]) -> bool:
    """Whether IREE may put the value into one kernel with a reduction that comes before it."""
    owner = value.owner
    if isinstance(owner, ir.Block):
        return False
    op = owner.operation
    if op not in known:
        if op.name in RESHAPES:
            known[op] = follows_reduction(op.operands[0], known)
        elif not op.name.startswith("linalg."):
            known[op] = False
        else:
            known[op] = not is_parallel(op) or any(follows_reduction(operand, known) for operand in op.operands)
    return known[op]
