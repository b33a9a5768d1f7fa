"""Sampling of images at places that a grid names, and the gradients.

In each dimension a place reads a few elements, the taps, each with a weight; what an output element
is made of are the products of taps. Source: aten/src/ATen/native/GridSampler.h.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from .opmath import in_float32

_aten = torch.ops.aten

_LINEAR, _NEAREST, _CUBIC = 0, 1, 2
_ZEROS, _BORDER, _REFLECTION = 0, 1, 2

#: The parameter of Keys's kernel that PyTorch takes.
_A = -0.75


@dataclass(frozen=True)
class _Tap:
    """Elements that places read: the number in the dimension, the weight, and the weight's derivative by the grid."""

    number: Tensor
    weight: Tensor
    slope: Tensor


def _clipped(place: Tensor, size: int) -> tuple[Tensor, Tensor]:
    inside = (place > 0) & (place < size - 1)
    return place.clamp(0, size - 1), inside.to(place.dtype)


def _reflected(place: Tensor, size: int, align_corners: bool) -> tuple[Tensor, Tensor]:
    low, span = (0.0, size - 1.0) if align_corners else (-0.5, float(size))
    if span <= 0:
        return place * 0.0, place * 0.0
    distance = (place - low).abs()
    flips = torch.floor(distance / span)
    rest = distance - flips * span
    odd = flips - 2.0 * torch.floor(flips / 2.0) > 0.5
    sign = torch.where(place < low, -1.0, 1.0) * torch.where(odd, -1.0, 1.0)
    inner, slope = _clipped(torch.where(odd, span - rest, rest) + low, size)
    return inner, slope * sign


def _padded(place: Tensor, size: int, padding: int, align_corners: bool) -> tuple[Tensor, Tensor]:
    """Where a place beyond the image is instead, and the derivative."""
    if padding == _ZEROS:
        return place, torch.ones_like(place)
    return _clipped(place, size) if padding == _BORDER else _reflected(place, size, align_corners)


def _near(x: Tensor) -> Tensor:
    return ((_A + 2.0) * x - (_A + 3.0)) * x * x + 1.0


def _far(x: Tensor) -> Tensor:
    return ((_A * x - 5.0 * _A) * x + 8.0 * _A) * x - 4.0 * _A


def _near_slope(x: Tensor) -> Tensor:
    return (3.0 * (_A + 2.0) * x - 2.0 * (_A + 3.0)) * x


def _far_slope(x: Tensor) -> Tensor:
    return (3.0 * _A * x - 10.0 * _A) * x + 8.0 * _A


def _cubic_taps(place: Tensor, size: int, padding: int, align_corners: bool, scale: float) -> list[_Tap]:
    first = torch.floor(place)
    t = place - first
    weights = (_far(t + 1.0), _near(t), _near(1.0 - t), _far(2.0 - t))
    slopes = (_far_slope(t + 1.0), _near_slope(t), -_near_slope(1.0 - t), -_far_slope(2.0 - t))
    return [
        _inside(_padded(first + (k - 1.0), size, padding, align_corners)[0], weight, slope * scale, size)
        for k, (weight, slope) in enumerate(zip(weights, slopes))
    ]


def _inside(number: Tensor, weight: Tensor, slope: Tensor, size: int) -> _Tap:
    """Without weight, and at 0, where the number is in no image."""
    inside = (number > -0.5) & (number < size - 0.5)
    weight, slope, number = (torch.where(inside, x, 0.0) for x in (weight, slope, number))
    return _Tap(number.to(torch.int32), weight, slope)


def _taps(grid: Tensor, size: int, mode: int, padding: int, align_corners: bool) -> list[_Tap]:
    """Of one dimension; `grid` has the places from -1 to 1."""
    scale = (size - 1) / 2 if align_corners else size / 2
    place = (grid + 1.0) * scale if align_corners else ((grid + 1.0) * size - 1.0) / 2.0
    if mode == _CUBIC:
        return _cubic_taps(place, size, padding, align_corners, scale)
    place, slope = _padded(place, size, padding, align_corners)
    slope = slope * scale
    if mode == _NEAREST:
        return [_inside(torch.round(place), torch.ones_like(place), slope * 0.0, size)]
    first = torch.floor(place)
    part = place - first
    return [_inside(first, 1.0 - part, -slope, size), _inside(first + 1.0, part, slope, size)]


def _all_taps(input: Tensor, grid: Tensor, mode: int, padding: int, align_corners: bool) -> list[_Tap]:
    """One for each dimension of the image, whose tensors are `[N, taps, ..., places]`.

    Their dimensions of taps are apart, so that products are of all combinations. A grid names the
    last dimension first.
    """
    sizes = input.shape[2:]
    places = grid.reshape([grid.size(0), -1, len(sizes)])
    found = []
    for d, size in enumerate(sizes):
        taps = _taps(places[..., len(sizes) - 1 - d], size, mode, padding, align_corners)
        shape = [grid.size(0), *[len(taps) if k == d else 1 for k in range(len(sizes))], places.size(1)]
        stacked = [[tap.number for tap in taps], [tap.weight for tap in taps], [tap.slope for tap in taps]]
        found.append(_Tap(*(torch.stack(each, 1).reshape(shape) for each in stacked)))
    return found


def _numbers(taps: list[_Tap], input: Tensor) -> Tensor:
    """Row-major, among all elements of a plane; `[N, combinations * places]`."""
    number = taps[0].number
    for tap, size in zip(taps[1:], input.shape[3:]):
        number = number * size + tap.number
    return number.to(torch.int64).flatten(1)


def _product(factors: list[Tensor]) -> Tensor:
    """`[N, 1, combinations, places]`"""
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result.flatten(1, -2).unsqueeze(1)


def _read(input: Tensor, numbers: Tensor, places: int) -> Tensor:
    """`[N, C, combinations, places]`"""
    planes = input.flatten(2)
    read = planes.gather(2, numbers.unsqueeze(1).expand(-1, planes.size(1), -1))
    return read.unflatten(2, [-1, places])


@in_float32
def _sample(input: Tensor, grid: Tensor, mode: int, padding: int, align_corners: bool) -> Tensor:
    taps = _all_taps(input, grid, mode, padding, align_corners)
    shape = [*input.shape[:2], *grid.shape[1:-1]]
    read = _read(input, _numbers(taps, input), prod(shape[2:]))
    return (read * _product([tap.weight for tap in taps])).sum(2).reshape(shape)


@in_float32
def _sample_backward(
    grad: Tensor, input: Tensor, grid: Tensor, mode: int, padding: int, align_corners: bool, mask: list[bool]
) -> tuple[Tensor | None, Tensor | None]:
    taps = _all_taps(input, grid, mode, padding, align_corners)
    numbers, grad = _numbers(taps, input), grad.flatten(2).unsqueeze(2)
    grad_input = grad_grid = None
    if mask[0]:
        parts = (grad * _product([tap.weight for tap in taps])).flatten(2)
        places = numbers.unsqueeze(1).expand(parts.shape)
        grad_input = torch.zeros_like(input).flatten(2).scatter_add(2, places, parts).reshape(input.shape)
    if mask[1] and mode == _NEAREST:
        grad_grid = torch.zeros_like(grid)
    elif mask[1]:
        shared = (_read(input, numbers, grad.size(3)) * grad).sum(1, keepdim=True)
        slopes = [
            (shared * _product([tap.slope if k == d else tap.weight for k, tap in enumerate(taps)])).sum((1, 2))
            for d in reversed(range(len(taps)))
        ]
        grad_grid = torch.stack(slopes, -1).reshape(grid.shape)
    return grad_input, grad_grid


def _unless_empty(decomposition: Callable) -> Callable:
    def decompose(*args):
        return NotImplemented if any(prod(x.shape) == 0 for x in args if isinstance(x, Tensor)) else decomposition(*args)

    return decompose


TABLE = {
    _aten.grid_sampler_2d.default: _unless_empty(_sample),
    _aten.grid_sampler_3d.default: _unless_empty(_sample),
    _aten.grid_sampler_2d_backward.default: _unless_empty(_sample_backward),
    _aten.grid_sampler_3d_backward.default: _unless_empty(_sample_backward),
}
