"""Recognises our operators of recurrent layers."""

from collections.abc import Callable

from torch_mlir import ir

from fungible.dialects.fungible import numerics, recurrence

from ..._attributes import string
from ..._torch import builtin_type, constant_string, from_builtins, to_builtin


def _raising(kind: type, tensors: int) -> Callable[[ir.OpView], list[ir.Value]]:
    """For an operator of so many tensors; what may follow them is the nonlinearity."""

    def rewrite(op: ir.OpView) -> list[ir.Value]:
        operands = list(op.operation.operands)
        attributes = {"numerics": numerics.fast()}
        for value in operands[tensors:]:
            attributes["nonlinearity"] = string(constant_string(value))
        raised = kind.create(
            [builtin_type(result.type) for result in op.operation.results],
            [to_builtin(value) for value in operands[:tensors]],
            attributes,
        )
        return from_builtins(raised.results, op)

    return rewrite


RAISINGS = {
    "torch.fungible.gru": _raising(recurrence.GruOp, 4),
    "torch.fungible.gru_backward": _raising(recurrence.GruBackwardOp, 6),
    "torch.fungible.lstm": _raising(recurrence.LstmOp, 4),
    "torch.fungible.lstm_backward": _raising(recurrence.LstmBackwardOp, 6),
    "torch.fungible.rnn": _raising(recurrence.RnnOp, 3),
    "torch.fungible.rnn_backward": _raising(recurrence.RnnBackwardOp, 3),
}
