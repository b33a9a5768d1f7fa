"""Padding: by constants, which crops where a count is negative, by reflection and by replication, and the gradients."""

from __future__ import annotations

from collections.abc import Callable

import torch

from . import linear_maps
from .linear_maps import LinearMap

_aten = torch.ops.aten


def _constant_pad(input: torch.Tensor, pad: list[int], value: float = 0.0) -> torch.Tensor:
    """Negative counts as slices; they come from gradients too."""
    if min(pad, default=0) >= 0:
        return NotImplemented
    for number in range(len(pad) // 2):
        low, high = pad[2 * number : 2 * number + 2]
        dim = input.dim() - 1 - number
        start = max(-low, 0)
        input = input.narrow(dim, start, input.size(dim) - start - max(-high, 0))
    if max(pad) <= 0:
        return input.clone()
    return _aten.constant_pad_nd.default(input, [max(count, 0) for count in pad], value)


def _reflected(place: int, size: int) -> int:
    place = abs(place)
    return min(place, 2 * (size - 1) - place)


def _replicated(place: int, size: int) -> int:
    return min(max(place, 0), size - 1)


def _maps(shape: torch.Size, pad: list[int], source: Callable[[int, int], int]) -> dict[int, LinearMap]:
    maps = {}
    for number in range(len(pad) // 2):
        low, high = pad[2 * number : 2 * number + 2]
        size = shape[-1 - number]
        maps[-1 - number] = LinearMap.gather(size, [source(place, size) for place in range(-low, size + high)])
    return maps


def _padded(source: Callable[[int, int], int]) -> Callable:
    def pad(input: torch.Tensor, padding: list[int]) -> torch.Tensor:
        return linear_maps.apply(input, _maps(input.shape, padding, source))

    return pad


def _gradient(source: Callable[[int, int], int]) -> Callable:
    def backward(grad: torch.Tensor, input: torch.Tensor, padding: list[int]) -> torch.Tensor:
        return linear_maps.apply_transposed(grad, _maps(input.shape, padding, source))

    return backward


TABLE = {
    _aten.constant_pad_nd.default: _constant_pad,
    _aten.reflection_pad1d.default: _padded(_reflected),
    _aten.reflection_pad2d.default: _padded(_reflected),
    _aten.reflection_pad3d.default: _padded(_reflected),
    _aten.reflection_pad1d_backward.default: _gradient(_reflected),
    _aten.reflection_pad2d_backward.default: _gradient(_reflected),
    _aten.reflection_pad3d_backward.default: _gradient(_reflected),
    _aten.replication_pad1d.default: _padded(_replicated),
    _aten.replication_pad2d.default: _padded(_replicated),
    _aten.replication_pad3d.default: _padded(_replicated),
    _aten.replication_pad1d_backward.default: _gradient(_replicated),
    _aten.replication_pad2d_backward.default: _gradient(_replicated),
    _aten.replication_pad3d_backward.default: _gradient(_replicated),
}
