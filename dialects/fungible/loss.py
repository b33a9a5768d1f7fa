"""Losses over classes."""

from collections.abc import Sequence

from torch_mlir import ir

from .._base import (
    Operand,
    Pure,
    Result,
    Tensor,
    expect,
    expect_float,
    expect_integer,
    expect_like,
    expect_same_type,
    expect_shape,
    integer,
    string,
)
from .numerics import RoundingOp

#: What becomes of the losses of the single samples.
REDUCTIONS = ("none", "mean", "sum")


def class_dimension(rank: int) -> int:
    """Which dimension of a tensor of scores counts classes, as PyTorch has it."""
    return 0 if rank == 1 else 1


def _check(
    op: RoundingOp, scores: ir.Value, what: str, target: ir.Value, weights: Sequence[ir.Value]
) -> list[int]:
    """Returns the shape of the samples: that of the scores without the classes."""
    type_ = expect_float(scores, what)
    expect(type_.rank >= 1, f"expects {what} of rank 1 or more, but it is {type_}")
    dim = class_dimension(type_.rank)
    samples = [n for d, n in enumerate(type_.shape) if d != dim]
    expect_shape(target, "target", samples)
    expect_integer(target, "target")
    expect(len(weights) <= 1, f"expects at most one tensor of class weights, but has {len(weights)}")
    for weight in weights:
        expect_like(weight, "weight", [type_.shape[dim]], scores, what)
    ignored = integer(op, "ignore_index")
    expect(-(2**31) <= ignored < 2**31, f"expects ignore_index to fit in 32 bits, as targets do, but it is {ignored}")
    reduction = string(op, "reduction")
    expect(
        reduction in REDUCTIONS, f"expects reduction to be one of {', '.join(REDUCTIONS)}, but it is '{reduction}'"
    )
    return samples


def _loss_shape(op: RoundingOp, samples: list[int]) -> list[int]:
    return samples if string(op, "reduction") == "none" else []


class NllLossOp(RoundingOp, name="nll_loss", traits=[Pure]):
    """Negative log likelihood of the target classes.

        l[i] = -weight[target[i]] * log_probabilities[i, target[i]]      (0 where target[i] = ignore_index)
        total_weight = sum of weight[target[i]] where target[i] is not ignored
        loss = l | sum of l / total_weight | sum of l                    (reduction none | mean | sum)

    Operands: log_probabilities `[C]`, `[N, C]` or `[N, C, ...]`, target `[]`, `[N]` or `[N, ...]` of
    integers, and possibly weight `[C]`. A target that is neither a class nor ignored, where
    PyTorch raises, gives NaN. Results: loss, a scalar unless reduction is `none`; total_weight.
    Source: `torch.nn.functional.nll_loss`.
    """

    log_probabilities: Operand[Tensor]
    target: Operand[Tensor]
    weight: Sequence[Operand[Tensor]]
    loss: Result[Tensor]
    total_weight: Result[Tensor]
    reduction: ir.StringAttr
    ignore_index: ir.IntegerAttr

    def check(self) -> None:
        log_probabilities, target, *weights = self.operation.operands
        loss, total_weight = self.operation.results
        samples = _check(self, log_probabilities, "log_probabilities", target, weights)
        expect_like(loss, "loss", _loss_shape(self, samples), log_probabilities, "log_probabilities")
        expect_like(total_weight, "total_weight", [], log_probabilities, "log_probabilities")


class NllLossBackwardOp(RoundingOp, name="nll_loss_backward", traits=[Pure]):
    """Gradient of `nll_loss`.

        grad_input[i, c] = -weight[c] * g[i] where c = target[i] and it is not ignored, else 0
        g = grad_output | grad_output / total_weight | grad_output       (reduction none | mean | sum)

    Operands: grad_output like the loss, target, total_weight `[]`, and possibly weight.
    Source: `torch.ops.aten.nll_loss_backward`, `nll_loss2d_backward`.
    """

    grad_output: Operand[Tensor]
    target: Operand[Tensor]
    total_weight: Operand[Tensor]
    weight: Sequence[Operand[Tensor]]
    grad_input: Result[Tensor]
    reduction: ir.StringAttr
    ignore_index: ir.IntegerAttr

    def check(self) -> None:
        grad_output, target, total_weight, *weights = self.operation.operands
        grad_input = self.operation.results[0]
        samples = _check(self, grad_input, "grad_input", target, weights)
        expect_like(grad_output, "grad_output", _loss_shape(self, samples), grad_input, "grad_input")
        expect_like(total_weight, "total_weight", [], grad_input, "grad_input")


class CrossEntropyOp(RoundingOp, name="cross_entropy", traits=[Pure]):
    """`nll_loss` of the `log_softmax` of scores, without the table of log probabilities.

        maximum[i] = max over c of input[i, c],  normalizer[i] = sum over c of exp(input[i, c] - maximum[i])
        -log_probabilities[i, c] = log(normalizer[i]) - (input[i, c] - maximum[i])

    Operands: input, target and weight as log_probabilities, target and weight of `nll_loss`.
    Results: loss and total_weight of `nll_loss`; maximum and normalizer like target.
    Source: `torch.nn.functional.cross_entropy`.
    """

    input: Operand[Tensor]
    target: Operand[Tensor]
    weight: Sequence[Operand[Tensor]]
    loss: Result[Tensor]
    total_weight: Result[Tensor]
    maximum: Result[Tensor]
    normalizer: Result[Tensor]
    reduction: ir.StringAttr
    ignore_index: ir.IntegerAttr

    def check(self) -> None:
        input_, target, *weights = self.operation.operands
        loss, total_weight, maximum, normalizer = self.operation.results
        samples = _check(self, input_, "input", target, weights)
        expect_like(loss, "loss", _loss_shape(self, samples), input_, "input")
        expect_like(total_weight, "total_weight", [], input_, "input")
        expect_like(maximum, "maximum", samples, input_, "input")
        expect_like(normalizer, "normalizer", samples, input_, "input")


class CrossEntropyBackwardOp(RoundingOp, name="cross_entropy_backward", traits=[Pure]):
    """Gradient of `cross_entropy`, from the statistics that it returned.

        p[i, c] = exp(input[i, c] - maximum[i]) / normalizer[i]
        grad_input[i, c] = weight[target[i]] * g[i] * (p[i, c] - (1 if c = target[i] else 0))

    with g as in `nll_loss_backward`, and zero where target[i] is ignored.
    Operands: grad_output like the loss, input, target, total_weight `[]`, maximum and normalizer
    like target, and possibly weight. Result: like input.
    Source: `torch.ops.aten.nll_loss_backward` and `_log_softmax_backward_data`, one after the other.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    target: Operand[Tensor]
    total_weight: Operand[Tensor]
    maximum: Operand[Tensor]
    normalizer: Operand[Tensor]
    weight: Sequence[Operand[Tensor]]
    grad_input: Result[Tensor]
    reduction: ir.StringAttr
    ignore_index: ir.IntegerAttr

    def check(self) -> None:
        grad_output, input_, target, total_weight, maximum, normalizer, *weights = self.operation.operands
        samples = _check(self, input_, "input", target, weights)
        expect_like(grad_output, "grad_output", _loss_shape(self, samples), input_, "input")
        expect_like(total_weight, "total_weight", [], input_, "input")
        expect_like(maximum, "maximum", samples, input_, "input")
        expect_like(normalizer, "normalizer", samples, input_, "input")
        expect_same_type(self.operation.results[0], "grad_input", input_, "input")
