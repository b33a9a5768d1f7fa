"""Maximum pooling to linalg. The gradient gathers: each input element looks at the windows that it is in."""

from math import inf

from torch_mlir import ir

from ..._linalg import At, index, pointwise, reshape
from ..._pooling import Windows
from ..._scalar import Scalar, constant, select


def _max_pool(op: ir.OpView) -> list[ir.Value]:
    (input_,) = op.operation.operands
    output, indices = (result.type for result in op.operation.results)
    windows = Windows(op, list(input_.type.shape))
    i32 = indices.element_type

    def place(kernel_index) -> Scalar:
        """The row-major number of an input element, from its window's place and its own place in that."""
        number = constant(i32, 0)
        for d in range(windows.spatial):
            start = index(windows.outer + d).to(i32) * windows.stride[d] - windows.padding[d]
            number = number * windows.sizes[d] + start + kernel_index(d, start) * windows.dilation[d]
        return number

    def current(d, _):
        return index(windows.outer + windows.spatial + d).to(i32)

    def first(d, start):
        """The first kernel index that is not in the padding."""
        step = windows.dilation[d]
        return select(start.lt(0), (step - 1 - start) // step, constant(i32, 0))

    def larger(x, best, where):
        better = x.gt(best) | x.ne(x)
        return select(better, x, best), select(better, place(current), where)

    best, where = windows.reduce(
        windows.stride, [windows.padded(input_, -inf)], [(output, -inf), (indices, -1)], larger
    )
    # Where all are -infinity none was larger, and the first one counts.
    return [best, pointwise(indices, [where], lambda w: select(w.lt(0), place(first), w))]


def _max_pool_backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_, indices = op.operation.operands
    windows = Windows(op, list(input_.type.shape))
    i32 = indices.type.element_type

    def here(places: list[Scalar]) -> Scalar:
        number = constant(i32, 0)
        for size, place in zip(windows.sizes, places):
            number = number * size + place
        return number

    if windows.tile_the_input():

        def of_tile():
            pairs = range(windows.outer, windows.outer + 2 * windows.spatial, 2)
            return [index(d).to(i32) * k + index(d + 1).to(i32) for d, k in zip(pairs, windows.kernel)]

        tile = windows.of_tile()
        gathered = pointwise(
            windows.tiled(input_).type,
            [At(grad, tile), At(indices, tile)],
            lambda g, where: select(where.eq(here(of_tile())), g, 0.0),
        )
        return [reshape(gathered, list(input_.type.shape))]

    def gather(g, where, total):
        places = [index(windows.outer + d).to(i32) for d in range(windows.spatial)]
        return total + select(where.eq(here(places)), g, 0.0)

    sources = [windows.scattered(grad, 0), windows.scattered(indices, -1)]
    return windows.reduce([1] * windows.spatial, sources, [(input_.type, 0)], gather)


LOWERINGS = {
    "fungible.max_pool": _max_pool,
    "fungible.max_pool_backward": _max_pool_backward,
}
