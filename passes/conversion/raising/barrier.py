"""Recognises barriers."""

from torch_mlir import ir

from fungible.dialects.fungible import barrier

from ..._torch import from_builtins, to_builtin


def _barrier(op: ir.OpView) -> list[ir.Value]:
    input_, after = (to_builtin(value) for value in op.operation.operands)
    return from_builtins(barrier.BarrierOp.create([input_.type], [input_, after]).results, op)


RAISINGS = {"torch.fungible.barrier": _barrier}
