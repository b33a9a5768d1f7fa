"""Barriers to linalg."""

from torch_mlir import ir

from ..._order import behind


def _barrier(op: ir.OpView) -> list[ir.Value]:
    return [behind(*op.operation.operands)]


LOWERINGS = {"fungible.barrier": _barrier}
