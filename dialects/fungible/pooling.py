"""Pooling: maximum or average over windows, and the gradients."""

from collections.abc import Sequence

from torch_mlir import ir

from .._base import (
    Bool,
    Integers,
    Operand,
    Pure,
    Result,
    Tensor,
    boolean,
    expect,
    expect_float,
    expect_like,
    expect_rank,
    expect_same_type,
    expect_shape,
    integer,
    integers,
)
from .numerics import RoundingOp


def pooled_size(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """How many windows there are in one dimension.

    In ceil mode the last one may hang over the end, but has to begin in the input or the padding before it.
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    count = (room + (stride - 1 if ceil_mode else 0)) // stride + 1
    return count - 1 if ceil_mode and (count - 1) * stride >= size + padding else count


def _check_windows(op: RoundingOp, input_: ir.Value) -> list[int]:
    """Kernel, stride, padding and dilation fit the input; returns the shape of the output."""
    type_ = expect_float(input_, "input")
    kernel = integers(op, "kernel")
    spatial = len(kernel)
    expect(
        1 <= spatial <= 3 and type_.rank in (spatial + 1, spatial + 2),
        f"expects one or two dimensions of input before those of the kernel {kernel}, but it is {type_}",
    )
    dilation = integers(op, "dilation") if "dilation" in op.operation.attributes else [1] * spatial
    stride, padding = integers(op, "stride"), integers(op, "padding")
    bounds = (("kernel", kernel, 1), ("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1))
    for name, values, least in bounds:
        expect(
            len(values) == spatial and all(value >= least for value in values),
            f"expects {name} to be {spatial} integer(s) of at least {least}, but it is {values}",
        )
    expect(
        all(2 * p <= k for p, k in zip(padding, kernel)),
        f"expects padding to be at most half of the kernel {kernel}, but it is {padding}",
    )
    outer = list(type_.shape[: type_.rank - spatial])
    inner = [
        pooled_size(*each, boolean(op, "ceil_mode"))
        for each in zip(type_.shape[type_.rank - spatial :], kernel, stride, padding, dilation)
    ]
    expect(all(size > 0 for size in inner), f"expects the window {kernel} to fit in the padded input, which is {type_}")
    return outer + inner


def _expect_indices(value: ir.Value, shape: Sequence[int], input_: ir.Value, spatial: int) -> None:
    type_ = expect_shape(value, "indices", shape)
    expect(str(type_.element_type) == "i32", f"expects indices to hold i32, but it is {type_}")
    plane = 1
    for size in input_.type.shape[input_.type.rank - spatial :]:
        plane *= size
    expect(plane < 2**31, f"expects fewer than 2^31 elements in a plane of input, but it is {input_.type}")


class MaxPoolOp(RoundingOp, name="max_pool", traits=[Pure]):
    """The maximum of each window, and where it is.

        y[n, c, o] = max over k of x[n, c, o * stride + k * dilation - padding], as far as that is in x

    Of equal maxima the first counts, and a NaN counts as larger than all else, the last one first.
    Operands: input `[N, C, size...]` or `[C, size...]`. Results: output, and i32 indices of the same
    shape: the row-major number of the maximum among the last dimensions of x.
    Source: `torch.nn.functional.max_pool2d(return_indices=True)` and its relatives.
    """

    input: Operand[Tensor]
    output: Result[Tensor]
    indices: Result[Tensor]
    kernel: Integers
    stride: Integers
    padding: Integers
    dilation: Integers
    ceil_mode: Bool

    def check(self) -> None:
        (input_,) = self.operation.operands
        output, indices = self.operation.results
        shape = _check_windows(self, input_)
        expect_like(output, "output", shape, input_, "input")
        _expect_indices(indices, shape, input_, len(integers(self, "kernel")))


class MaxPoolBackwardOp(RoundingOp, name="max_pool_backward", traits=[Pure]):
    """Gradient of `max_pool`: each element of grad_output goes to where the maximum was.

        grad_input[n, c, i] = sum over o with indices[n, c, o] = i of grad_output[n, c, o]

    Operands: grad_output, input, indices of `max_pool`. Result: grad_input like input.
    Source: `torch.ops.aten.max_pool2d_with_indices_backward`.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    indices: Operand[Tensor]
    grad_input: Result[Tensor]
    kernel: Integers
    stride: Integers
    padding: Integers
    dilation: Integers
    ceil_mode: Bool

    def check(self) -> None:
        grad_output, input_, indices = self.operation.operands
        shape = _check_windows(self, input_)
        expect_like(grad_output, "grad_output", shape, input_, "input")
        _expect_indices(indices, shape, input_, len(integers(self, "kernel")))
        expect_same_type(self.operation.results[0], "grad_input", input_, "input")


def _check_divisor(op: RoundingOp) -> None:
    boolean(op, "count_include_pad")
    divisor = integer(op, "divisor")
    expect(divisor >= 0, f"expects a divisor that is not negative, but it is {divisor}")


class AvgPoolOp(RoundingOp, name="avg_pool", traits=[Pure]):
    """The average of each window.

        y[n, c, o] = (sum over k of x[n, c, o * stride + k - padding], as far as that is in x) / count

    where count is `divisor` if that is not 0, else the number of elements of the window that are in x
    or, with count_include_pad, in x or its padding.
    Operands: input `[N, C, size...]` or `[C, size...]`. Result: output.
    Source: `torch.nn.functional.avg_pool2d` and its relatives.
    """

    input: Operand[Tensor]
    output: Result[Tensor]
    kernel: Integers
    stride: Integers
    padding: Integers
    ceil_mode: Bool
    count_include_pad: Bool
    divisor: ir.IntegerAttr

    def check(self) -> None:
        (input_,) = self.operation.operands
        expect_like(self.operation.results[0], "output", _check_windows(self, input_), input_, "input")
        _check_divisor(self)


class AvgPoolBackwardOp(RoundingOp, name="avg_pool_backward", traits=[Pure]):
    """Gradient of `avg_pool`: the share that each input element has in the windows that it is in.

    Operands: grad_output, input (for its shape). Result: grad_input like input.
    Source: `torch.ops.aten.avg_pool2d_backward`.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    grad_input: Result[Tensor]
    kernel: Integers
    stride: Integers
    padding: Integers
    ceil_mode: Bool
    count_include_pad: Bool
    divisor: ir.IntegerAttr

    def check(self) -> None:
        grad_output, input_ = self.operation.operands
        expect_like(grad_output, "grad_output", _check_windows(self, input_), input_, "input")
        expect_same_type(self.operation.results[0], "grad_input", input_, "input")
        _check_divisor(self)


def _check_adaptive(op: RoundingOp, large: ir.Value, small: ir.Value, names: tuple[str, str]) -> None:
    spatial = integer(op, "spatial_rank")
    type_ = expect_float(large, names[0])
    expect(
        1 <= spatial < type_.rank,
        f"expects spatial_rank between 1 and {type_.rank - 1}, but it is {spatial}",
    )
    outer = list(type_.shape[: type_.rank - spatial])
    small_type = expect_rank(small, names[1], type_.rank)
    expect_like(small, names[1], outer + list(small_type.shape[len(outer) :]), large, names[0])


class AdaptiveAvgPoolOp(RoundingOp, name="adaptive_avg_pool", traits=[Pure]):
    """Averages over windows that divide the input as evenly as they can.

        y[n, c, o] = mean of x[n, c, floor(o * I / O) : ceil((o + 1) * I / O)]

    for the sizes I of input and O of output in each of the last `spatial_rank` dimensions.
    Operands: input. Result: output of the same rank.
    Source: `torch.nn.functional.adaptive_avg_pool2d` and its relatives.
    """

    input: Operand[Tensor]
    output: Result[Tensor]
    spatial_rank: ir.IntegerAttr

    def check(self) -> None:
        _check_adaptive(self, self.operation.operands[0], self.operation.results[0], ("input", "output"))


class AdaptiveAvgPoolBackwardOp(RoundingOp, name="adaptive_avg_pool_backward", traits=[Pure]):
    """Gradient of `adaptive_avg_pool`.

    Operands: grad_output, input (for its shape). Result: grad_input like input.
    Source: `torch.ops.aten._adaptive_avg_pool2d_backward`.
    """

    grad_output: Operand[Tensor]
    input: Operand[Tensor]
    grad_input: Result[Tensor]
    spatial_rank: ir.IntegerAttr

    def check(self) -> None:
        grad_output, input_ = self.operation.operands
        _check_adaptive(self, input_, grad_output, ("input", "grad_output"))
        expect_same_type(self.operation.results[0], "grad_input", input_, "input")
