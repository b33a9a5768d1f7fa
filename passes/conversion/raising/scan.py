"""Recognises our operator of cumulative sums and their like."""

from torch_mlir import ir

from fungible.dialects.fungible import numerics, scan

from ..._attributes import integer, string
from ..._torch import builtin_type, constant_int, constant_string, from_builtins, to_builtin


def _scan(op: ir.OpView) -> list[ir.Value]:
    input_, dim, kind = op.operation.operands
    raised = scan.ScanOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(input_)],
        {"dim": integer(constant_int(dim)), "kind": string(constant_string(kind)), "numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


RAISINGS = {"torch.fungible.scan": _scan}
