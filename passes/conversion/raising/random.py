"""Recognises our random operators."""

from torch_mlir import ir

from fungible.dialects.fungible import numerics, random

from ..._attributes import integer, real
from ..._torch import builtin_type, constant_float, constant_int, from_builtins, to_builtin


def _uniform(op: ir.OpView) -> list[ir.Value]:
    _, seed, step, stream = op.operation.operands
    raised = random.UniformOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(seed), to_builtin(step)],
        {"stream": integer(constant_int(stream))},
    )
    return from_builtins(raised.results, op)


def _dropout(op: ir.OpView) -> list[ir.Value]:
    input_, seed, step, p, stream = op.operation.operands
    raised = random.DropoutOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(input_), to_builtin(seed), to_builtin(step)],
        {"p": real(constant_float(p)), "stream": integer(constant_int(stream)), "numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


RAISINGS = {"torch.fungible.uniform": _uniform, "torch.fungible.dropout": _dropout}
