"""Resizing by interpolation, and its gradient: one linear map for each dimension.

Places and weights are those of PyTorch's CPU kernels (aten/src/ATen/native/UpSample.h and
cpu/UpSampleKernel.cpp), computed in the dtype that those compute in, since a rounding can decide
which neighbour is the nearest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch

from . import linear_maps
from .linear_maps import LinearMap

_aten = torch.ops.aten

Rows = Callable[[int, int, bool, "float | None", type], list[list[tuple[int, float]]]]


def _ratio(size: int, count: int, align_corners: bool, scale: float | None, real: type) -> np.floating:
    """How far one step in the output is in the input."""
    if align_corners:
        return real(size - 1) / real(count - 1) if count > 1 else real(0)
    return real(1.0 / scale) if scale is not None and scale > 0 else real(size) / real(count)


def _source(ratio: np.floating, place: int, align_corners: bool, real: type) -> np.floating:
    if align_corners:
        return ratio * real(place)
    return ratio * (real(place) + real(0.5)) - real(0.5)


def _nearest(offset: float) -> Rows:
    """The element that begins left of the place, or that of the middle of the output element (`exact`)."""

    def rows(size, count, align_corners, scale, real):
        ratio = _ratio(size, count, False, scale, np.float32)
        places = [math.floor((np.float32(o) + np.float32(offset)) * ratio) for o in range(count)]
        return [[(min(place, size - 1), 1.0)] for place in places]

    return rows


def _linear(size, count, align_corners, scale, real):
    if size == count:
        return [[(o, 1.0)] for o in range(count)]
    ratio, rows = _ratio(size, count, align_corners, scale, real), []
    for o in range(count):
        source = max(_source(ratio, o, align_corners, real), real(0))
        first = min(int(source), size - 1)
        part = min(max(source - real(first), real(0)), real(1))
        second = min(first + 1, size - 1)
        rows.append([(first, float(real(1) - part)), (second, float(part))])
    return rows


def _cubic_weight(x: np.floating, a: float) -> np.floating:
    """Keys's kernel of the distance `x`; R. G. Keys, 1981."""
    real, x = type(x), abs(x)
    if x <= 1:
        return ((real(a) + real(2)) * x - (real(a) + real(3))) * x * x + real(1)
    return ((real(a) * x - real(5 * a)) * x + real(8 * a)) * x - real(4 * a) if x < 2 else real(0)


def _cubic(size, count, align_corners, scale, real):
    ratio, rows = _ratio(size, count, align_corners, scale, real), []
    for o in range(count):
        source = _source(ratio, o, align_corners, real)
        first = min(math.floor(source), size - 1)
        part = min(max(source - real(first), real(0)), real(1))
        distances = (part + real(1), part, real(1) - part, real(2) - part)
        rows.append(
            [
                (min(max(first - 1 + k, 0), size - 1), float(_cubic_weight(distance, -0.75)))
                for k, distance in enumerate(distances)
            ]
        )
    return rows


def _antialiased(reach: int, weight: Callable[[np.floating], np.floating]) -> Rows:
    """A filter as wide as the input elements that an output element covers, with weights of sum 1."""

    def rows(size, count, align_corners, scale, real):
        ratio, found = _ratio(size, count, align_corners, scale, real), []
        stretch = max(ratio, real(1))
        support = real(reach) * stretch
        for o in range(count):
            center = ratio * (real(o) + real(0.5))
            start = max(int(center - support + real(0.5)), 0)
            end = min(int(center + support + real(0.5)), size)
            weights = [weight((real(i) - center + real(0.5)) / stretch) for i in range(start, end)]
            total = sum(weights, real(0))
            found.append([(start + k, float(each / total)) for k, each in enumerate(weights)])
        return found

    return rows


def _triangle(x: np.floating) -> np.floating:
    return max(type(x)(1) - abs(x), type(x)(0))


def _merged(row: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """One entry for each place; those without weight are left out."""
    weights: dict[int, float] = {}
    for place, weight in row:
        weights[place] = weights.get(place, 0.0) + weight
    return tuple((place, weight) for place, weight in weights.items() if weight != 0.0)


def _maps(rows: Rows, sizes, counts, align_corners, scales, dtype) -> dict[int, LinearMap]:
    real = np.float64 if dtype == torch.float64 else np.float32
    maps = {}
    for number, (size, count, scale) in enumerate(zip(sizes, counts, scales, strict=True)):
        found = rows(size, count, align_corners, scale, real)
        maps[number - len(sizes)] = LinearMap(size, tuple(map(_merged, found)))
    return maps


def _pair(rows: Rows, spatial: int, aligns: bool) -> tuple[Callable, Callable]:
    """Forward and backward; `aligns` says whether the op takes `align_corners`."""

    def split(more):
        align_corners, scales = (more[0], more[1:]) if aligns else (False, more)
        return align_corners, [*scales, *[None] * (spatial - len(scales))]

    def forward(input, output_size, *more):
        if not input.is_floating_point():
            return NotImplemented
        return linear_maps.apply(input, _maps(rows, input.shape[2:], output_size, *split(more), input.dtype))

    def backward(grad, output_size, input_size, *more):
        return linear_maps.apply_transposed(grad, _maps(rows, input_size[2:], output_size, *split(more), grad.dtype))

    return forward, backward


_OPS = {
    "upsample_nearest1d": (_nearest(0.0), 1, False),
    "upsample_nearest2d": (_nearest(0.0), 2, False),
    "upsample_nearest3d": (_nearest(0.0), 3, False),
    "_upsample_nearest_exact1d": (_nearest(0.5), 1, False),
    "_upsample_nearest_exact2d": (_nearest(0.5), 2, False),
    "_upsample_nearest_exact3d": (_nearest(0.5), 3, False),
    "upsample_linear1d": (_linear, 1, True),
    "upsample_bilinear2d": (_linear, 2, True),
    "upsample_trilinear3d": (_linear, 3, True),
    "upsample_bicubic2d": (_cubic, 2, True),
    "_upsample_bilinear2d_aa": (_antialiased(1, _triangle), 2, True),
    "_upsample_bicubic2d_aa": (_antialiased(2, lambda x: _cubic_weight(x, -0.5)), 2, True),
}

TABLE = {}
for _name, _spec in _OPS.items():
    _forward, _backward = _pair(*_spec)
    TABLE[getattr(_aten, _name).default] = _forward
    TABLE[getattr(_aten, f"{_name}_backward").default] = _backward
