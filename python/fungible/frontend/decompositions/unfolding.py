"""Windows of images as columns (`unfold`), and back (`fold`), each of which is the other's gradient."""

from __future__ import annotations

from math import prod

import torch

from . import linear_maps
from .linear_maps import LinearMap

_aten = torch.ops.aten


def _maps(size: list[int], kernel: list[int], dilation: list[int], padding: list[int], stride: list[int]):
    """For each of the two last dimensions: what each kernel element reads in each window, kernel first."""
    maps = {}
    for dim, n, k, d, p, s in zip((-2, -1), size, kernel, dilation, padding, stride, strict=True):
        windows = (n + 2 * p - d * (k - 1) - 1) // s + 1
        places = [window * s + element * d - p for element in range(k) for window in range(windows)]
        maps[dim] = LinearMap.gather(n, [place if 0 <= place < n else None for place in places])
    return maps


def _im2col(
    input: torch.Tensor, kernel: list[int], dilation: list[int], padding: list[int], stride: list[int]
) -> torch.Tensor:
    """`[N, C, H, W]` as `[N, C * kernel elements, windows]`."""
    outer, channels = list(input.shape[:-3]), input.size(-3)
    apart = linear_maps.apply(input, _maps(list(input.shape[-2:]), kernel, dilation, padding, stride))
    (k0, k1), windows = kernel, [length // k for length, k in zip(apart.shape[-2:], kernel)]
    if apart.numel() == 0:
        return input.new_zeros([*outer, channels * k0 * k1, windows[0] * windows[1]])
    apart = apart.reshape([prod(outer), channels, k0, windows[0], k1, windows[1]]).permute(0, 1, 2, 4, 3, 5)
    return apart.reshape([*outer, channels * k0 * k1, windows[0] * windows[1]])


def _col2im(
    input: torch.Tensor,
    size: list[int],
    kernel: list[int],
    dilation: list[int],
    padding: list[int],
    stride: list[int],
) -> torch.Tensor:
    """`[N, C * kernel elements, windows]` as `[N, C, H, W]`: elements of several windows are added."""
    maps = _maps(size, kernel, dilation, padding, stride)
    outer, (k0, k1) = list(input.shape[:-2]), kernel
    windows = [len(maps[dim].rows) // k for dim, k in zip((-2, -1), kernel)]
    channels = input.size(-2) // (k0 * k1)
    if input.numel() == 0:
        return input.new_zeros([*outer, channels, *size])
    apart = input.reshape([prod(outer), channels, k0, k1, *windows]).permute(0, 1, 2, 4, 3, 5)
    apart = apart.reshape([*outer, channels, k0 * windows[0], k1 * windows[1]])
    return linear_maps.apply_transposed(apart, maps)


TABLE = {
    _aten.im2col.default: _im2col,
    _aten.col2im.default: _col2im,
}
