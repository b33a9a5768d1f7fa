"""Searches in sorted sequences (`torch.searchsorted`, `torch.bucketize`), all of them at once."""

from __future__ import annotations

import torch
from torch import Tensor

_aten = torch.ops.aten

#: Sequences up to this long are compared with as a whole; longer ones are halved step by step.
_COMPARED = 64


def _searchsorted(
    sequence: Tensor,
    values: Tensor | float,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """The number of elements below each value, or not above it if `right`; NaN is above all."""
    right = right or side == "right"
    dtype = torch.int32 if out_int32 else torch.int64
    if not isinstance(values, Tensor):
        values = torch.tensor(values, dtype=sequence.dtype if sequence.is_floating_point() else None)
    if sorter is not None:
        sequence = sequence.gather(-1, sorter)
    length = sequence.size(-1)
    if length == 0 or values.numel() == 0:
        return torch.zeros(values.shape, dtype=dtype, device=values.device)

    def passed(element: Tensor) -> Tensor:
        return ~(element > values_ if right else element >= values_)

    if length <= _COMPARED:
        values_ = values.unsqueeze(-1)
        elements = sequence if sequence.dim() == 1 else sequence.unsqueeze(-2)
        return passed(elements).to(torch.int32).sum(-1, dtype=torch.int32).to(dtype)
    values_ = values
    low = torch.zeros(values.shape, dtype=torch.int32, device=values.device)
    high = torch.full_like(low, length)
    for _ in range(length.bit_length()):
        middle = (low + high) >> 1
        places = middle.clamp(max=length - 1).to(torch.int64)
        if sequence.dim() == 1:
            element = sequence.index_select(0, places.reshape(-1)).reshape(values.shape)
        else:
            element = sequence.gather(-1, places)
        searching, up = low < high, passed(element)
        low, high = torch.where(searching & up, middle + 1, low), torch.where(searching & ~up, middle, high)
    return low.to(dtype)


def _bucketize(
    values: Tensor | float, boundaries: Tensor, *, out_int32: bool = False, right: bool = False
) -> Tensor:
    return _searchsorted(boundaries, values, out_int32=out_int32, right=right)


TABLE = {
    _aten.bucketize.Scalar: _bucketize,
    _aten.bucketize.Tensor: _bucketize,
    _aten.searchsorted.Scalar: _searchsorted,
    _aten.searchsorted.Tensor: _searchsorted,
}
