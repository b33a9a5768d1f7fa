"""What IREE may put into one kernel with a reduction."""

from torch_mlir import ir

from ._linalg import RESHAPES, is_elementwise

_NO_REDUCTIONS = ("linalg.broadcast", "linalg.elementwise", "linalg.fill", "linalg.map", "linalg.transpose")


def is_parallel(op: ir.Operation) -> bool:
    return op.name in _NO_REDUCTIONS or is_elementwise(op)


def follows_reduction(value: ir.Value, known: dict[ir.Operation, bool]) -> bool:
    """Whether IREE may put the value into one kernel with a reduction that comes before it.

    Args:
        known: What was found for ops so far, which is filled.
    """
    if isinstance(value.owner, ir.Block):
        return False
    waiting = [value.owner.operation]
    while waiting:
        op = waiting[-1]
        before = _made_of(op)
        if op in known or not before:
            known.setdefault(op, op.name.startswith("linalg.") and not is_parallel(op))
            waiting.pop()
            continue
        unknown = [operand for operand in before if operand not in known]
        waiting += unknown
        if not unknown:
            known[op] = any(known[operand] for operand in before)
    return known[value.owner.operation]


def _made_of(op: ir.Operation) -> list[ir.Operation]:
    """The ops whose results a reshaping or parallel op may be in one kernel with."""
    if op.name not in RESHAPES and not is_parallel(op):
        return []
    operands = list(op.operands)[:1] if op.name in RESHAPES else list(op.operands)
    return [operand.owner.operation for operand in operands if not isinstance(operand.owner, ir.Block)]
