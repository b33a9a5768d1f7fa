"""The bits of numbers, read as numbers of another type."""

from torch_mlir import ir

from .._base import FungibleOp, Operand, Pure, Result, Tensor, expect, ranked

_ELEMENTS = ("f32", "f64", "i32", "i64")


class BitcastOp(FungibleOp, name="bitcast", traits=[Pure]):
    """The same bits under another element type of the same width.

    Operand: input of f32, f64, i32 or i64. Result: the input's shape, elements of the same width.
    Source: `torch.Tensor.view(dtype)`.
    """

    input: Operand[Tensor]
    output: Result[Tensor]

    def check(self) -> None:
        input_, output = ranked(self.operation.operands[0], "input"), ranked(self.operation.results[0], "output")
        for name, type_ in (("input", input_), ("output", output)):
            expect(str(type_.element_type) in _ELEMENTS, f"expects {name} of {', '.join(_ELEMENTS)}, but it is {type_}")
        same = input_.shape == output.shape and _width(input_) == _width(output)
        expect(same, f"expects the shape and the width of {input_}, but output is {output}")


def _width(type_: ir.RankedTensorType) -> int:
    return int(str(type_.element_type)[1:])
