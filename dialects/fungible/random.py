"""Random numbers from a counter: the same bits on every target, and again in the backward pass.

Threefry-2x32 with 20 rounds on 32-bit integers (Salmon et al., "Parallel random numbers: as
easy as 1, 2, 3", SC 2011). With `seed` and `step` from the program's state and a `stream`
that is different for each random op of the program,

    key  = (seed[0] ^ (step * 0x9E3779B9), seed[1] + step)
    word = threefry(key, counter = (i // 2, stream))[i % 2]      for element i in row-major order
    u    = (word >> 8) * 2^-24                                   uniform in [0, 1)
"""

from torch_mlir import ir

from .._base import (
    FungibleOp,
    Operand,
    Pure,
    Result,
    Tensor,
    expect,
    expect_float,
    expect_same_type,
    expect_shape,
    integer,
    ranked,
    real,
)
from .numerics import RoundingOp


def _check_generator(op: FungibleOp, seed: ir.Value, step: ir.Value, drawn: ir.Value) -> None:
    for value, what, shape in ((seed, "seed", [2]), (step, "step", [])):
        type_ = expect_shape(value, what, shape)
        expect(str(type_.element_type) == "i32", f"expects {what} to hold i32, but it is {type_}")
    type_ = ranked(drawn, "a result")
    count = 1
    for size in type_.shape:
        count *= size
    expect(count < 2**32, f"expects fewer than 2^32 elements, but {type_} has {count}")
    stream = integer(op, "stream")
    expect(0 <= stream < 2**32, f"expects stream between 0 and 2^32 - 1, but it is {stream}")


class UniformOp(FungibleOp, name="uniform", traits=[Pure]):
    """Uniform numbers in [0, 1), multiples of 2^-24: `u` of this page's head.

    Operands: seed `[2]` and step `[]`, both i32. Result: f32, any static shape.
    """

    seed: Operand[Tensor]
    step: Operand[Tensor]
    output: Result[Tensor]
    stream: ir.IntegerAttr

    def check(self) -> None:
        seed, step = self.operation.operands
        output = self.operation.results[0]
        _check_generator(self, seed, step, output)
        expect(str(output.type.element_type) == "f32", f"expects an output of f32, but it is {output.type}")


class DropoutOp(RoundingOp, name="dropout", traits=[Pure]):
    """Zeroes elements with probability p and scales the rest.

        y = u >= p ? x / (1 - p) : 0

    The gradient is the same op, with the same seed, step and stream, on the gradient.
    Operands: input of any static shape, seed `[2]` and step `[]`, both i32. Result like input.
    Source: Srivastava et al. 2014; `torch.nn.functional.dropout`.
    """

    input: Operand[Tensor]
    seed: Operand[Tensor]
    step: Operand[Tensor]
    output: Result[Tensor]
    p: ir.FloatAttr
    stream: ir.IntegerAttr

    def check(self) -> None:
        input_, seed, step = self.operation.operands
        output = self.operation.results[0]
        expect_float(input_, "input")
        expect_same_type(output, "output", input_, "input")
        _check_generator(self, seed, step, output)
        p = real(self, "p")
        expect(0.0 <= p <= 1.0, f"expects p between 0 and 1, but it is {p}")
