"""Transposed convolutions, without scatter: what a convolution's gradient with regard to its input is.

    x[n, c, i] = sum of weight[f, c, k] * y[n, f, o] over f and all o, k with i = o * stride + k * dilation - padding
"""

from itertools import product
from math import gcd, prod

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._convolutions import Geometry, correlate, has_few_places, pad_places, parts_of
from ._linalg import At, batch_matmul, empty, extract, filled, index, like, pointwise, reshape
from ._scalar import select
from ._sums import precise_sum
from ._windows import crop, pad, spread

#: Kernel elements that are copied one by one to where they belong: how many at most, and of how many numbers at least.
MOST_COPIES, LEAST_COPIED = 16, 4096

#: Phases of the strides that are convolutions of their own, at most.
MOST_PHASES = 8

#: Kernel elements whose products are added in one kernel, at most.
MOST_OVERLAPS = 16


def transposed(y: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: Geometry) -> ir.Value:
    """See above.

    Args:
        y: `[N, F, *O]`, like the output of a convolution.
        weight: `[F, C / groups, *K]`.
        type_: that of the result, `[N, C, *I]`.
    """
    batch, _, *places = y.type.shape
    kernel = weight.type.shape[2:]
    if prod(kernel) <= MOST_OVERLAPS and 0 not in y.type.shape and has_few_places(batch * prod(places), weight.type):
        return _by_overlaps(y, weight, type_, geometry)
    if 0 not in type_.shape and _is_mostly_zeros(kernel, geometry):
        return _by_phases(y, weight, type_, geometry)
    return _by_windows(y, weight, type_, geometry)


def _by_overlaps(y: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: Geometry) -> ir.Value:
    """Each place of y times the weight as it is stored; what falls on the same place of x is added.

    Where the weight is the largest tensor, it is read once and not turned around.
    """
    batch, outputs, *places = y.type.shape
    channels, *kernel = weight.type.shape[1:]
    groups, spatial = geometry.groups, len(places)
    parts = parts_of(outputs // groups, [1] * spatial)
    part = outputs // groups // parts
    rows = reshape(y, [batch, groups * parts, part, prod(places)])
    rows = pointwise(like(rows, [groups * parts, part, batch, prod(places)]), [At(rows, (2, 0, 1, 3))], lambda x: x)
    products = batch_matmul(
        like(rows, [groups * parts, batch * prod(places), channels * prod(kernel)]),
        At(reshape(rows, [groups * parts, part, batch * prod(places)]), (0, 3, 1)),
        At(reshape(weight, [groups * parts, part, channels * prod(kernel)]), (0, 3, 2)),
    )
    products = precise_sum(reshape(products, [groups, parts, *products.type.shape[1:]]), (1,))
    products = reshape(products, [groups, batch, *places, channels, *kernel])
    # Apart by the strides, and amid as many zeros as the kernel reaches.
    sizes = type_.shape[2:]
    reach = [(size - 1) * dilation for size, dilation in zip(kernel, geometry.dilation)]
    ends = [size + padding for size, padding in zip(sizes, geometry.padding)]
    products = spread(products, [1, 1, *geometry.stride, *[1] * (1 + spatial)])
    others = [0] * (1 + spatial)
    high = [end - has for end, has in zip(ends, products.type.shape[2:])]
    products = pad(products, [0, 0, *reach, *others], [0, 0, *high, *others], 0)
    found = [_shifted(products, element, reach, sizes, geometry) for element in product(*map(range, kernel))]
    # From groups, batch, places, channels.
    read = (1, 0, *range(3, 3 + spatial), 2)
    result = like(y, [batch, groups, channels, *sizes])
    result = pointwise(result, [At(each, read) for each in found], lambda first, *rest: sum(rest, start=first))
    return reshape(result, list(type_.shape))


def _shifted(
    products: ir.Value, element: tuple[int, ...], reach: list[int], sizes: list[int], geometry: Geometry
) -> ir.Value:
    """What a kernel element adds to each place: `[groups, batch, *sizes, channels]`."""
    groups, batch, *_ = products.type.shape
    spatial = len(sizes)
    channels = products.type.shape[2 + spatial]
    first = zip(geometry.padding, reach, element, geometry.dilation)
    offsets = [0, 0, *(padding + most - k * dilation for padding, most, k, dilation in first), 0, *element]
    taken = [groups, batch, *sizes, channels, *[1] * spatial]
    ones = [1] * len(taken)
    slice_ = tensor.extract_slice(like(products, taken), products, [], [], [], offsets, taken, ones)
    return reshape(slice_, taken[: 3 + spatial])


def _taps(phase: int, kernel: int, stride: int, padding: int, dilation: int) -> range:
    """The kernel elements that reach input places `stride * i + phase`, which are as far apart as the stride wants."""
    step = stride // gcd(stride, dilation)
    first = next((k for k in range(min(step, kernel)) if (phase + padding - k * dilation) % stride == 0), kernel)
    return range(first, kernel, step)


def _is_mostly_zeros(kernel: list[int], geometry: Geometry) -> bool:
    """Whether `_by_windows` multiplies by half as many zeros as by kernel elements or more, and there are few phases."""
    each = zip(kernel, geometry.stride, geometry.padding, geometry.dilation, strict=True)
    products = prod(len(_offsets(*of)) * of[1] for of in each)
    return 1 < prod(geometry.stride) <= MOST_PHASES and 2 * products >= 3 * prod(kernel)


def _by_phases(y: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: Geometry) -> ir.Value:
    """A convolution of stride 1 for each phase of the strides, by the kernel elements that reach its input places."""
    batch, channels, *sizes = type_.shape
    strides = list(geometry.stride)
    counts = [-(-size // stride) for size, stride in zip(sizes, strides)]
    shape = [batch, channels, *counts]
    of_phases = filled(like(y, [prod(strides), *shape]), 0)
    for number, phases in enumerate(product(*map(range, strides))):
        each = list(zip(phases, weight.type.shape[2:], strides, geometry.padding, geometry.dilation, strict=True))
        taps = [_taps(*of) for of in each]
        if not all(taps):
            continue
        reached = like(weight, [*weight.type.shape[:2], *map(len, taps)])
        starts, steps = [tap.start for tap in taps], [tap.step for tap in taps]
        taken = [0, 0, *starts], list(reached.shape), [1, 1, *steps]
        part = tensor.extract_slice(reached, weight, [], [], [], *taken)
        # In places of y: where the first of them reads, and how far apart they do.
        first = [(phase + before - k * dilation) // stride for k, (phase, _, stride, before, dilation) in zip(starts, each)]
        apart = [step * dilation // stride for step, (_, _, stride, _, dilation) in zip(steps, each)]
        found = _by_windows(y, part, like(y, shape), Geometry([1] * len(sizes), first, apart, geometry.groups))
        offsets, ones = [number, *[0] * len(shape)], [1] * (1 + len(shape))
        found = reshape(found, [1, *shape])
        of_phases = tensor.insert_slice(found, of_phases, [], [], [], offsets, [1, *shape], ones)
    return _interleaved(reshape(of_phases, [*strides, *shape]), 0, type_)


def _interleaved(found: ir.Value, at: int, type_: ir.RankedTensorType) -> ir.Value:
    """Each phase of the strides between the others, without those that no input place has.

    Args:
        found: its first dimensions are N and C, or more that make C; the strides start at dimension `at` among them; the
            last are as many places of each phase.
    """
    batch, channels, *sizes = type_.shape
    spatial, outer = range(len(sizes)), found.type.rank - 2 * len(sizes)
    has = list(found.type.shape)
    strides, counts = has[at : at + len(sizes)], has[outer + len(sizes) :]
    read = (
        *range(at), *(outer + 2 * n + 1 for n in spatial), *range(at, outer), *(outer + 2 * n for n in spatial)
    )  # fmt: skip
    beside = [size for pair in zip(counts, strides) for size in pair]
    others = has[:at] + has[at + len(sizes) : outer + len(sizes)]
    found = pointwise(like(found, [*others, *beside]), [At(found, read)], lambda x: x)
    whole = [count * stride for count, stride in zip(counts, strides)]
    excess = [has - size for has, size in zip(whole, sizes)]
    return crop(reshape(found, [batch, channels, *whole]), [0] * type_.rank, [0, 0, *excess])


def _offsets(kernel: int, stride: int, padding: int, dilation: int) -> range:
    """The places of y that reach input places `stride * i` to `stride * i + stride - 1`, from `i`.

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
    """The kernel by which windows of y, one element for each offset, give `stride` input places each.

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


def _by_windows(y: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: Geometry) -> ir.Value:
    """By windows of y of stride 1, each of which gives as many input places as a stride has.

    The sub-pixel form of a transposed convolution (Shi et al., 2016): no zeros are put between the
    elements of y.
    """
    batch, channels, *sizes = type_.shape
    groups, strides, spatial = geometry.groups, list(geometry.stride), len(sizes)
    each = zip(weight.type.shape[2:], strides, geometry.padding, geometry.dilation, strict=True)
    offsets = [_offsets(*of) for of in each]
    counts = [-(-size // stride) for size, stride in zip(sizes, strides)]
    low = [-of[0] for of in offsets]
    high = [count + of[-1] - n for count, of, n in zip(counts, offsets, y.type.shape[2:])]
    ones = [1] * spatial
    found = correlate(
        pad_places(y, low, high),
        _turned(weight, offsets, geometry),
        like(y, [batch, prod(strides) * channels, *counts]),
        Geometry(ones, ones, [of.step for of in offsets], groups),
        kernel_first=True,
    )
    if strides == ones:
        return found
    return _interleaved(reshape(found, [batch, groups, *strides, channels // groups, *counts]), 2, type_)
