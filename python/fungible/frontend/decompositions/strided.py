"""Views by strides, windows along a dimension and diagonals, and writes through them."""

from __future__ import annotations

import torch
from torch import Tensor

from .linear_maps import LinearMap
from .scatters import send

_aten = torch.ops.aten


def _places(size: list[int], stride: list[int], offset: int, device: torch.device) -> Tensor:
    """Where each element of the view is in the base; int64, of shape `size`."""
    places = torch.full([1] * len(size), offset, dtype=torch.int64, device=device)
    for d, (count, step) in enumerate(zip(size, stride, strict=True)):
        along = torch.arange(count, dtype=torch.int64, device=device) * step
        places = places + along.view([-1 if other == d else 1 for other in range(len(size))])
    return places


def _base(input: Tensor) -> Tensor:
    """The elements of a tensor as they lie in its storage.

    Raises:
        NotImplementedError: a tensor that is not contiguous; its storage has an order of its own.
    """
    if not input.is_contiguous():
        raise NotImplementedError(
            "a write through as_strided to a tensor that is not contiguous; call .contiguous() on it first"
        )
    return input.reshape(-1)


def _as_strided_copy(
    input: Tensor, size: list[int], stride: list[int], storage_offset: int | None = None
) -> Tensor:
    return input.as_strided(size, stride, storage_offset).clone()


def _as_strided_scatter(
    input: Tensor, src: Tensor, size: list[int], stride: list[int], storage_offset: int | None = None
) -> Tensor:
    # From where the input starts; what the storage holds in front of it is no part of the result.
    offset = 0 if storage_offset is None else storage_offset - input.storage_offset()
    places = _places(size, stride, offset, input.device).reshape(-1)
    return send(_base(input), 0, places, src.expand(size).reshape(-1)).reshape(input.shape)


def _diagonal_mask(input: Tensor, offset: int) -> Tensor:
    rows = torch.arange(input.size(-2), dtype=torch.int32, device=input.device).unsqueeze(-1)
    columns = torch.arange(input.size(-1), dtype=torch.int32, device=input.device)
    return columns - rows == offset


def _diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of `input` along two dimensions becomes `src`, in whose last dimension it lies."""
    moved = input.movedim((dim1, dim2), (-2, -1))
    if src.numel() == 0:
        return input.clone()
    # Above the main diagonal its rows start at the first, below it its columns.
    size = moved.size(-2) if offset >= 0 else moved.size(-1)
    spread = torch.constant_pad_nd(src, [0, size - src.size(-1)], 0).unsqueeze(-1 if offset >= 0 else -2)
    return torch.where(_diagonal_mask(moved, offset), spread, moved).movedim((-2, -1), (dim1, dim2))


def _diagonal_backward(grad: Tensor, sizes: list[int], offset: int, dim1: int, dim2: int) -> Tensor:
    return _diagonal_scatter(grad.new_zeros(sizes), grad, offset, dim1, dim2)


def _unfold_backward(grad: Tensor, sizes: list[int], dim: int, size: int, step: int) -> Tensor:
    """Each element sums the gradients of the windows that hold it; they are in the last dimension."""
    if not sizes:
        return grad.reshape(())
    dim %= len(sizes)
    windows = grad.movedim(-1, dim + 1)
    count = windows.size(dim)
    places = [window * step + place for window in range(count) for place in range(size)]
    return LinearMap.gather(sizes[dim], places).transposed(windows.flatten(dim, dim + 1), dim)


def _squeeze(input: Tensor, dims: list[int]) -> Tensor:
    input = _aten.alias.default(input)  # a view may not be its base
    for d in sorted({d % max(input.dim(), 1) for d in dims}, reverse=True):
        input = input.squeeze(d)
    return input


TABLE = {
    _aten.as_strided_copy.default: _as_strided_copy,
    _aten.as_strided_scatter.default: _as_strided_scatter,
    _aten.diagonal_backward.default: _diagonal_backward,
    _aten.diagonal_scatter.default: _diagonal_scatter,
    _aten.squeeze.dims: _squeeze,
    _aten.unfold_backward.default: _unfold_backward,
}
