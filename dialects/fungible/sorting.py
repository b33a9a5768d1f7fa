"""Order of elements."""

from torch_mlir import ir

from .._base import Bool, FungibleOp, Operand, Pure, Result, Tensor, expect, expect_shape, integer, ranked

#: What can be sorted; other integers and 16-bit floats are made wider first.
KEYS = ("f32", "f64", "i32", "i64")


class ArgsortOp(FungibleOp, name="argsort", traits=[Pure]):
    """The order of the elements along `dim`: where each place of the sorted tensor comes from.

        sorted[..., r, ...] = input[..., order[..., r, ...], ...]

    Equal elements, zeros of both signs among them, keep their order; NaN is the largest number. If
    `descending`, the largest come first.
    Operands: input of f32, f64, i32 or i64. Result: i64, shape of the input.
    Source: `torch.sort(stable=True)`.
    """

    input: Operand[Tensor]
    order: Result[Tensor]
    dim: ir.IntegerAttr
    descending: Bool

    def check(self) -> None:
        type_ = ranked(self.operation.operands[0], "input")
        expect(str(type_.element_type) in KEYS, f"expects input of {', '.join(KEYS)}, but it is {type_}")
        order = expect_shape(self.operation.results[0], "order", type_.shape)
        expect(str(order.element_type) == "i64", f"expects order to hold i64, but it is {order}")
        dim = integer(self, "dim")
        expect(0 <= dim < type_.rank, f"expects dim to be a dimension of {type_}, but it is {dim}")
