"""Convolution over one, two or three dimensions, and its gradients."""

from collections.abc import Sequence

from torch_mlir import ir

from .._base import (
    Integers,
    Operand,
    Pure,
    Result,
    Tensor,
    expect,
    expect_float,
    expect_like,
    expect_rank,
    expect_same_element,
    expect_same_type,
    integer,
    integers,
)
from .numerics import RoundingOp


def _check_geometry(op: RoundingOp, input_: ir.Value, weight: ir.Value) -> list[int]:
    """Input, weight and attributes fit each other; returns the shape of the output."""
    type_ = expect_float(input_, "input")
    expect(3 <= type_.rank <= 5, f"expects input of rank 3, 4 or 5, but it is {type_}")
    kernel = expect_rank(weight, "weight", type_.rank)
    expect_same_element(weight, "weight", input_, "input")
    groups, spatial = integer(op, "groups"), type_.rank - 2
    expect(groups >= 1, f"expects at least one group, but groups is {groups}")
    expect(
        type_.shape[1] == kernel.shape[1] * groups and kernel.shape[0] % groups == 0,
        f"expects weight to divide the channels of {type_} into {groups} group(s), but it is {kernel}",
    )
    shape = [type_.shape[0], kernel.shape[0]]
    for name, least in (("stride", 1), ("padding", 0), ("dilation", 1)):
        values = integers(op, name)
        expect(
            len(values) == spatial and all(value >= least for value in values),
            f"expects {name} to be {spatial} integer(s) of at least {least}, but it is {values}",
        )
    for d in range(spatial):
        stride, padding, dilation = (integers(op, name)[d] for name in ("stride", "padding", "dilation"))
        room = type_.shape[d + 2] + 2 * padding - dilation * (kernel.shape[d + 2] - 1) - 1
        expect(
            room >= 0,
            f"expects the window to fit in the padded input, but dimension {d + 2} of {type_} is too short",
        )
        shape.append(room // stride + 1)
    return shape


class ConvolutionOp(RoundingOp, name="convolution", traits=[Pure]):
    """Convolution (cross-correlation, as in PyTorch) with zero padding.

        y[n, f, o] = bias[f] + sum over c, k of weight[f, c, k] * x[n, c, o * stride + k * dilation - padding]

    where o and k are indices of one to three dimensions, and c runs over the channels of f's group.
    Operands: input `[N, C, size...]`, weight `[F, C / groups, kernel...]`; bias `[F]` where there is one.
    Result: output `[N, F, ...]`.
    Source: `torch.ops.aten.convolution`, not transposed.
    """

    input: Operand[Tensor]
    weight: Operand[Tensor]
    bias: Sequence[Operand[Tensor]]
    output: Result[Tensor]
    stride: Integers
    padding: Integers
    dilation: Integers
    groups: ir.IntegerAttr

    def check(self) -> None:
        input_, weight, *bias = self.operation.operands
        expect_like(self.operation.results[0], "output", _check_geometry(self, input_, weight), input_, "input")
        expect(len(bias) <= 1, f"expects at most one bias, but there are {len(bias)}")
        for value in bias:
            expect_like(value, "bias", weight.type.shape[:1], input_, "input")


class ConvolutionBackwardOp(RoundingOp, name="convolution_backward", traits=[Pure]):
    """Gradients of `convolution` with regard to input, weight and bias.

        grad_input[n, c, i]  = sum of weight[f, c, k] * grad_output[n, f, o]
                               over f and all o, k with i = o * stride + k * dilation - padding
        grad_weight[f, c, k] = sum over n, o of grad_output[n, f, o] * x[n, c, o * stride + k * dilation - padding]
        grad_bias[f]         = sum over n, o of grad_output[n, f, o]

    Operands: grad_output like the output of `convolution`, input, weight.
    Results: grad_input like input, grad_weight like weight, grad_bias `[F]`.
    Source: `torch.ops.aten.convolution_backward`, not transposed.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    weight: Operand[Tensor]
    grad_input: Result[Tensor]
    grad_weight: Result[Tensor]
    grad_bias: Result[Tensor]
    stride: Integers
    padding: Integers
    dilation: Integers
    groups: ir.IntegerAttr

    def check(self) -> None:
        grad_output, input_, weight = self.operation.operands
        grad_input, grad_weight, grad_bias = self.operation.results
        expect_like(grad_output, "grad_output", _check_geometry(self, input_, weight), input_, "input")
        expect_same_type(grad_input, "grad_input", input_, "input")
        expect_same_type(grad_weight, "grad_weight", weight, "weight")
        expect_like(grad_bias, "grad_bias", weight.type.shape[:1], input_, "input")
