"""Recognises our operator of connectionist temporal classification."""

from torch_mlir import ir

from fungible.dialects.fungible import ctc, numerics

from ..._torch import builtin_type, from_builtins, to_builtin


def _lattice(op: ir.OpView) -> list[ir.Value]:
    raised = ctc.CtcLatticeOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(value) for value in op.operation.operands],
        {"numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


RAISINGS = {"torch.fungible.ctc_lattice": _lattice}
