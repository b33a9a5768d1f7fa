"""Normalization over trailing dimensions."""

from collections.abc import Sequence

from torch_mlir import ir

from .._base import (
    Operand,
    Pure,
    Result,
    Tensor,
    expect,
    expect_float,
    expect_same_type,
    expect_shape,
    integer,
    real,
)
from .numerics import RoundingOp


def _check_statistics(op: RoundingOp, input_: ir.Value, statistics: Sequence[ir.Value]) -> Tensor:
    """Mean and rstd keep the normalized dimensions as ones; returns the input's type."""
    type_ = expect_float(input_, "input")
    rank = integer(op, "normalized_rank")
    expect(
        1 <= rank <= type_.rank,
        f"expects normalized_rank between 1 and the input's rank {type_.rank}, but it is {rank}",
    )
    for value, what in zip(statistics, ("mean", "rstd")):
        expect_shape(value, what, [*type_.shape[: type_.rank - rank], *[1] * rank])
    return type_


class LayerNormOp(RoundingOp, name="layer_norm", traits=[Pure]):
    """Layer normalization over the last `normalized_rank` dimensions.

        mean = E[x],  rstd = 1 / sqrt(E[(x - mean)^2] + eps),  y = (x - mean) * rstd * weight + bias

    Operands: input `[outer..., inner...]`; then either none or weight and bias, both `[inner...]`.
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
        type_ = _check_statistics(self, input_, (mean, rstd))
        expect_same_type(output, "output", input_, "input")
        expect(len(affine) in (0, 2), f"expects weight and bias, or neither, but has {len(affine)} operand(s) for them")
        for value, what in zip(affine, ("weight", "bias")):
            expect_shape(value, what, type_.shape[type_.rank - integer(self, "normalized_rank") :])
        expect(real(self, "eps") >= 0, "expects eps not to be negative")
