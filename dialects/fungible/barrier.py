"""What keeps a value that is computed a second time apart from the first."""

from .._base import FungibleOp, Operand, Result, Tensor, expect_same_type, ranked


class BarrierOp(FungibleOp, name="barrier"):
    """Its input, as a value of its own, once `after` is there.

    What is computed from the result is never taken for what was computed from the input, and is
    not computed before `after`: an activation that the backward pass computes a second time is
    neither merged with the first nor computed before the gradient that it is needed for.

    Operands: input and after, any tensors. Result: the input.
    Source: `jax.lax.optimization_barrier`, which `jax.checkpoint` uses to the same end.
    """

    input: Operand[Tensor]
    after: Operand[Tensor]
    output: Result[Tensor]

    def check(self) -> None:
        input_, after = self.operation.operands
        ranked(input_, "input")
        ranked(after, "after")
        expect_same_type(self.operation.results[0], "output", input_, "input")
