"""Recognises batch normalization."""

from torch_mlir import ir

from fungible.dialects.fungible import batch_norm, numerics

from ..._attributes import real
from ..._linalg import constant_tensor, like
from ..._torch import constant_bool, constant_float, from_builtins, is_none, to_builtin


def _of_channels(value: ir.Value | None, input_: ir.Value, number: int) -> ir.Value:
    """A value `[C]`; where there is none, that number for each channel."""
    if value is None or is_none(value):
        return constant_tensor(like(input_, [input_.type.shape[1]]), number)
    return to_builtin(value)


def _raise(
    op: ir.OpView, tensors: list[ir.Value | None], training: ir.Value, momentum: ir.Value, eps: ir.Value
) -> list[ir.Value]:
    """The op in the mode that `training` says, with as many results as the torch op has.

    `tensors` are input, weight, bias, running mean and running variance.
    """
    input_ = to_builtin(tensors[0])
    operands = [input_, *(_of_channels(x, input_, n) for x, n in zip(tensors[1:], (1, 0, 0, 1), strict=True))]
    channels = like(input_, [input_.type.shape[1]])
    attributes = {"eps": real(constant_float(eps)), "numerics": numerics.fast()}
    if constant_bool(training):
        attributes["momentum"] = real(constant_float(momentum))
        results = batch_norm.BatchNormOp.create([input_.type, *[channels] * 4], operands, attributes).results
    else:
        output = batch_norm.BatchNormInferenceOp.create([input_.type], operands, attributes).results[0]
        nothing_saved = constant_tensor(like(input_, [0]), 0)
        results = [output, nothing_saved, nothing_saved, *operands[3:]]
    return from_builtins(list(results)[: len(op.operation.results)], op)


def _functional(op: ir.OpView) -> list[ir.Value]:
    *tensors, training, momentum, eps = op.operation.operands
    return _raise(op, tensors, training, momentum, eps)


def _no_statistics(op: ir.OpView) -> list[ir.Value]:
    *tensors, training, momentum, eps = op.operation.operands
    return _raise(op, [*tensors, None, None], training, momentum, eps)


def _native(op: ir.OpView) -> list[ir.Value]:
    *tensors, training, momentum, eps = op.operation.operands
    if constant_bool(training) and not is_none(tensors[3]):
        raise ValueError(
            "writes its running statistics in place; expects _native_batch_norm_legit_functional instead"
        )
    return _raise(op, tensors, training, momentum, eps)


def _backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_, weight, running_mean, running_var, mean, rstd, training, eps, _ = op.operation.operands
    grad, input_ = to_builtin(grad), to_builtin(input_)
    channels = like(input_, [input_.type.shape[1]])
    types = [input_.type, channels, channels]
    leading = [grad, input_, _of_channels(weight, input_, 1)]
    if constant_bool(training):
        raised = batch_norm.BatchNormBackwardOp.create(
            types, [*leading, to_builtin(mean), to_builtin(rstd)], {"numerics": numerics.fast()}
        )
    else:
        raised = batch_norm.BatchNormInferenceBackwardOp.create(
            types,
            [*leading, to_builtin(running_mean), to_builtin(running_var)],
            {"eps": real(constant_float(eps)), "numerics": numerics.fast()},
        )
    return from_builtins(raised.results, op)


RAISINGS = {
    "torch.aten.native_batch_norm": _native,
    "torch.aten._native_batch_norm_legit": _native,
    "torch.aten._native_batch_norm_legit.no_stats": _no_statistics,
    "torch.aten._native_batch_norm_legit_functional": _functional,
    "torch.aten.native_batch_norm_backward": _backward,
}
