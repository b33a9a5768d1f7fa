"""Sliding windows: padded and spread-out tensors, and the places that a window reads."""

from collections.abc import Sequence

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._linalg import At, empty, filled, index, like, pointwise, reshape
from ._scalar import Scalar, select


def window_read(output_dim: int, kernel_dim: int, stride: int, dilation: int) -> ir.AffineExpr:
    """`output * stride + kernel * dilation`: the place in the padded input, as an affine expression."""
    return ir.AffineDimExpr.get(output_dim) * stride + ir.AffineDimExpr.get(kernel_dim) * dilation


def crop(value: ir.Value, low: Sequence[int], high: Sequence[int]) -> ir.Value:
    """Leaves out the first `low` and the last `high` places of each dimension."""
    if not any((*low, *high)):
        return value
    sizes = [n - a - b for n, a, b in zip(value.type.shape, low, high, strict=True)]
    if 0 in sizes:  # no offset is inside of a dimension without elements
        return empty(like(value, sizes))
    return tensor.extract_slice(like(value, sizes), value, [], [], [], list(low), sizes, [1] * len(sizes))


def pad(value: ir.Value, low: Sequence[int], high: Sequence[int], number: int | float) -> ir.Value:
    """Adds `low` places in front and `high` places behind, which hold `number`; a negative count crops."""
    value = crop(value, [max(-n, 0) for n in low], [max(-n, 0) for n in high])
    low, high = [max(n, 0) for n in low], [max(n, 0) for n in high]
    if not any((*low, *high)):
        return value
    sizes = [n + a + b for n, a, b in zip(value.type.shape, low, high, strict=True)]
    into = filled(like(value, sizes), number)
    if 0 in value.type.shape:
        return into
    return tensor.insert_slice(value, into, [], [], [], low, list(value.type.shape), [1] * len(sizes))


def spread(value: ir.Value, strides: Sequence[int], number: int | float = 0) -> ir.Value:
    """Puts `stride - 1` times `number` behind each element, the last one included.

    By selection: IREE gets an insertion that leaves gaps wrong where it fuses it with what computes the value.
    """
    if all(stride == 1 for stride in strides):
        return value
    pairs = list(zip(value.type.shape, strides, strict=True))
    # Only what is spread needs a dimension of its own.
    sizes, read, inner = [], [], []
    for n, stride in pairs:
        read.append(len(sizes))
        sizes.append(n)
        if stride > 1:
            inner.append(len(sizes))
            sizes.append(stride)

    def first(x: Scalar) -> Scalar:
        for dim in inner:
            x = select(index(dim).eq(0), x, number)
        return x

    apart = pointwise(like(value, sizes), [At(value, tuple(read))], first)
    return reshape(apart, [n * stride for n, stride in pairs])
