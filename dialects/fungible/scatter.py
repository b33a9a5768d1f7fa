"""Elements sent to places of a tensor."""

from torch_mlir import ir

from .._base import (
    Bool,
    Operand,
    Pure,
    Result,
    Tensor,
    expect,
    expect_integer,
    expect_like,
    expect_same_type,
    integer,
    ranked,
    string,
)
from .numerics import RoundingOp

KINDS = ("max", "min", "prod", "set", "sum")


class ScatterOp(RoundingOp, name="scatter", traits=[Pure]):
    """Sends each element of `source` to a place of `input` along `dim`, and combines those of one place.

        output[..., index[n], ...]      (+)= source[..., n, ...]     index of rank 1
        output[..., index[..., n, ...]] (+)= source[..., n, ...]     index of the source's shape

    in ascending order of n: `set` keeps the last, the other kinds (`sum`, `prod`, `max`, `min`) combine
    all of them with the input's element, or without it unless `include_self`. An index outside
    [0, size of the dimension), where PyTorch raises, sends its element nowhere.
    Operands: input; index of integers; source, whose shape differs from the input's along `dim` alone.
    Result like input.
    Source: `torch.scatter`, `scatter_reduce`, `index_add`, `index_copy`, `index_reduce`, `index_put`.
    """

    input: Operand[Tensor]
    index: Operand[Tensor]
    source: Operand[Tensor]
    output: Result[Tensor]
    dim: ir.IntegerAttr
    kind: ir.StringAttr
    include_self: Bool

    def check(self) -> None:
        input_, index, source = self.operation.operands
        type_, dim, kind = ranked(input_, "input"), integer(self, "dim"), string(self, "kind")
        expect(0 <= dim < type_.rank, f"expects dim to be a dimension of {type_}, but it is {dim}")
        expect(kind in KINDS, f"expects kind to be one of {', '.join(KINDS)}, but it is {kind}")
        expect_same_type(self.operation.results[0], "output", input_, "input")
        rank = ranked(source, "source").rank
        expect(rank == type_.rank, f"expects source of rank {type_.rank}, but it is {source.type}")
        count = source.type.shape[dim]
        expect_like(source, "source", [*type_.shape[:dim], count, *type_.shape[dim + 1 :]], input_, "input")
        shape = list(expect_integer(index, "index").shape)
        expect(
            shape in ([count], list(source.type.shape)),
            f"expects index of shape {count} or that of source, but it is {index.type}",
        )
