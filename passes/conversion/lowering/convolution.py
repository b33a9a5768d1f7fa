"""Convolution to linalg, without scatter.

The output is a contraction over windows, a form that IREE knows as a convolution. The gradient of the input is the
transposed convolution of the output's. The gradient of the weight is a matrix product: over windows directly its long
sum is not vectorized (20 times slower), so the windows are copied out first.
"""

from math import prod

from torch_mlir import ir

from ..._convolutions import LONGEST_SUM, Geometry, chunk, correlate, has_few_places, pad_places, windows, windows_last
from ..._linalg import At, batch_matmul, filled, like, pointwise, reshape
from ..._sums import precise_sum
from ..._transposed_convolutions import transposed
from ..._windows import pad

#: How many products of the weight's gradient are added one after the other, at least; `LONGEST_SUM` where partial
#: results, which are as large as the weight, would be most of the work.
LONGEST_PRODUCT_SUM = 64

#: How many input channels of a group are copied at a time, at least.
FEWEST_CHANNELS = 16

#: How many partial products of the weight's size there are at most, which bounds their memory.
MOST_PARTIAL_PRODUCTS = 16


def _padded_last(value: ir.Value, by: list[int]) -> ir.Value:
    """The same on both sides, with channels last."""
    batch, channels, *sizes = value.type.shape
    spatial = range(1, 1 + len(sizes))
    moved = like(value, [batch, *sizes, channels])
    moved = pointwise(moved, [At(value, (0, len(sizes) + 1, *spatial))], lambda x: x)
    return pad(moved, [0, *by, 0], [0, *by, 0], 0)


def _convolution(op: ir.OpView) -> list[ir.Value]:
    input_, weight, *bias = op.operation.operands
    type_, geometry = op.operation.results[0].type, Geometry.of(op)
    output = correlate(pad_places(input_, geometry.padding, geometry.padding), weight, type_, geometry)
    if bias:
        output = pointwise(type_, [output, At(bias[0], (1,))], lambda y, b: y + b)
    return [output]


def _outwards(value: ir.Value, length: int) -> ir.Value:
    """The last dimension, cut into runs of this length, as batches: `[b, m, n * length]` to `[b * n, m, length]`."""
    batch, rows, whole = value.type.shape
    if whole == length:
        return value
    runs = whole // length
    value = reshape(value, [batch, rows, runs, length])
    value = pointwise(like(value, [batch, runs, rows, length]), [At(value, (0, 2, 1, 3))], lambda x: x)
    return reshape(value, [batch * runs, rows, length])


def _grad_weight(grad: ir.Value, input_: ir.Value, type_: ir.RankedTensorType, geometry: Geometry) -> ir.Value:
    """Products of grad_output and windows over places, of some images or of a part of one; then their sum."""
    batch, outputs, *places = grad.type.shape
    groups, kernel, channels = geometry.groups, list(type_.shape[2:]), type_.shape[1]
    if batch == 0:
        return filled(type_, 0)
    few = has_few_places(batch * prod(places), type_)
    longest = LONGEST_SUM if few else max(LONGEST_PRODUCT_SUM, batch * prod(places) // MOST_PARTIAL_PRODUCTS)
    images = chunk(batch, max(longest // prod(places), 1))
    length = images * prod(places) if images > 1 else chunk(prod(places), longest)
    runs = images * prod(places) // length
    grad = reshape(grad, [batch // images, images, outputs, prod(places)])
    if images > 1:
        moved = like(grad, [batch // images, outputs, images, prod(places)])
        grad = pointwise(moved, [At(grad, (0, 2, 1, 3))], lambda g: g)
    grad = _outwards(reshape(grad, [batch // images * groups, outputs // groups, images * prod(places)]), length)
    # Where there are few places their order costs nothing, and the result is as the weight lies. Else channels are copied
    # whole, if they are many.
    last = channels >= FEWEST_CHANNELS and not few
    if last:
        copied = windows_last(_padded_last(input_, geometry.padding), kernel, places, geometry, images)
    else:
        padded = pad_places(input_, geometry.padding, geometry.padding)
        copied = windows(padded, kernel, places, geometry, images, places_first=few)
    places_first = few or last
    if places_first:
        copied = reshape(copied, [grad.type.shape[0], length, prod(kernel) * channels])
    else:
        copied = _outwards(copied, length)
    product = batch_matmul(
        like(grad, [grad.type.shape[0], outputs // groups, prod(kernel) * channels]),
        At(grad, (0, 1, 3)),
        At(copied, (0, 3, 2) if places_first else (0, 2, 3)),
    )
    # Of each image or several: groups, and the runs of places.
    product = reshape(product, [batch // images, groups, runs, prod(type_.shape) // groups])
    total = precise_sum(product, (0, 2))
    if not last:
        return reshape(total, list(type_.shape))
    total = reshape(total, [outputs, prod(kernel), channels])
    total = pointwise(like(total, [outputs, channels, prod(kernel)]), [At(total, (0, 2, 1))], lambda x: x)
    return reshape(total, list(type_.shape))


def _convolution_backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_, weight = op.operation.operands
    geometry = Geometry.of(op)
    others = [d for d in range(grad.type.rank) if d != 1]
    return [
        transposed(grad, weight, input_.type, geometry),
        _grad_weight(grad, input_, weight.type, geometry),
        precise_sum(grad, others),
    ]


LOWERINGS = {
    "fungible.convolution": _convolution,
    "fungible.convolution_backward": _convolution_backward,
}
