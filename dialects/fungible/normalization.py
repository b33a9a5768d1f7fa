"""Normalization over trailing dimensions or groups of channels."""

from collections.abc import Sequence

from torch_mlir import ir

from .._base import (
    Operand,
    Pure,
    Result,
    Tensor,
    expect,
    expect_float,
    expect_like,
    expect_same_type,
    integer,
    real,
)
from .numerics import RoundingOp


def _normalized_shape(op: RoundingOp, type_: Tensor) -> list[int]:
    rank = integer(op, "normalized_rank")
    expect(
        1 <= rank <= type_.rank,
        f"expects normalized_rank between 1 and the input's rank {type_.rank}, but it is {rank}",
    )
    return list(type_.shape[type_.rank - rank :])


def _expect(shape: Sequence[int], input_: ir.Value, **values: ir.Value) -> None:
    """Values of that shape, and of the input's elements."""
    for what, value in values.items():
        expect_like(value, what, shape, input_, "input")


def _check_statistics(op: RoundingOp, input_: ir.Value, mean: ir.Value, rstd: ir.Value) -> None:
    """Mean and rstd keep the normalized dimensions as ones."""
    type_, rank = input_.type, integer(op, "normalized_rank")
    _expect([*type_.shape[: type_.rank - rank], *[1] * rank], input_, mean=mean, rstd=rstd)


class LayerNormOp(RoundingOp, name="layer_norm", traits=[Pure]):
    """Layer normalization over the last `normalized_rank` dimensions.

        mean = E[x],  rstd = 1 / sqrt(E[(x - mean)^2] + eps),  y = (x - mean) * rstd * weight + bias

    Operands: input `[outer..., inner...]`; then nothing, weight, or weight and bias, each `[inner...]`.
    Results: output like input; mean and rstd `[outer..., 1...]`.
    Source: Ba, Kiros, Hinton 2016 (arXiv:1607.06450); `torch.nn.functional.layer_norm`.
    """

    input: Operand[Tensor]
    affine: Sequence[Operand[Tensor]]
    output: Result[Tensor]
    mean: Result[Tensor]
    rstd: Result[Tensor]
    normalized_rank: ir.IntegerAttr
    eps: ir.FloatAttr

    def check(self) -> None:
        input_, *affine = self.operation.operands
        output, mean, rstd = self.operation.results
        type_ = expect_float(input_, "input")
        inner = _normalized_shape(self, type_)
        _check_statistics(self, input_, mean, rstd)
        expect_same_type(output, "output", input_, "input")
        expect(len(affine) <= 2, f"expects at most weight and bias after the input, but has {len(affine)} operands")
        _expect(inner, input_, **dict(zip(("weight", "bias"), affine)))
        real(self, "eps")


class LayerNormBackwardOp(RoundingOp, name="layer_norm_backward", traits=[Pure]):
    """Gradients of `layer_norm`, from the statistics that it returned.

        n = (x - mean) * rstd,  g = grad_output * weight
        grad_input  = rstd * (g - E[g] - n * E[g * n])      (means over the inner dimensions)
        grad_weight = sum over outer dimensions of grad_output * n
        grad_bias   = sum over outer dimensions of grad_output

    Operands: grad_output and input `[outer..., inner...]`, mean and rstd `[outer..., 1...]`;
    then weight `[inner...]`, or nothing, which means ones.
    Results: grad_input like input; grad_weight and grad_bias `[inner...]`.
    Source: `torch.ops.aten.native_layer_norm_backward`.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    mean: Operand[Tensor]
    rstd: Operand[Tensor]
    weight: Sequence[Operand[Tensor]]
    grad_input: Result[Tensor]
    grad_weight: Result[Tensor]
    grad_bias: Result[Tensor]
    normalized_rank: ir.IntegerAttr

    def check(self) -> None:
        grad_output, input_, mean, rstd, *weight = self.operation.operands
        grad_input, grad_weight, grad_bias = self.operation.results
        type_ = expect_float(input_, "input")
        inner = _normalized_shape(self, type_)
        expect_same_type(grad_output, "grad_output", input_, "input")
        _check_statistics(self, input_, mean, rstd)
        expect(len(weight) <= 1, f"expects at most a weight after rstd, but has {len(weight)} operands")
        _expect(inner, input_, **dict(zip(("weight",), weight)))
        expect_same_type(grad_input, "grad_input", input_, "input")
        _expect(inner, input_, grad_weight=grad_weight, grad_bias=grad_bias)


def _check_groups(op: RoundingOp, input_: ir.Value, mean: ir.Value, rstd: ir.Value) -> int:
    """Statistics are `[N, groups]`; returns the number of channels."""
    type_ = expect_float(input_, "input")
    expect(type_.rank >= 2, f"expects input of rank 2 or more, but it is {type_}")
    groups, channels = integer(op, "groups"), type_.shape[1]
    expect(
        groups >= 1 and channels % groups == 0,
        f"expects groups to divide the {channels} channels, but it is {groups}",
    )
    _expect([type_.shape[0], groups], input_, mean=mean, rstd=rstd)
    return channels


class GroupNormOp(RoundingOp, name="group_norm", traits=[Pure]):
    """Normalization of each sample over groups of channels.

        y = (x - mean) * rstd * weight + bias,  mean and rstd as in `layer_norm`, over one group

    Operands: input `[N, C, ...]`; then nothing, weight, or weight and bias, each `[C]`.
    `groups` divides C. Results: output like input; mean and rstd `[N, groups]`.
    Source: Wu, He 2018 (arXiv:1803.08494); `torch.nn.functional.group_norm`.
    """

    input: Operand[Tensor]
    affine: Sequence[Operand[Tensor]]
    output: Result[Tensor]
    mean: Result[Tensor]
    rstd: Result[Tensor]
    groups: ir.IntegerAttr
    eps: ir.FloatAttr

    def check(self) -> None:
        input_, *affine = self.operation.operands
        output, mean, rstd = self.operation.results
        channels = _check_groups(self, input_, mean, rstd)
        expect_same_type(output, "output", input_, "input")
        expect(len(affine) <= 2, f"expects at most weight and bias after the input, but has {len(affine)} operands")
        _expect([channels], input_, **dict(zip(("weight", "bias"), affine)))
        expect(real(self, "eps") >= 0, "expects eps not to be negative")


class GroupNormBackwardOp(RoundingOp, name="group_norm_backward", traits=[Pure]):
    """Gradients of `group_norm`: those of `layer_norm_backward` over each group.

    Operands: grad_output and input `[N, C, ...]`, mean and rstd `[N, groups]`; then weight `[C]`,
    or nothing, which means ones. Results: grad_input like input; grad_weight and grad_bias `[C]`,
    sums over all dimensions but the channels.
    Source: `torch.ops.aten.native_group_norm_backward`.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    mean: Operand[Tensor]
    rstd: Operand[Tensor]
    weight: Sequence[Operand[Tensor]]
    grad_input: Result[Tensor]
    grad_weight: Result[Tensor]
    grad_bias: Result[Tensor]
    groups: ir.IntegerAttr

    def check(self) -> None:
        grad_output, input_, mean, rstd, *weight = self.operation.operands
        grad_input, grad_weight, grad_bias = self.operation.results
        channels = _check_groups(self, input_, mean, rstd)
        expect_same_type(grad_output, "grad_output", input_, "input")
        expect(len(weight) <= 1, f"expects at most a weight after rstd, but has {len(weight)} operands")
        _expect([channels], input_, **dict(zip(("weight",), weight)))
        expect_same_type(grad_input, "grad_input", input_, "input")
        _expect([channels], input_, grad_weight=grad_weight, grad_bias=grad_bias)
