"""Average pooling to linalg. Gradients gather: each input element looks at the windows that it is in."""

from math import prod

from torch_mlir import ir
from torch_mlir.dialects import arith

from fungible.dialects._base import boolean, integer

from ..._linalg import At, Out, generic, like, pointwise, reshape, tensor_type
from ..._pooling import Windows
from ..._scalar import Scalar
from ..._sums import precise_sum


def _constant(numbers: list, shape: list[int], element: ir.Type) -> ir.Value:
    type_ = tensor_type(shape, element)
    return arith.constant(type_, ir.DenseElementsAttr.get([ir.FloatAttr.get(element, n) for n in numbers], type_))


def _counts(op: ir.OpView, windows: Windows) -> list[list[int]]:
    """How many elements count in each window, one list a dimension; the divisor is their product."""
    include = boolean(op, "count_include_pad")
    counts = []
    for size, kernel, stride, padding, count in zip(
        windows.sizes, windows.kernel, windows.stride, windows.padding, windows.count
    ):
        low, high = (-padding, size + padding) if include else (0, size)
        starts = [o * stride - padding for o in range(count)]
        counts.append([min(start + kernel, high) - max(start, low) for start in starts])
    return counts


def _divided(op: ir.OpView, value: ir.Value, windows: Windows) -> ir.Value:
    """`value`, which has one element a window, by the divisor of each."""
    divisor, counts = integer(op, "divisor"), _counts(op, windows)
    if divisor or all(len(set(each)) == 1 for each in counts):
        number = divisor or prod(each[0] for each in counts)
        return pointwise(value.type, [value], lambda x: x / number)

    def divide(x: Scalar, count: Scalar, *more: Scalar) -> Scalar:
        for other in more:
            count = count * other
        return x / count

    element = value.type.element_type
    vectors = [
        At(_constant(each, [len(each)], element), (windows.outer + d,)) for d, each in enumerate(counts)
    ]
    return pointwise(value.type, [value, *vectors], divide)


def _avg_pool(op: ir.OpView) -> list[ir.Value]:
    (input_,) = op.operation.operands
    windows = Windows(op, list(input_.type.shape))
    if windows.tile_the_input():
        tiled = windows.tiled(input_)
        total = precise_sum(tiled, range(windows.outer + 1, tiled.type.rank, 2))
    else:
        total = windows.sum(windows.padded(input_, 0), windows.stride, op.operation.results[0].type)
    return [_divided(op, total, windows)]


def _avg_pool_backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_ = op.operation.operands
    windows = Windows(op, list(input_.type.shape))
    share = _divided(op, grad, windows)
    if windows.tile_the_input():
        spread = pointwise(windows.tiled(input_).type, [At(share, windows.of_tile())], lambda g: g)
        return [reshape(spread, list(input_.type.shape))]
    return [windows.sum(windows.scattered(share, 0), [1] * windows.spatial, input_.type)]


def _adaptive_weights(size: int, count: int) -> list[float]:
    """The averages of one dimension as a matrix `[count, size]`, row after row."""
    rows = []
    for o in range(count):
        start, end = o * size // count, -(-(o + 1) * size // count)
        rows += [1 / (end - start) if start <= i < end else 0.0 for i in range(size)]
    return rows


def _adapted(value: ir.Value, dimension: int, size: int, count: int, forward: bool) -> ir.Value:
    """Averages along one dimension of `size` to `count`, or the transpose of that."""
    weights = _constant(_adaptive_weights(size, count), [count, size], value.type.element_type)
    rank, shape = value.type.rank, list(value.type.shape)
    shape[dimension] = count if forward else size
    reads = [rank if d == dimension else d for d in range(rank)]
    return generic(
        rank + 1,
        [At(value, tuple(reads)), At(weights, (dimension, rank) if forward else (rank, dimension))],
        [Out(like(value, shape), tuple(range(rank)), start=0)],
        lambda x, w, total: total + x * w,
    )[0]


def _adaptive(op: ir.OpView, value: ir.Value, large: list[int], small: list[int], forward: bool) -> list[ir.Value]:
    for dimension in range(len(large) - integer(op, "spatial_rank"), len(large)):
        if large[dimension] != small[dimension]:
            value = _adapted(value, dimension, large[dimension], small[dimension], forward)
    return [value]


def _adaptive_avg_pool(op: ir.OpView) -> list[ir.Value]:
    (input_,) = op.operation.operands
    return _adaptive(op, input_, list(input_.type.shape), list(op.operation.results[0].type.shape), True)


def _adaptive_avg_pool_backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_ = op.operation.operands
    return _adaptive(op, grad, list(input_.type.shape), list(grad.type.shape), False)


LOWERINGS = {
    "fungible.avg_pool": _avg_pool,
    "fungible.avg_pool_backward": _avg_pool_backward,
    "fungible.adaptive_avg_pool": _adaptive_avg_pool,
    "fungible.adaptive_avg_pool_backward": _adaptive_avg_pool_backward,
}
