"""Convolution to linalg, without scatter.

The output is one windowed contraction, a form that IREE knows as a convolution. The gradient
of the input is the same contraction over the spread and padded gradient with the kernel
turned around. The gradient of the weight is a matrix product: over windows directly its long
sum is not vectorized (20 times slower), so the windows are copied out first.
"""

from dataclasses import dataclass
from math import prod

from torch_mlir import ir

from fungible.dialects._base import integer, integers

from ..._linalg import At, Out, extract, filled, generic, index, like, pointwise, reshape
from ..._sums import precise_sum
from ..._windows import crop, pad, spread, window_read

#: How many products are added one after the other; a longer sum is further from float64 than
#: three times eager's, which sums in blocks.
LONGEST_WINDOW_SUM = 320
LONGEST_PRODUCT_SUM = 32

#: How many partial products of the weight's size there are at most, which bounds their memory.
MOST_PARTIAL_PRODUCTS = 16


@dataclass(frozen=True)
class _Geometry:
    stride: list[int]
    padding: list[int]
    dilation: list[int]
    groups: int

    @classmethod
    def of(cls, op: ir.OpView) -> "_Geometry":
        return cls(*(integers(op, name) for name in ("stride", "padding", "dilation")), integer(op, "groups"))


def _padded(value: ir.Value, low: list[int], high: list[int]) -> ir.Value:
    return pad(value, [0, 0, *low], [0, 0, *high], 0)


def _chunk(length: int, longest: int) -> int:
    """How many elements of a long sum are added in one go, so that rounding errors do not pile up.

    The largest divisor of `length` up to `longest`; the whole where only small ones divide it.
    """
    chunk = next(d for d in range(min(length, longest), 0, -1) if length % d == 0)
    return chunk if chunk > longest // 8 else length


def _windowed(
    padded: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: _Geometry
) -> ir.Value:
    """y[n, f, o] = sum of weight[f, c, k] * padded[n, c, o * stride + k * dilation], of one group."""
    spatial = type_.rank - 2
    o, c = range(2, 2 + spatial), 2 + spatial
    k = range(c + 1, c + 1 + spatial)
    places = [window_read(*each) for each in zip(o, k, geometry.stride, geometry.dilation, strict=True)]
    return generic(
        c + 1 + spatial,
        [At(padded, (0, c, *places)), At(weight, (1, c, *k))],
        [Out(type_, (0, 1, *o), start=0)],
        lambda x, w, total: total + x * w,
    )[0]


def _channels(value: ir.Value, start: int, count: int) -> ir.Value:
    low, high = [0] * value.type.rank, [0] * value.type.rank
    low[1], high[1] = start, value.type.shape[1] - start - count
    return crop(value, low, high)


def _windows(
    padded: ir.Value, kernel: list[int], places: list[int], geometry: _Geometry
) -> ir.Value:
    """What each kernel element reads at each place: `[groups, channels * kernel, batch * places]`."""
    batch, groups, spatial = padded.type.shape[0], geometry.groups, len(places)
    channels = padded.type.shape[1] // groups
    padded = reshape(padded, [batch, groups, channels, *padded.type.shape[2:]])
    k, n = range(2, 2 + spatial), 2 + spatial
    o = range(n + 1, n + 1 + spatial)
    reads = [window_read(*each) for each in zip(o, k, geometry.stride, geometry.dilation, strict=True)]
    copied = pointwise(
        like(padded, [groups, channels, *kernel, batch, *places]),
        [At(padded, (n, 0, 1, *reads))],
        lambda x: x,
    )
    return reshape(copied, [groups, channels * prod(kernel), batch * prod(places)])


def _correlate(
    padded: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: _Geometry
) -> ir.Value:
    """The sum of `_windowed`, with groups; long sums over channels are made of chunks."""
    batch, outputs, *places = type_.shape
    channels, *kernel = weight.type.shape[1:]
    groups = geometry.groups
    if channels == 0:
        return filled(type_, 0)
    if groups == 1:
        chunk = _chunk(channels, max(LONGEST_WINDOW_SUM // prod(kernel), 1))
        parts = [
            _windowed(_channels(padded, start, chunk), _channels(weight, start, chunk), type_, geometry)
            for start in range(0, channels, chunk)
        ]
        while len(parts) > 1:
            pairs = [pointwise(type_, pair, lambda a, b: a + b) for pair in zip(parts[::2], parts[1::2])]
            parts = pairs + parts[len(pairs) * 2 :]
        return parts[0]
    windows = _windows(padded, kernel, places, geometry)
    short, long = windows.type.shape[1:]
    product = generic(
        4,
        [At(reshape(weight, [groups, outputs // groups, short]), (0, 1, 3)), At(windows, (0, 3, 2))],
        [Out(like(weight, [groups, outputs // groups, long]), (0, 1, 2), start=0)],
        lambda w, x, total: total + w * x,
    )[0]
    product = reshape(product, [outputs, batch, *places])
    return pointwise(type_, [At(product, (1, 0, *range(2, type_.rank)))], lambda y: y)


def _convolution(op: ir.OpView) -> list[ir.Value]:
    input_, weight, *bias = op.operation.operands
    type_, geometry = op.operation.results[0].type, _Geometry.of(op)
    padded = _padded(input_, geometry.padding, geometry.padding)
    output = _correlate(padded, weight, type_, geometry)
    if bias:
        output = pointwise(type_, [output, At(bias[0], (1,))], lambda y, b: y + b)
    return [output]


def _turned(weight: ir.Value, groups: int) -> ir.Value:
    """weight[g * F + f, c, k] as [g * C + c, f, last - k]."""
    outputs, inputs, *kernel = weight.type.shape
    split = reshape(weight, [groups, outputs // groups, inputs, *kernel])
    type_ = like(weight, [groups, inputs, outputs // groups, *kernel])

    def element():  # a map that runs backwards is more than IREE's tiling can take
        last = [n - 1 - index(d + 3) for d, n in enumerate(kernel)]
        return extract(split, index(0), index(2), index(1), *last)

    turned = pointwise(type_, [], element)
    return reshape(turned, [groups * inputs, outputs // groups, *kernel])


def _grad_input(grad: ir.Value, weight: ir.Value, type_: ir.RankedTensorType, geometry: _Geometry) -> ir.Value:
    spread_grad = spread(grad, [1, 1, *geometry.stride])
    reach = [(k - 1) * d for k, d in zip(weight.type.shape[2:], geometry.dilation)]
    low = [r - p for r, p in zip(reach, geometry.padding)]
    high = [
        size + r - a - n for size, r, a, n in zip(type_.shape[2:], reach, low, spread_grad.type.shape[2:])
    ]
    dense = _Geometry([1] * len(reach), [0] * len(reach), geometry.dilation, geometry.groups)
    return _correlate(_padded(spread_grad, low, high), _turned(weight, geometry.groups), type_, dense)


def _grad_weight(grad: ir.Value, input_: ir.Value, type_: ir.RankedTensorType, geometry: _Geometry) -> ir.Value:
    """The product of grad_output and windows over batch and places."""
    batch, outputs, *places = grad.type.shape
    groups = geometry.groups
    if batch == 0:
        return filled(type_, 0)
    windows = _windows(
        _padded(input_, geometry.padding, geometry.padding), list(type_.shape[2:]), places, geometry
    )
    short, long = windows.type.shape[1:]
    chunk = _chunk(long, max(LONGEST_PRODUCT_SUM, long // MOST_PARTIAL_PRODUCTS))
    windows = reshape(windows, [groups, short, long // chunk, chunk])
    swapped = At(grad, (1, 0, *range(2, grad.type.rank)))
    grad = pointwise(like(grad, [outputs, batch, *places]), [swapped], lambda g: g)
    grad = reshape(grad, [groups, outputs // groups, long // chunk, chunk])
    product = generic(
        5,
        [At(grad, (0, 2, 1, 4)), At(windows, (0, 3, 1, 4))],
        [Out(like(grad, [groups, long // chunk, outputs // groups, short]), (0, 1, 2, 3), start=0)],
        lambda g, x, total: total + g * x,
    )[0]
    if chunk < long:
        product = precise_sum(product, (1,))
    return reshape(product, list(type_.shape))


def _convolution_backward(op: ir.OpView) -> list[ir.Value]:
    grad, input_, weight = op.operation.operands
    geometry = _Geometry.of(op)
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
