"""Recognises softmax."""

from torch_mlir import ir

from fungible.dialects.fungible import numerics, softmax

from ..._attributes import boolean, integer
from ..._torch import builtin_type, constant_int, from_builtins, to_builtin
from .loss import cross_entropy_backward


def _dim(value: ir.Value, tensor: ir.Value) -> ir.IntegerAttr:
    """A dimension, counted from the front."""
    return integer(constant_int(value) % max(tensor.type.rank, 1))


def _raise(kind: type, op: ir.OpView, tensors: list[ir.Value], dim: ir.Value, **attributes) -> list[ir.Value] | None:
    tensors = [to_builtin(value) for value in tensors]
    if tensors[0].type.rank == 0 or builtin_type(op.operation.results[0].type) != tensors[0].type:
        return None  # a scalar, or a result of another dtype: torch-mlir decomposes these
    attributes |= {"dim": _dim(dim, tensors[0]), "numerics": numerics.fast()}
    return from_builtins(kind.create([tensors[0].type], tensors, attributes).results, op)


def _softmax(op: ir.OpView) -> list[ir.Value] | None:
    input_, dim, _ = op.operation.operands
    return _raise(softmax.SoftmaxOp, op, [input_], dim, safe=boolean(False))


def _safe_softmax(op: ir.OpView) -> list[ir.Value] | None:
    input_, dim, _ = op.operation.operands
    return _raise(softmax.SoftmaxOp, op, [input_], dim, safe=boolean(True))


def _log_softmax(op: ir.OpView) -> list[ir.Value] | None:
    input_, dim, _ = op.operation.operands
    return _raise(softmax.LogSoftmaxOp, op, [input_], dim)


def _softmax_backward(op: ir.OpView) -> list[ir.Value] | None:
    grad_output, output, dim, _ = op.operation.operands
    return _raise(softmax.SoftmaxBackwardOp, op, [grad_output, output], dim)


def _log_softmax_backward(op: ir.OpView) -> list[ir.Value] | None:
    """Part of the gradient of a cross entropy where it fits one, else on its own."""
    raised = cross_entropy_backward(op)
    if raised is not None:
        return raised
    grad_output, output, dim, _ = op.operation.operands
    return _raise(softmax.LogSoftmaxBackwardOp, op, [grad_output, output], dim)


RAISINGS = {
    "torch.aten._softmax": _softmax,
    "torch.aten._safe_softmax": _safe_softmax,
    "torch.aten._log_softmax": _log_softmax,
    "torch.aten._softmax_backward_data": _softmax_backward,
    "torch.aten._log_softmax_backward_data": _log_softmax_backward,
}
