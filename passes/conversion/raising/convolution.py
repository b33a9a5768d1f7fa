"""Recognises convolution; transposed convolution is left to torch-mlir."""

from torch_mlir import ir

from fungible.dialects.fungible import convolution, numerics

from ..._attributes import integer, integers
from ..._torch import (
    builtin_type,
    constant_bool,
    constant_int,
    constant_ints,
    from_builtins,
    is_none,
    to_builtin,
)


def _attributes(spatial: int, stride: ir.Value, padding: ir.Value, dilation: ir.Value, groups: ir.Value) -> dict:
    def each(value):
        listed = constant_ints(value)
        return integers(listed * spatial if len(listed) == 1 else listed)

    return {
        "stride": each(stride),
        "padding": each(padding),
        "dilation": each(dilation),
        "groups": integer(constant_int(groups)),
        "numerics": numerics.fast(),
    }


def _convolution(op: ir.OpView) -> list[ir.Value] | None:
    input_, weight, bias, stride, padding, dilation, transposed, _, groups = op.operation.operands
    if constant_bool(transposed):
        return None
    operands = [to_builtin(value) for value in (input_, weight, bias) if not is_none(value)]
    raised = convolution.ConvolutionOp.create(
        [builtin_type(op.operation.results[0].type)],
        operands,
        _attributes(operands[0].type.rank - 2, stride, padding, dilation, groups),
    )
    return from_builtins(raised.results, op)


def _convolution_backward(op: ir.OpView) -> list[ir.Value] | None:
    grad_output, input_, weight, _, stride, padding, dilation, transposed, _, groups, _ = op.operation.operands
    if constant_bool(transposed):
        return None
    operands = [to_builtin(value) for value in (grad_output, input_, weight)]
    type_, kernel = operands[1].type, operands[2].type
    bias = ir.RankedTensorType.get(kernel.shape[:1], kernel.element_type)
    raised = convolution.ConvolutionBackwardOp.create(
        [type_, kernel, bias],
        operands,
        _attributes(type_.rank - 2, stride, padding, dilation, groups),
    )
    return from_builtins(raised.results, op)


RAISINGS = {
    "torch.aten.convolution": _convolution,
    "torch.aten.convolution_backward": _convolution_backward,
}
