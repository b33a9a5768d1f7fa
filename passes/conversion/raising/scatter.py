"""Recognises our operator of scatters."""

from torch_mlir import ir

from fungible.dialects.fungible import numerics, scatter

from ..._attributes import boolean, integer, string
from ..._torch import builtin_type, constant_bool, constant_int, constant_string, from_builtins, to_builtin


def _scatter(op: ir.OpView) -> list[ir.Value]:
    input_, dim, index, source, kind, include_self = op.operation.operands
    raised = scatter.ScatterOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(input_), to_builtin(index), to_builtin(source)],
        {
            "dim": integer(constant_int(dim)),
            "kind": string(constant_string(kind)),
            "include_self": boolean(constant_bool(include_self)),
            "numerics": numerics.fast(),
        },
    )
    return from_builtins(raised.results, op)


RAISINGS = {"torch.fungible.scatter": _scatter}
