"""Table look-up and its gradient."""

from torch_mlir import ir

from .._base import (
    Operand,
    Pure,
    Result,
    Tensor,
    expect,
    expect_float,
    expect_integer,
    expect_rank,
    expect_shape,
    integer,
)
from .numerics import RoundingOp


def _check(table: ir.Value, table_name: str, indices: ir.Value, rows: ir.Value, rows_name: str) -> None:
    """`rows` is `[indices..., width]` for a table `[entries, width]`."""
    type_ = expect_rank(table, table_name, 2)
    expect_float(table, table_name)
    shape = expect_integer(indices, "indices").shape
    result = expect_shape(rows, rows_name, [*shape, type_.shape[1]])
    expect(
        result.element_type == type_.element_type,
        f"expects {rows_name} of {type_.element_type}, but it is {result}",
    )


class EmbeddingOp(RoundingOp, name="embedding", traits=[Pure]):
    """Rows of a table.

        output[i..., :] = weight[indices[i...], :]

    An index outside the table, where PyTorch raises, gives a row of NaN.
    Operands: weight `[entries, width]`, indices `[i...]` of integers. Result: `[i..., width]`.
    Source: `torch.nn.functional.embedding`.
    """

    weight: Operand[Tensor]
    indices: Operand[Tensor]
    output: Result[Tensor]

    def check(self) -> None:
        weight, indices = self.operation.operands
        _check(weight, "weight", indices, self.operation.results[0], "output")


class EmbeddingBackwardOp(RoundingOp, name="embedding_backward", traits=[Pure]):
    """Gradient of `embedding`: each row of the table sums the gradients of its uses.

        grad_weight[e, :] = sum over i... with indices[i...] = e of grad_output[i..., :]

    in ascending order of i. The row `padding_index` stays zero; -1 means that there is none.
    Operands: grad_output `[i..., width]`, indices `[i...]`. Result: `[entries, width]`.
    Source: `torch.ops.aten.embedding_dense_backward`.
    """

    grad_output: Operand[Tensor]
    indices: Operand[Tensor]
    grad_weight: Result[Tensor]
    padding_index: ir.IntegerAttr

    def check(self) -> None:
        grad_output, indices = self.operation.operands
        grad_weight = self.operation.results[0]
        _check(grad_weight, "grad_weight", indices, grad_output, "grad_output")
        entries, padding = grad_weight.type.shape[0], integer(self, "padding_index")
        expect(
            -1 <= padding < entries,
            f"expects padding_index to be -1 or a row of the {entries}, but it is {padding}",
        )
