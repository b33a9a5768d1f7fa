"""Cumulative sums and their like, on `fungible::scan`."""

from __future__ import annotations

import torch
from torch import Tensor

from .. import array_operators  # noqa: F401  defines torch.ops.fungible.scan

_aten = torch.ops.aten


def _scan(kind: str):
    def scan(input: Tensor, dim: int, *, dtype: torch.dtype | None = None) -> Tensor:
        if dtype is None:
            dtype = input.dtype if input.is_floating_point() else torch.int64
        if dtype.is_complex:
            return NotImplemented
        input = input.to(dtype)
        if input.dim() == 0:
            return input.clone()
        return torch.ops.fungible.scan(input, dim % input.dim(), kind)

    return scan


def _logcumsumexp(input: Tensor, dim: int) -> Tensor:
    if input.is_complex():
        return NotImplemented
    return input.clone() if input.dim() == 0 else torch.ops.fungible.scan(input, dim % input.dim(), "logsumexp")


def _extreme(kind: str):
    """The value so far and its last index; from the first NaN on NaN, and the last index of one."""

    def scan(input: Tensor, dim: int) -> tuple[Tensor, Tensor]:
        if input.dim() == 0:
            return input.clone(), torch.zeros_like(input, dtype=torch.int64)
        dim %= input.dim()
        keys = input if input.is_floating_point() or input.dtype == torch.int64 else input.to(torch.int32)
        reached = keys == torch.ops.fungible.scan(keys, dim, kind)
        if keys.is_floating_point():
            reached = reached | keys.isnan()
        places = torch.arange(input.size(dim), dtype=torch.int32, device=input.device)
        places = places.view([-1 if d == dim else 1 for d in range(input.dim())])
        indices = torch.ops.fungible.scan(torch.where(reached, places, 0), dim, "max").to(torch.int64)
        return input.gather(dim, indices), indices

    return scan


TABLE = {
    _aten.cumsum.default: _scan("sum"),
    _aten.cumprod.default: _scan("prod"),
    _aten.logcumsumexp.default: _logcumsumexp,
    _aten.cummax.default: _extreme("max"),
    _aten.cummin.default: _extreme("min"),
}
