"""Convolution to linalg, without scatter.

The output is a contraction over windows, a form that IREE knows as a convolution. The gradient
of the input is one too, over windows of the gradient. The gradient of the weight is a matrix
product: over windows directly its long sum is not vectorized (20 times slower), so the windows
are copied out first.
"""

from math import gcd, prod

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ..._convolutions import Geometry, chunk, correlate, parts_of, windows, windows_last
from ..._linalg import At, batch_matmul, empty, extract, filled, index, like, pointwise, reshape
from ..._scalar import select
from ..._sums import precise_sum
from ..._windows import crop, pad

#: How many products of the weight's gradient are added one after the other, at least.
LONGEST_PRODUCT_SUM = 64

#: Kernel elements that are copied one by one to where they belong: how many at most, and of how many numbers at least.
MOST_COPIES, LEAST_COPIED = 16, 4096

#: How many input channels of a group are copied at a time, at least.
FEWEST_CHANNELS = 16

#: How many partial products of the weight's size there are at most, which bounds their memory.
MOST_PARTIAL_PRODUCTS = 16


def _padded(value: ir.Value, low: list[int], high: list[int]) -> ir.Value:
    return pad(value, [0, 0, *low], [0, 0, *high], 0)


def _padded_last(value: ir.Value, by: list[int]) -> ir.Value:
    """The same on both sides, with channels last."""
    batch, channels, *sizes = value.type.shape
    spatial = range(1, 1 + len(sizes))
    moved = like(value, [batch, *sizes, channels])
    moved = pointwise(moved, [At(value, (0, len(sizes) + 1, *spatial))], lambda x: x)
    return pad(moved, [0, *by, 0], [0, *by, 0], 0)


def _has_few_places(places: int, weight: ir.RankedTensorType) -> bool:
    """Whether there are at most as many, of all images, as output channels of a group: then the weight is the largest tensor."""
    return places <= weight.shape[0]


def _convolution(op: ir.OpView) -> list[ir.Value]:
    input_, weight, *bias = op.operation.operands
    type_, geometry = op.operation.results[0].type, Geometry.of(op)
    padded = _padded(input_, geometry.padding, geometry.padding)
    output = correlate(padded, weight, type_, geometry)
    if bias:
        output = pointwise(type_, [output, At(bias[0], (1,))], lambda y, b: y + b)
    return [output]


def _offsets(kernel: int, stride: int, padding: int, dilation: int) -> range:
    """The places of grad_output that reach input places `stride * i` to `stride * i + stride - 1`, from `i`.

    Kernel element k reaches input place a (of that `stride` many) from place `(a + padding - k * dilation) / stride`,
    where that is whole.
    """
    found = [
        (a + padding - k * dilation) // stride
        for a in range(stride)
        for k in range(kernel)
        if (a + padding - k * dilation) % stride == 0
    ]
    step = gcd(*(place - min(found) for place in found)) or 1
    return range(min(found), max(found) + 1, step)


def _reversed(value: ir.Value) -> ir.Value:
    """`[outer, n, inner]`, the second dimension from its end: copied where n is small, else an element at a time."""
    outer, count, inner = value.type.shape
    if count > MOST_COPIES or inner < LEAST_COPIED:
        return pointwise(value.type, [], lambda: extract(value, index(0), count - 1 - index(1), index(2)))
    result, sizes, ones = empty(value.type), [outer, 1, inner], [1, 1, 1]
    for number in range(count):
        taken = tensor.extract_slice(
            like(value, sizes), value, [], [], [], [0, count - 1 - number, 0], sizes, ones
        )
        result = tensor.insert_slice(taken, result, [], [], [], [0, number, 0], sizes, ones)
    return result


def _turned(weight: ir.Value, offsets: list[range], geometry: Geometry) -> ir.Value:
    """The kernel by which windows of grad_output, one element for each offset, give `stride` input places each.

    As `correlate` reads it: `[groups, parts, *offsets, output channels of a part, *strides, input channels]`.
    """
    groups, spatial, strides = geometry.groups, len(offsets), list(geometry.stride)
    outputs, inputs, *kernel = weight.type.shape
    lengths = [len(each) for each in offsets]
    parts = parts_of(outputs // groups, lengths)
    part = outputs // groups // parts
    split = reshape(weight, [groups * parts, part, inputs, *kernel])
    moved = pointwise(
        like(weight, [groups * parts, *kernel, part, inputs]),
        [At(split, (0, spatial + 1, spatial + 2, *range(1, spatial + 1)))],
        lambda x: x,
    )
    sizes = [groups * parts, *lengths, part, *strides, inputs]
    whole = [groups, parts, *sizes[1:]]
    if strides == [1] * spatial:  # every kernel element is there, in the opposite order
        return reshape(_reversed(reshape(moved, [groups * parts, prod(kernel), part * inputs])), whole)

    def element():
        inside, places = None, []
        for n, (size, stride, padding, dilation) in enumerate(
            zip(kernel, strides, geometry.padding, geometry.dilation, strict=True)
        ):
            # k * dilation, if a kernel element is there.
            reach = index(spatial + 2 + n) + (padding - offsets[n].start * stride)
            reach = reach - index(1 + n) * (offsets[n].step * stride)
            place = reach // dilation if dilation > 1 else reach
            there = reach.ge(0) & reach.lt(size * dilation) & (place * dilation).eq(reach)
            inside = there if inside is None else inside & there
            places.append(select(there, place, 0))
        value = extract(moved, index(0), *places, index(spatial + 1), index(2 * spatial + 2))
        return select(inside, value, 0.0)

    return reshape(pointwise(like(weight, sizes), [], element), whole)


def _grad_input(grad: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: Geometry) -> ir.Value:
    """By windows of grad_output of stride 1, each of which gives as many input places as a stride has.

    The sub-pixel form of a transposed convolution (Shi et al., 2016): no zeros are put between the
    elements of grad_output.
    """
    batch, channels, *sizes = type_.shape
    groups, strides, spatial = geometry.groups, list(geometry.stride), len(sizes)
    each = zip(weight.type.shape[2:], strides, geometry.padding, geometry.dilation, strict=True)
    offsets = [_offsets(*of) for of in each]
    counts = [-(-size // stride) for size, stride in zip(sizes, strides)]
    low = [-of[0] for of in offsets]
    high = [count + of[-1] - n for count, of, n in zip(counts, offsets, grad.type.shape[2:])]
    ones = [1] * spatial
    found = correlate(
        _padded(grad, low, high),
        _turned(weight, offsets, geometry),
        like(grad, [batch, prod(strides) * channels, *counts]),
        Geometry(ones, ones, [of.step for of in offsets], groups),
        kernel_first=True,
    )
    if strides == ones:
        return found
    found = reshape(found, [batch, groups, *strides, channels // groups, *counts])
    # To batch, groups, channels, and in each spatial dimension the place of the window before that in the stride.
    beside = [size for pair in zip(counts, strides) for size in pair]
    read = (0, 1, *(4 + 2 * n for n in range(spatial)), 2, *(3 + 2 * n for n in range(spatial)))
    found = pointwise(
        like(found, [batch, groups, channels // groups, *beside]), [At(found, read)], lambda x: x
    )
    found = reshape(found, [batch, channels, *(count * stride for count, stride in zip(counts, strides))])
    return crop(found, [0] * type_.rank, [has - wants for has, wants in zip(found.type.shape, type_.shape)])


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
    longest = max(LONGEST_PRODUCT_SUM, batch * prod(places) // MOST_PARTIAL_PRODUCTS)
    images = chunk(batch, max(longest // prod(places), 1))
    length = images * prod(places) if images > 1 else chunk(prod(places), longest)
    runs = images * prod(places) // length
    grad = reshape(grad, [batch // images, images, outputs, prod(places)])
    if images > 1:
        moved = like(grad, [batch // images, outputs, images, prod(places)])
        grad = pointwise(moved, [At(grad, (0, 2, 1, 3))], lambda g: g)
    grad = _outwards(reshape(grad, [batch // images * groups, outputs // groups, images * prod(places)]), length)
    # With channels last windows are faster to copy, but then the result is not as the weight lies.
    last = channels >= FEWEST_CHANNELS and not _has_few_places(grad.type.shape[0] * length, type_)
    if last:
        copied = windows_last(_padded_last(input_, geometry.padding), kernel, places, geometry, images)
        copied = reshape(copied, [grad.type.shape[0], length, prod(kernel) * channels])
    else:
        copied = windows(_padded(input_, geometry.padding, geometry.padding), kernel, places, geometry, images)
        copied = _outwards(copied, length)
    product = batch_matmul(
        like(grad, [grad.type.shape[0], outputs // groups, prod(kernel) * channels]),
        At(grad, (0, 1, 3)),
        At(copied, (0, 3, 2) if last else (0, 2, 3)),
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
        _grad_input(grad, weight, input_.type, geometry),
        _grad_weight(grad, input_, weight.type, geometry),
        precise_sum(grad, others),
    ]


LOWERINGS = {
    "fungible.convolution": _convolution,
    "fungible.convolution_backward": _convolution_backward,
}
