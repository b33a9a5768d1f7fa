"""Batch normalization, on the statistics of the batch or on running ones."""

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
    real,
)
from .numerics import RoundingOp


def _check_input(input_: ir.Value) -> None:
    type_ = expect_float(input_, "input")
    expect(type_.rank >= 2, f"expects input of rank 2 or more, but it is {type_}")


def _check_channels(input_: ir.Value, **values: ir.Value) -> None:
    """Values `[C]` of the input's elements."""
    for what, value in values.items():
        expect_like(value, what, [input_.type.shape[1]], input_, "input")


class BatchNormOp(RoundingOp, name="batch_norm", traits=[Pure]):
    """Batch normalization of channels, as in training.

        mean = E[x],  variance = E[(x - mean)^2],  rstd = 1 / sqrt(variance + eps)     (over all but dimension 1)
        output = (x - mean) * rstd * weight + bias
        new_running_mean = (1 - momentum) * running_mean + momentum * mean
        new_running_var  = (1 - momentum) * running_var  + momentum * variance * n / (n - 1)

    where n is the number of elements of a channel. Operands: input `[N, C, ...]`; weight, bias,
    running_mean and running_var `[C]`. Results: output like input, the others `[C]`.
    Source: Ioffe, Szegedy 2015 (arXiv:1502.03167); `torch.nn.functional.batch_norm`.
    """

    input: Operand[Tensor]
    weight: Operand[Tensor]
    bias: Operand[Tensor]
    running_mean: Operand[Tensor]
    running_var: Operand[Tensor]
    output: Result[Tensor]
    mean: Result[Tensor]
    rstd: Result[Tensor]
    new_running_mean: Result[Tensor]
    new_running_var: Result[Tensor]
    momentum: ir.FloatAttr
    eps: ir.FloatAttr

    def check(self) -> None:
        input_, weight, bias, running_mean, running_var = self.operation.operands
        output, mean, rstd, new_running_mean, new_running_var = self.operation.results
        _check_input(input_)
        _check_channels(input_, weight=weight, bias=bias, running_mean=running_mean, running_var=running_var)
        expect_same_type(output, "output", input_, "input")
        _check_channels(
            input_, mean=mean, rstd=rstd, new_running_mean=new_running_mean, new_running_var=new_running_var
        )
        real(self, "momentum")
        expect(real(self, "eps") >= 0, "expects eps not to be negative")


class BatchNormBackwardOp(RoundingOp, name="batch_norm_backward", traits=[Pure]):
    """Gradients of `batch_norm`, from the statistics of the batch that it returned.

        n = (x - mean) * rstd,  g = grad_output * weight
        grad_input = rstd * (g - E[g] - n * E[g * n])          (means over all but dimension 1)
        grad_weight = sum of grad_output * n,  grad_bias = sum of grad_output

    Operands: grad_output and input `[N, C, ...]`; weight, mean and rstd `[C]`.
    Results: grad_input like input; grad_weight and grad_bias `[C]`.
    Source: `torch.ops.aten.native_batch_norm_backward` with `train=True`.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    weight: Operand[Tensor]
    mean: Operand[Tensor]
    rstd: Operand[Tensor]
    grad_input: Result[Tensor]
    grad_weight: Result[Tensor]
    grad_bias: Result[Tensor]

    def check(self) -> None:
        grad_output, input_, weight, mean, rstd = self.operation.operands
        grad_input, grad_weight, grad_bias = self.operation.results
        _check_input(input_)
        expect_same_type(grad_output, "grad_output", input_, "input")
        _check_channels(input_, weight=weight, mean=mean, rstd=rstd)
        expect_same_type(grad_input, "grad_input", input_, "input")
        _check_channels(input_, grad_weight=grad_weight, grad_bias=grad_bias)


class BatchNormInferenceOp(RoundingOp, name="batch_norm_inference", traits=[Pure]):
    """Batch normalization by running statistics, which stay as they are.

        output = (x - running_mean) / sqrt(running_var + eps) * weight + bias

    Operands: input `[N, C, ...]`; weight, bias, running_mean and running_var `[C]`.
    Result: output like input. Source: `torch.nn.functional.batch_norm` with `training=False`.
    """

    input: Operand[Tensor]
    weight: Operand[Tensor]
    bias: Operand[Tensor]
    running_mean: Operand[Tensor]
    running_var: Operand[Tensor]
    output: Result[Tensor]
    eps: ir.FloatAttr

    def check(self) -> None:
        input_, weight, bias, running_mean, running_var = self.operation.operands
        _check_input(input_)
        _check_channels(input_, weight=weight, bias=bias, running_mean=running_mean, running_var=running_var)
        expect_same_type(self.operation.results[0], "output", input_, "input")
        expect(real(self, "eps") >= 0, "expects eps not to be negative")


class BatchNormInferenceBackwardOp(RoundingOp, name="batch_norm_inference_backward", traits=[Pure]):
    """Gradients of `batch_norm_inference`; the running statistics are constants.

        rstd = 1 / sqrt(running_var + eps)
        grad_input = grad_output * weight * rstd
        grad_weight = sum of grad_output * (x - running_mean) * rstd,  grad_bias = sum of grad_output

    Operands: grad_output and input `[N, C, ...]`; weight, running_mean and running_var `[C]`.
    Results: grad_input like input; grad_weight and grad_bias `[C]`.
    Source: `torch.ops.aten.native_batch_norm_backward` with `train=False`.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    weight: Operand[Tensor]
    running_mean: Operand[Tensor]
    running_var: Operand[Tensor]
    grad_input: Result[Tensor]
    grad_weight: Result[Tensor]
    grad_bias: Result[Tensor]
    eps: ir.FloatAttr

    def check(self) -> None:
        grad_output, input_, weight, running_mean, running_var = self.operation.operands
        grad_input, grad_weight, grad_bias = self.operation.results
        _check_input(input_)
        expect_same_type(grad_output, "grad_output", input_, "input")
        _check_channels(input_, weight=weight, running_mean=running_mean, running_var=running_var)
        expect_same_type(grad_input, "grad_input", input_, "input")
        _check_channels(input_, grad_weight=grad_weight, grad_bias=grad_bias)
        expect(real(self, "eps") >= 0, "expects eps not to be negative")
