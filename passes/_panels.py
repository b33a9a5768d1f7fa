"""Matrices in panels: the order in which kernels of products read them, some columns at a time and all of the sum."""

from collections.abc import Sequence

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._compilation import for_cpu
from ._kernels import kernel
from ._linalg import At, Out, generic, like
from ._slices import Slice


def _groups(place: int, rank: int) -> list[list[int]]:
    """Which dimensions are one of `rank` dimensions, where those at `place` are two."""
    return [[d] if d < place else [d + 1] if d > place else [d, d + 1] for d in range(rank)]


def _expanded(value: ir.Value, place: int, outer: int, inner: int) -> ir.Value:
    """A dimension as two."""
    shape = [*value.type.shape[:place], outer, inner, *value.type.shape[place + 1 :]]
    return tensor.expand_shape(like(value, shape), value, _groups(place, value.type.rank), [], shape)


def _split(value: ir.Value, place: int, size: int) -> ir.Value:
    """A dimension as two: parts of that size, and the place in a part."""
    part = Slice.of(value)
    if part and not (part.offsets[place] % size or part.source.type.shape[place] % size):
        # Cut last, so that a kernel reads the slice where it is.
        offsets = [*part.offsets[:place], part.offsets[place] // size, 0, *part.offsets[place + 1 :]]
        sizes = [*part.sizes[:place], part.sizes[place] // size, size, *part.sizes[place + 1 :]]
        return Slice(_split(part.source, place, size), offsets, sizes).taken()
    return _expanded(value, place, value.type.shape[place] // size, size)


def _with_one(value: ir.Value, place: int) -> ir.Value:
    """With a dimension of size 1 in front of another."""
    part = Slice.of(value)
    if part:
        offsets, sizes = ([*numbers[:place], one, *numbers[place:]] for numbers, one in ((part.offsets, 0), (part.sizes, 1)))
        return Slice(_with_one(part.source, place), offsets, sizes).taken()
    return _expanded(value, place, 1, value.type.shape[place])


def _merged(value: ir.Value, place: int) -> ir.Value:
    """A dimension and the next as one."""
    shape = list(value.type.shape)
    shape[place : place + 2] = [shape[place] * shape[place + 1]]
    return tensor.collapse_shape(like(value, shape), value, _groups(place, len(shape)))


def _copied(value: ir.Value, read: tuple[int, ...], written: tuple[int, ...]) -> ir.Value:
    """A copy in another order, whose loops are in the order of what is read or written in long rows."""
    sizes = dict(zip(read, value.type.shape))
    result = like(value, [sizes[d] for d in written])
    return generic(len(read), [At(value, read)], [Out(result, written)], lambda x: x)[0]


def _turned(value: ir.Value) -> ir.Value:
    """Matrices [batch, m, n] as [batch, n, m]."""
    return _copied(value, (0, 2, 1), (0, 1, 2))


def in_panels(value: ir.Value, size: int, summed_last: bool) -> ir.Value:
    """Matrices [batch, k, n], or [batch, n, k] where the sum is over the last dimension, as panels [batch, n / size, k, size]."""
    *batch, first, second = range(value.type.rank)
    if summed_last:
        split, panel, inner, summed = _split(value, first, size), first, second, second + 1
        return _copied(split, (*batch, panel, summed, inner), (*batch, panel, inner, summed))
    if value.type.shape[second] == size:
        return _with_one(value, first)  # all of it is the only panel
    return _copied(_split(value, second, size), (*batch, first, second, second + 1), (*batch, second, first, second + 1))


def in_narrow_panels(value: ir.Value, size: int, line: int) -> ir.Value:
    """`in_panels` of matrices [batch, k, n] by a kernel that reads `line` numbers of a row at a time, which are several panels."""
    *batch, first, second = range(value.type.rank)
    parts = _split(_split(value, second, line), second + 1, size)
    k, lines, panels = parts.type.shape[first : first + 3]
    result = like(value, [*value.type.shape[:first], lines, panels, k, size])
    one = [1] * first
    # Two rows, so that it is no copy of rows to IREE, which makes loops over numbers of those.
    how = for_cpu([*one, 0, 2 - lines % 2, 0, 0], [*one, 2 - k % 2, 1, panels, size], [0] * parts.type.rank)

    def copy(loaded: Sequence[ir.Value]) -> Sequence[ir.Value]:
        copied = _copied(loaded[0], (*batch, first, second, second + 1, second + 2), (*batch, second, second + 1, first, second + 2))
        copied.owner.attributes["compilation_info"] = how
        return [copied]

    return _merged(kernel([parts], [result], copy)[0], first)


def matrix(panels: ir.Value) -> ir.Value:
    """The matrix [n, k] whose panels [n / size, k, size] are."""
    return _merged(_turned(panels), 0)


def panels_over(old: ir.Value, value: ir.Value) -> ir.Value:
    """The panels of a matrix [n, k] in the memory of others of that size, by a kernel that needs no other memory."""
    parts = _split(value, 0, old.type.shape[2])
    return kernel([old, parts], [old.type], lambda loaded: [_turned(loaded[1])], {0: 0})[0]


def across(panels: ir.Value) -> ir.Value:
    """The panels [k / size, n, size] of a matrix [n, k], from those of it transposed, [n / size, k, size]."""
    size = panels.type.shape[2]
    return _merged(_copied(_split(panels, 1, size), (1, 0, 3, 2), (0, 1, 2, 3)), 1)
