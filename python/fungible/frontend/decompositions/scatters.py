"""Scatters along a dimension, on `fungible::scatter`: deterministic, and parallel over the places written to."""

from __future__ import annotations

import torch
from torch import Tensor

from .. import array_operators  # noqa: F401  defines torch.ops.fungible.scatter

_aten = torch.ops.aten

#: ATen's names of the reductions; `mean` is a sum that is divided.
_KINDS = {
    "add": "sum", "amax": "max", "amin": "min", "multiply": "prod", "prod": "prod", "sum": "sum",
}  # fmt: skip


def send(
    input: Tensor, dim: int, index: Tensor, source: Tensor, kind: str = "set", include_self: bool = True
) -> Tensor:
    """`fungible::scatter` for every dtype; `source` has the shape of `input` but for `dim`.

    A sum or a product of booleans is the logical one.
    """
    if input.is_complex():
        return _send_complex(input, dim, index, source, kind)
    dtype = input.dtype
    if dtype == torch.bool:
        kind = {"sum": "max", "prod": "min"}.get(kind, kind)
    if dtype in (torch.bool, torch.uint8, torch.int8, torch.int16):
        input, source = input.to(torch.int32), source.to(torch.int32)
    return torch.ops.fungible.scatter(input, dim, index, source, kind, include_self).to(dtype)


def _send_complex(input: Tensor, dim: int, index: Tensor, source: Tensor, kind: str) -> Tensor:
    """Pairs of reals, which are kept or added each on its own."""
    if kind not in ("set", "sum"):
        raise NotImplementedError(f"a scatter of complex numbers that takes their {kind}")
    if index.shape == source.shape:
        index = index.unsqueeze(-1).expand([*index.shape, 2])
    pairs = torch.view_as_real(input.resolve_conj()), torch.view_as_real(source.resolve_conj())
    return torch.view_as_complex(send(pairs[0], dim, index, pairs[1], kind))


def _same_for_all(index: Tensor, dim: int) -> Tensor:
    """The index as one row where it is a broadcast one, as in `index[:, None].expand(-1, width)`."""
    others = [d for d in range(index.dim()) if d != dim]
    if not others or any(index.stride(d) != 0 and index.size(d) > 1 for d in others):
        return index
    for d in reversed(others):
        index = index.select(d, 0)
    return index


def _along(input: Tensor, dim: int, index: Tensor, source: Tensor, kind: str, include_self: bool = True) -> Tensor:
    """`input` of any rank, and an index that may be smaller than it, and than `source`."""
    if input.dim() == 0:
        index, source = index.reshape(-1), source.reshape(-1)
        return _along(input.reshape(1), 0, index, source, kind, include_self).reshape(())
    if index.numel() == 0:
        return input.clone()
    dim %= input.dim()
    index = index.reshape(1) if index.dim() == 0 else index
    source = source.reshape(1) if source.dim() == 0 else source
    for d in range(input.dim()):
        source = source.narrow(d, 0, index.size(d))
    missing = [0 if d == dim else input.size(d) - index.size(d) for d in range(input.dim())]
    if any(missing):
        pad = [count for n in reversed(missing) for count in (0, n)]
        index = torch.constant_pad_nd(index, pad, -1)  # sends nowhere
        source = torch.constant_pad_nd(source, pad, 0)
    return send(input, dim, _same_for_all(index, dim), source, kind, include_self)


def _scatter(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    return _along(input, dim, index, source, "set")


def _filling(input: Tensor, index: Tensor, value: float) -> Tensor:
    return torch.full(index.shape, value, dtype=input.dtype, device=input.device)


def _scatter_value(input: Tensor, dim: int, index: Tensor, value: float) -> Tensor:
    return _scatter(input, dim, index, _filling(input, index, value))


def _scatter_add(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    return _along(input, dim, index, source, "sum")


def _quotient(total: Tensor, count: Tensor) -> Tensor:
    """The mean; of integers rounded down."""
    return total / count if total.is_floating_point() else torch.div(total, count, rounding_mode="floor")


def _scatter_reduce(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    if reduce != "mean":
        return _along(input, dim, index, source, _KINDS[reduce], include_self)
    total = _along(input, dim, index, source, "sum", include_self)
    ones = torch.ones(index.shape, dtype=input.dtype, device=input.device)
    counts = torch.ones_like(input) if include_self else torch.zeros_like(input)
    counts = _along(counts, dim, index, ones, "sum")
    return _quotient(total, counts.clamp(min=1))


def _scatter_value_reduce(input: Tensor, dim: int, index: Tensor, value: float, *, reduce: str) -> Tensor:
    return _along(input, dim, index, _filling(input, index, value), _KINDS[reduce])


def _scatter_source_reduce(input: Tensor, dim: int, index: Tensor, source: Tensor, *, reduce: str) -> Tensor:
    return _along(input, dim, index, source, _KINDS[reduce])


def _rows(input: Tensor, dim: int, index: Tensor, source: Tensor, kind: str, include_self: bool = True) -> Tensor:
    """One index for each place of `source` along `dim`."""
    if input.dim() == 0:
        return _rows(input.reshape(1), 0, index, source.reshape(-1), kind, include_self).reshape(())
    index, dim = index.reshape(-1), dim % input.dim()
    if source.dim() == 0:
        source = source.reshape(1)
    return send(input, dim, index, source, kind, include_self)


def _index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    return _rows(input, dim, index, source if alpha == 1 else source * alpha, "sum")


def _index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    return _rows(input, dim, index, source, "set")


def _index_reduce(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    if reduce != "mean":
        return _rows(input, dim, index, source, _KINDS[reduce], include_self)
    total = _rows(input, dim, index, source, "sum", include_self)
    ones = torch.ones(source.shape, dtype=input.dtype, device=input.device)
    counts = torch.ones_like(input) if include_self else torch.zeros_like(input)
    counts = _rows(counts, dim, index, ones, "sum")
    return _quotient(total, counts.clamp(min=1))


TABLE = {
    _aten.scatter.src: _scatter,
    _aten.scatter.value: _scatter_value,
    _aten.scatter.reduce: _scatter_source_reduce,
    _aten.scatter.value_reduce: _scatter_value_reduce,
    _aten.scatter_add.default: _scatter_add,
    _aten.scatter_reduce.two: _scatter_reduce,
    _aten.index_add.default: _index_add,
    _aten.index_copy.default: _index_copy,
    _aten.index_reduce.default: _index_reduce,
}
