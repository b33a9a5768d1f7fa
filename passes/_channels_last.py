"""Convolutions of images of channels last, in forms that IREE vectorizes."""

from collections.abc import Sequence
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import linalg

from ._kernels import boundary
from ._linalg import At, filled, like, matmul, pointwise, reshape

#: From how many places on, of all images, a kernel of one element is worth a product of packed operands.
MOST_PLACES_UNPACKED = 1024


def suits(kernel: Sequence[int], channels: int, places: int) -> bool:
    """Whether `convolve` is faster than windows that are copied out, for a kernel of these sizes and input channels."""
    ones = list(kernel).count(1)
    return ones == 0 or (ones == 1 and channels % 2 == 0) or (ones == 2 and places > MOST_PLACES_UNPACKED)


def convolve(
    x: ir.Value, w: ir.Value, type_: ir.RankedTensorType, strides: Sequence[int], dilations: Sequence[int]
) -> ir.Value:
    """The convolution of `x` by `w`, for which `suits` holds.

    Args:
        x: `[N, H, W, C]`.
        w: `[KH, KW, C, F]`.
        type_: that of the result, `[N, OH, OW, F]`.
    """
    ones = [n for n in range(2) if w.type.shape[n] == 1]
    if len(ones) == 2:
        return _product(x, w, type_, strides)
    if ones:
        x, w = _in_halves(x, w, ones[0], type_.shape[1 + ones[0]], strides[ones[0]])
        strides, dilations = list(strides), list(dilations)
        strides[ones[0]], dilations[ones[0]] = 2, 1
    return linalg.conv_2d_nhwc_hwcf(x, w, outs=[filled(type_, 0)], strides=strides, dilations=dilations)


def _product(x: ir.Value, w: ir.Value, type_: ir.RankedTensorType, strides: Sequence[int]) -> ir.Value:
    """Of places by channels: a kernel of one element."""
    *places, outputs = type_.shape
    channels = x.type.shape[3]
    read = [ir.AffineDimExpr.get(1 + n) * stride for n, stride in enumerate(strides)]
    x = pointwise(like(x, [*places, channels]), [At(x, (0, *read, 3))], lambda x: x)
    x, w = reshape(x, [1, prod(places), channels]), reshape(w, [1, channels, outputs])
    product = matmul(like(x, [1, prod(places), outputs]), At(x, (0, 1, 3)), At(w, (0, 3, 2)))
    return boundary(reshape(product, list(type_.shape)))


def _in_halves(x: ir.Value, w: ir.Value, n: int, count: int, stride: int) -> tuple[ir.Value, ir.Value]:
    """Operands of the same convolution with a kernel of two elements, at a stride of two, where it is of one.

    The halves of the channels lie beside each other in the spatial dimension `n`. IREE drops a dimension of one element,
    and does not know what is left as a convolution of images.

    Args:
        count: the places of the result in that dimension.
        stride: theirs in `x`.
    """
    half = x.type.shape[3] // 2
    sizes = list(x.type.shape[:3])
    sizes[1 + n] = count
    apart = [*sizes[: 2 + n], 2, *sizes[2 + n :], half]
    read = [ir.AffineDimExpr.get(d) for d in range(5) if d != 2 + n]
    read[1 + n] = read[1 + n] * stride
    split = reshape(x, [*x.type.shape[:3], 2, half])
    x = pointwise(like(x, apart), [At(split, (*read[:3], 2 + n, 4))], lambda x: x)
    sizes[1 + n] *= 2
    x = boundary(reshape(x, [*sizes, half]))
    kernel, outputs = list(w.type.shape[:2]), w.type.shape[3]
    w = reshape(w, [prod(kernel), 2, half, outputs])
    if n == 0:
        w = pointwise(like(w, [2, kernel[1], half, outputs]), [At(w, (1, 0, 2, 3))], lambda x: x)
    kernel[n] = 2
    return x, boundary(reshape(w, [*kernel, half, outputs]))
