"""Cumulative sums and their like."""

from torch_mlir import ir

from .._base import Operand, Pure, Result, Tensor, expect, expect_same_type, integer, ranked, string
from .numerics import RoundingOp

KINDS = ("logsumexp", "max", "min", "prod", "sum")


class ScanOp(RoundingOp, name="scan", traits=[Pure]):
    """Each element combined with all before it along `dim`.

        output[..., j, ...] = input[..., 0, ...] + ... + input[..., j, ...]      for the kind `sum`

    Kinds: `sum`, `prod`, `max` and `min` (NaN from the first NaN on), and `logsumexp`, the logarithm of
    the sum of exponents, for floats alone.
    Operand: input of floats or integers. Result like it.
    Source: `torch.cumsum`, `cumprod`, `cummax`, `cummin`, `logcumsumexp`.
    """

    input: Operand[Tensor]
    output: Result[Tensor]
    dim: ir.IntegerAttr
    kind: ir.StringAttr

    def check(self) -> None:
        type_ = ranked(self.operation.operands[0], "input")
        expect_same_type(self.operation.results[0], "output", self.operation.operands[0], "input")
        dim, kind = integer(self, "dim"), string(self, "kind")
        expect(0 <= dim < type_.rank, f"expects dim to be a dimension of {type_}, but it is {dim}")
        expect(kind in KINDS, f"expects kind to be one of {', '.join(KINDS)}, but it is {kind}")
        floating = isinstance(type_.element_type, ir.FloatType)
        expect(floating or kind != "logsumexp", f"expects floats for the kind logsumexp, but input is {type_}")
        width = 64 if floating else ir.IntegerType(type_.element_type).width
        expect(width > 1, f"expects floats or integers, but input is {type_}")
