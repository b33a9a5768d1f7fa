"""Matrices in panels: the order in which kernels of products read them, some columns at a time and all of the sum."""

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._linalg import At, Out, generic, like


def _split(value: ir.Value, place: int, size: int) -> ir.Value:
    """A dimension as two: parts of that size, and the place in a part."""
    shape = list(value.type.shape)
    shape[place : place + 1] = [shape[place] // size, size]
    groups = [[d] if d < place else [d + 1] if d > place else [d, d + 1] for d in range(value.type.rank)]
    return tensor.expand_shape(like(value, shape), value, groups, [], shape)


def _merged(value: ir.Value, place: int) -> ir.Value:
    """A dimension and the next as one."""
    shape = list(value.type.shape)
    shape[place : place + 2] = [shape[place] * shape[place + 1]]
    groups = [[d] if d < place else [d + 1] if d > place else [d, d + 1] for d in range(len(shape))]
    return tensor.collapse_shape(like(value, shape), value, groups)


def _copied(value: ir.Value, read: tuple[int, ...], written: tuple[int, ...]) -> ir.Value:
    """A copy in another order, whose loops are in the order of what is read or written in long rows."""
    sizes = dict(zip(read, value.type.shape))
    result = like(value, [sizes[d] for d in written])
    return generic(len(read), [At(value, read)], [Out(result, written)], lambda x: x)[0]


def in_panels(value: ir.Value, size: int, summed_last: bool) -> ir.Value:
    """Matrices [batch, k, n], or [batch, n, k] where the sum is over the last dimension, as panels [batch, n / size, k, size]."""
    *batch, first, second = range(value.type.rank)
    if summed_last:
        split, panel, inner, summed = _split(value, first, size), first, second, second + 1
        return _copied(split, (*batch, panel, summed, inner), (*batch, panel, inner, summed))
    return _copied(_split(value, second, size), (*batch, first, second, second + 1), (*batch, second, first, second + 1))


def matrix(panels: ir.Value) -> ir.Value:
    """The matrix [n, k] whose panels [n / size, k, size] are."""
    return _merged(_copied(panels, (0, 2, 1), (0, 1, 2)), 0)


def across(panels: ir.Value) -> ir.Value:
    """The panels [k / size, n, size] of a matrix [n, k], from those of it transposed, [n / size, k, size]."""
    size = panels.type.shape[2]
    return _merged(_copied(_split(panels, 1, size), (1, 0, 3, 2), (0, 1, 2, 3)), 1)
