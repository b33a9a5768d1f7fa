"""Writes to a slice, as a tensor put together from what is kept and what is new.

IREE 3.13 writes the slice into the old tensor's memory, in some programs before the last read of what was there.
"""

from __future__ import annotations

import torch
from torch import Tensor

_aten = torch.ops.aten


def _bound(place: int | None, otherwise: int, size: int) -> int:
    place = otherwise if place is None else place
    return min(max(place + size if place < 0 else place, 0), size)


def _slice_scatter(
    input: Tensor, source: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    dim, size = dim % input.dim(), input.size(dim)
    start = _bound(start, 0, size)
    end = max(_bound(end, size, size), start)
    if start == end:
        return input.clone()
    source = source.to(input.dtype)
    if step != 1:
        return _every(input, source, dim, start, step)
    if end - start == size:
        return source.clone()
    parts = [input.narrow(dim, 0, start), source, input.narrow(dim, end, size - end)]
    return torch.cat([part for part in parts if part.size(dim)], dim)


def _every(input: Tensor, source: Tensor, dim: int, start: int, step: int) -> Tensor:
    """Each place takes its own element, or that of the source for it."""
    count, size = source.size(dim), input.size(dim)
    places = set(range(start, start + step * count, step))
    nearest = [min(max((place - start) // step, 0), count - 1) for place in range(size)]
    spread = source.index_select(dim, torch.tensor(nearest))
    written = torch.tensor([float(place in places) for place in range(size)])
    return torch.where(written.view([-1] + [1] * (input.dim() - 1 - dim)) > 0.5, spread, input)


def _select_scatter(input: Tensor, source: Tensor, dim: int, index: int) -> Tensor:
    index = index % input.size(dim)
    return _slice_scatter(input, source.unsqueeze(dim % input.dim()), dim, index, index + 1)


TABLE = {
    _aten.select_scatter.default: _select_scatter,
    _aten.slice_scatter.default: _slice_scatter,
}
