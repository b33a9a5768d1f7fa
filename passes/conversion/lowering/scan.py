"""Cumulative sums and their like to linalg."""

from torch_mlir import ir

from fungible.dialects._base import integer, string

from ..._linalg import reshape
from ..._middle import in_the_middle
from ..._scans import scan


def _scan(op: ir.OpView) -> list[ir.Value]:
    (input_,) = op.operation.operands
    result = scan(in_the_middle(input_, integer(op, "dim")), string(op, "kind"))
    return [reshape(result, list(input_.type.shape))]


LOWERINGS = {"fungible.scan": _scan}
