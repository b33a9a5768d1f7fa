"""Recognises our operator of sorting."""

from torch_mlir import ir

from fungible.dialects.fungible import sorting

from ..._attributes import boolean, integer
from ..._torch import builtin_type, constant_bool, constant_int, from_builtins, to_builtin


def _argsort(op: ir.OpView) -> list[ir.Value]:
    input_, dim, descending = op.operation.operands
    raised = sorting.ArgsortOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(input_)],
        {"dim": integer(constant_int(dim)), "descending": boolean(constant_bool(descending))},
    )
    return from_builtins(raised.results, op)


RAISINGS = {"torch.fungible.argsort": _argsort}
