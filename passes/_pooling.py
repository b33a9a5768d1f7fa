"""Where the windows of a pooling op are, and reductions over them."""

from collections.abc import Callable, Sequence

from torch_mlir import ir

from fungible.dialects._base import boolean, integers
from fungible.dialects.fungible.pooling import pooled_size

from ._linalg import At, Out, empty, generic, reshape, tensor_type
from ._windows import pad, spread, window_read


class Windows:
    """Where the windows of a pooling op are, in the last dimensions of its input.

    `outer` dimensions come before the `spatial` ones; of the latter, each list has one entry:
    `sizes` of the input, `count` of windows, and `reach`, the distance from a window's first
    element to its last.
    """

    def __init__(self, op: ir.OpView, shape: list[int]):
        self.kernel, self.stride, self.padding = (integers(op, name) for name in ("kernel", "stride", "padding"))
        self.spatial = len(self.kernel)
        has_dilation = "dilation" in op.operation.attributes
        self.dilation = integers(op, "dilation") if has_dilation else [1] * self.spatial
        self.outer = len(shape) - self.spatial
        self.sizes = shape[self.outer :]
        self.count = [
            pooled_size(*each, boolean(op, "ceil_mode"))
            for each in zip(self.sizes, self.kernel, self.stride, self.padding, self.dilation)
        ]
        self.reach = [(k - 1) * d for k, d in zip(self.kernel, self.dilation)]

    def padded(self, value: ir.Value, number: float) -> ir.Value:
        """The input, so that all of each window is in it."""
        high = [
            (n - 1) * s + r + 1 - size - p
            for n, s, r, size, p in zip(self.count, self.stride, self.reach, self.sizes, self.padding)
        ]
        none = [0] * self.outer
        return pad(value, none + self.padding, none + high, number)

    def scattered(self, value: ir.Value, number: int | float) -> ir.Value:
        """A tensor with one element a window, so that input element i finds its windows at i + k * dilation."""
        wide = spread(value, [1] * self.outer + self.stride, number)
        low = [r - p for r, p in zip(self.reach, self.padding)]
        high = [
            size + r - a - n for size, r, a, n in zip(self.sizes, self.reach, low, wide.type.shape[self.outer :])
        ]
        none = [0] * self.outer
        return pad(wide, none + low, none + high, number)

    def _domain(self, stride: list[int]) -> tuple[tuple, tuple[int, ...]]:
        """What a read is indexed by, and the kernel's dimensions, which come last."""
        first = self.outer + self.spatial
        kernel = tuple(range(first, first + self.spatial))
        reads = [window_read(self.outer + d, kernel[d], stride[d], self.dilation[d]) for d in range(self.spatial)]
        return (*range(self.outer), *reads), kernel

    def reduce(
        self, stride: list[int], values: Sequence[ir.Value], types_and_starts: Sequence[tuple], body: Callable
    ) -> list[ir.Value]:
        """Reduces values that `padded` (with the op's stride) or `scattered` (with ones) has prepared.

        `body` gets an element of each value, then what the results are so far.
        """
        reads, kernel = self._domain(stride)
        computed = tuple(range(self.outer + self.spatial))
        # Of this tensor only the shape matters: it says how far the kernel's dimensions go.
        shape = empty(tensor_type(self.kernel, values[0].type.element_type))
        return generic(
            self.outer + 2 * self.spatial,
            [*(At(value, reads) for value in values), At(shape, kernel)],
            [Out(type_, computed, start) for type_, start in types_and_starts],
            lambda *arguments: body(*arguments[: len(values)], *arguments[len(values) + 1 :]),
        )

    def sum(self, value: ir.Value, stride: list[int], type_: ir.RankedTensorType) -> ir.Value:
        return self.reduce(stride, [value], [(type_, 0)], lambda x, total: total + x)[0]

    def tile_the_input(self) -> bool:
        """Whether the windows are side by side and cover the input."""
        covered = [n * k for n, k in zip(self.count, self.kernel)]
        dense = self.reach == [k - 1 for k in self.kernel]
        return self.stride == self.kernel and covered == self.sizes and dense and not any(self.padding)

    def tiled(self, value: ir.Value) -> ir.Value:
        """The input as `[outer..., windows, kernel, windows, kernel, ...]`, where the windows tile it."""
        return reshape(value, [*value.type.shape[: self.outer], *sum(zip(self.count, self.kernel), ())])

    def of_tile(self) -> tuple[int, ...]:
        """The dimensions of `tiled` that one element a window is indexed by."""
        return (*range(self.outer), *range(self.outer, self.outer + 2 * self.spatial, 2))
