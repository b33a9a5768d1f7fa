"""Recognises normalization."""

from torch_mlir import ir

from fungible.dialects.fungible import normalization, numerics

from ..._attributes import integer, real
from ..._linalg import constant_tensor
from ..._torch import builtin_type, constant_float, constant_int, constant_ints, from_builtins, is_none, to_builtin


def _affine(weight: ir.Value, bias: ir.Value) -> list[ir.Value]:
    """Weight and bias as far as they are there; a bias alone gets ones for its weight."""
    if is_none(bias):
        return [] if is_none(weight) else [to_builtin(weight)]
    if is_none(weight):
        bias = to_builtin(bias)
        return [constant_tensor(bias.type, 1), bias]
    return [to_builtin(weight), to_builtin(bias)]


def _layer_norm(op: ir.OpView) -> list[ir.Value]:
    input_, shape, weight, bias, eps = op.operation.operands
    raised = normalization.LayerNormOp.create(
        [builtin_type(result.type) for result in op.operation.results],
        [to_builtin(input_), *_affine(weight, bias)],
        {
            "normalized_rank": integer(len(constant_ints(shape))),
            "eps": real(constant_float(eps)),
            "numerics": numerics.fast(),
        },
    )
    return from_builtins(raised.results, op)


def _layer_norm_backward(op: ir.OpView) -> list[ir.Value]:
    grad_output, input_, shape, mean, rstd, weight, _, _ = op.operation.operands
    operands = [to_builtin(value) for value in (grad_output, input_, mean, rstd, weight) if not is_none(value)]
    type_ = operands[1].type
    rank = len(constant_ints(shape))
    inner = ir.RankedTensorType.get(type_.shape[type_.rank - rank :], type_.element_type)
    raised = normalization.LayerNormBackwardOp.create(
        [type_, inner, inner],
        operands,
        {"normalized_rank": integer(rank), "numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


def _group_norm(op: ir.OpView) -> list[ir.Value]:
    input_, weight, bias, _, _, _, groups, eps = op.operation.operands
    raised = normalization.GroupNormOp.create(
        [builtin_type(result.type) for result in op.operation.results],
        [to_builtin(input_), *_affine(weight, bias)],
        {
            "groups": integer(constant_int(groups)),
            "eps": real(constant_float(eps)),
            "numerics": numerics.fast(),
        },
    )
    return from_builtins(raised.results, op)


def _group_norm_backward(op: ir.OpView) -> list[ir.Value]:
    grad_output, input_, mean, rstd, weight, _, _, _, groups, _ = op.operation.operands
    operands = [to_builtin(value) for value in (grad_output, input_, mean, rstd, weight) if not is_none(value)]
    type_ = operands[1].type
    channels = ir.RankedTensorType.get([type_.shape[1]], type_.element_type)
    raised = normalization.GroupNormBackwardOp.create(
        [type_, channels, channels],
        operands,
        {"groups": integer(constant_int(groups)), "numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


RAISINGS = {
    "torch.aten.native_layer_norm": _layer_norm,
    "torch.aten.native_layer_norm_backward": _layer_norm_backward,
    "torch.aten.native_group_norm": _group_norm,
    "torch.aten.native_group_norm_backward": _group_norm_backward,
}
