"""Convolutions as contractions over windows, and the windows copied out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from torch_mlir import ir

from fungible.dialects._base import integer, integers

from ._linalg import At, Out, filled, generic, like, pointwise, reshape
from ._sums import precise_sum
from ._windows import pad, window_read

#: How many products are added one after the other; a longer sum is further from float64 than
#: three times eager's, which sums in blocks.
LONGEST_SUM = 320


@dataclass(frozen=True)
class Geometry:
    """Stride, padding and dilation of each spatial dimension; and the groups."""

    stride: Sequence[int]
    padding: Sequence[int]
    dilation: Sequence[int]
    groups: int

    @classmethod
    def of(cls, op: ir.OpView) -> "Geometry":
        return cls(*(integers(op, name) for name in ("stride", "padding", "dilation")), integer(op, "groups"))

    def reads(self, outputs: Sequence[int], kernel: Sequence[int]) -> list[ir.AffineExpr]:
        """Where kernel elements read the padded input, by the domain dimensions of both."""
        return [window_read(*each) for each in zip(outputs, kernel, self.stride, self.dilation, strict=True)]


def chunk(length: int, longest: int) -> int:
    """How many elements of a long sum are added in one go, so that rounding errors do not pile up.

    The largest divisor of `length` up to `longest`; the whole where only small ones divide it.
    """
    largest = next(d for d in range(min(length, longest), 0, -1) if length % d == 0)
    return largest if largest > longest // 8 else length


def parts_of(channels: int, kernel: Sequence[int]) -> int:
    """In how many parts the channels of a group are summed."""
    return channels // chunk(channels, max(LONGEST_SUM // prod(kernel), 1))


def pad_places(value: ir.Value, low: Sequence[int], high: Sequence[int]) -> ir.Value:
    """With zeros around the places of `[batch, channels, *places]`."""
    return pad(value, [0, 0, *low], [0, 0, *high], 0)


def has_few_places(places: int, weight: ir.RankedTensorType) -> bool:
    """Whether there are at most as many, of all images, as output channels: then the weight is the largest tensor."""
    return places <= weight.shape[0]


def correlate(
    padded: ir.Value,
    weight: ir.Value,
    type_: ir.RankedTensorType,
    geometry: Geometry,
    kernel_first: bool = False,
) -> ir.Value:
    """y[n, g * F + f, o] = sum over c and k of weight[g * F + f, c, k] * padded[n, g * C + c, o * stride + k * dilation].

    A long sum is made of chunks of the channels, which are a batch of their own until they are added.

    Args:
        padded: `[batch, G * C, *places]`.
        weight: `[G * F, C, *kernel]`; if `kernel_first`, `[G, parts, *kernel, C / parts, ...]`, the rest being F.
        type_: that of the result, `[batch, G * F, *places]`.
    """
    batch, outputs, *places = type_.shape
    groups, spatial = geometry.groups, len(places)
    channels = padded.type.shape[1] // groups
    kernel = list(weight.type.shape)[2 : 2 + spatial]
    if channels == 0:
        return filled(type_, 0)
    parts = parts_of(channels, kernel)
    part = channels // parts
    # Only what is there more than once gets a dimension. Chunks come first, and with them what a product has first,
    # so that they are added before anything is moved.
    names = ["p"] * (parts > 1) + ["g"] * (groups > 1)
    names = [*names, "f", "n"] if parts > 1 else ["n", *names, "f"]
    at = {name: number for number, name in enumerate(names)}
    o = range(len(names), len(names) + spatial)
    c = len(names) + spatial
    k = range(c + 1, c + 1 + spatial)
    sizes = {"p": parts, "n": batch, "g": groups, "f": outputs // groups}
    split = [at[name] for name in ("g", "p") if name in at]
    padded = reshape(padded, [batch, *(n for n in (groups, parts) if n > 1), part, *padded.type.shape[2:]])
    if kernel_first:
        weight = reshape(weight, [*(n for n in (groups, parts) if n > 1), *kernel, part, outputs // groups])
        read = (*split, *k, c, at["f"])
    else:
        order = [name for name in ("g", "f", "p") if name in at]
        weight = reshape(weight, [*(sizes[name] for name in order), part, *kernel])
        read = (*(at[name] for name in order), c, *k)
    out = generic(
        c + 1 + spatial,
        [At(padded, (at["n"], *split, c, *geometry.reads(o, k))), At(weight, read)],
        [Out(like(weight, [*(sizes[name] for name in names), *places]), (*range(len(names)), *o), start=0)],
        lambda x, w, total: total + x * w,
    )[0]
    if parts == 1:
        return reshape(out, list(type_.shape))
    out = reshape(precise_sum(out, (0,)), [outputs, batch, *places])
    return pointwise(type_, [At(out, (1, 0, *range(2, type_.rank)))], lambda y: y)


def windows(
    padded: ir.Value,
    kernel: Sequence[int],
    places: Sequence[int],
    geometry: Geometry,
    images: int,
    places_first: bool = False,
) -> ir.Value:
    """What each kernel element reads at each place of `images` images at a time.

    Shape: `[batch / images * groups, channels / groups * kernel, images * places]`; with `places_first` the last two
    the other way around.
    """
    batch, channels = padded.type.shape[:2]
    groups, spatial = geometry.groups, len(places)
    padded = reshape(padded, [batch // images, images, groups, channels // groups, *padded.type.shape[2:]])
    element, place = [channels // groups, *kernel], [images, *places]
    order = [*place, *element] if places_first else [*element, *place]
    c, i = (3 + spatial, 2) if places_first else (2, 3 + spatial)
    o, k = range(i + 1, i + 1 + spatial), range(c + 1, c + 1 + spatial)
    copied = pointwise(
        like(padded, [batch // images, groups, *order]), [At(padded, (0, i, 1, c, *geometry.reads(o, k)))], lambda x: x
    )
    sizes = [prod(place), prod(element)] if places_first else [prod(element), prod(place)]
    return reshape(copied, [batch // images * groups, *sizes])


def windows_last(
    padded: ir.Value, kernel: Sequence[int], places: Sequence[int], geometry: Geometry, images: int
) -> ir.Value:
    """The same with channels last, of an input with channels last: whole channels are copied.

    Shape: `[batch / images * groups, images * places, kernel * channels / groups]`.
    """
    batch, *sizes, channels = padded.type.shape
    groups, spatial = geometry.groups, len(places)
    padded = reshape(padded, [batch // images, images, *sizes, groups, channels // groups])
    o, k = range(3, 3 + spatial), range(3 + spatial, 3 + 2 * spatial)
    copied = pointwise(
        like(padded, [batch // images, groups, images, *places, *kernel, channels // groups]),
        [At(padded, (0, 2, *geometry.reads(o, k), 1, 3 + 2 * spatial))],
        lambda x: x,
    )
    return reshape(copied, [batch // images * groups, images * prod(places), prod(kernel) * channels // groups])
