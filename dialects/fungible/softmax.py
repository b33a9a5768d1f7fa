"""Softmax and its logarithm along one dimension."""

from torch_mlir import ir

from .._base import Bool, Operand, Pure, Result, Tensor, boolean, expect, expect_float, expect_same_type, integer
from .numerics import RoundingOp


def _check(op: RoundingOp, what: str, **others: ir.Value) -> None:
    """`dim` names a dimension of the first operand, `what`, and all have that operand's type."""
    first = op.operation.operands[0]
    type_ = expect_float(first, what)
    dim = integer(op, "dim")
    expect(0 <= dim < type_.rank, f"expects dim to be a dimension of {type_}, but it is {dim}")
    for other, value in others.items():
        expect_same_type(value, other, first, what)


class SoftmaxOp(RoundingOp, name="softmax", traits=[Pure]):
    """Softmax along dimension `dim`.

        y = exp(x - max x) / sum exp(x - max x)

    Where all elements are minus infinity the result is NaN, or zero if `safe` says so.
    Source: `torch.nn.functional.softmax`; `torch.ops.aten._safe_softmax`.
    """

    input: Operand[Tensor]
    output: Result[Tensor]
    dim: ir.IntegerAttr
    safe: Bool

    def check(self) -> None:
        _check(self, "input", output=self.operation.results[0])
        boolean(self, "safe")


class SoftmaxBackwardOp(RoundingOp, name="softmax_backward", traits=[Pure]):
    """Gradient of `softmax`, from its result y.

        grad_input = y * (grad_output - sum of grad_output * y)

    Source: `torch.ops.aten._softmax_backward_data`.
    """

    grad_output: Operand[Tensor]
    output: Operand[Tensor]
    grad_input: Result[Tensor]
    dim: ir.IntegerAttr

    def check(self) -> None:
        _check(self, "grad_output", output=self.operation.operands[1], grad_input=self.operation.results[0])


class LogSoftmaxOp(RoundingOp, name="log_softmax", traits=[Pure]):
    """Logarithm of softmax along dimension `dim`.

        y = (x - max x) - log(sum exp(x - max x))

    Source: `torch.nn.functional.log_softmax`.
    """

    input: Operand[Tensor]
    output: Result[Tensor]
    dim: ir.IntegerAttr

    def check(self) -> None:
        _check(self, "input", output=self.operation.results[0])


class LogSoftmaxBackwardOp(RoundingOp, name="log_softmax_backward", traits=[Pure]):
    """Gradient of `log_softmax`, from its result y.

        grad_input = grad_output - exp(y) * sum of grad_output

    Source: `torch.ops.aten._log_softmax_backward_data`.
    """

    grad_output: Operand[Tensor]
    output: Operand[Tensor]
    grad_input: Result[Tensor]
    dim: ir.IntegerAttr

    def check(self) -> None:
        _check(self, "grad_output", output=self.operation.operands[1], grad_input=self.operation.results[0])
