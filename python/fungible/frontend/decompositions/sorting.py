"""Sorts and what is read off a sorted tensor, on the stable order that `fungible::argsort` gives."""

from __future__ import annotations

import torch
from torch import Tensor

from .. import array_operators  # noqa: F401  defines torch.ops.fungible.argsort

_aten = torch.ops.aten

#: Dtypes that are sorted as they are; any other as one that orders the same.
_SORTED = (torch.float32, torch.float64, torch.int32, torch.int64)


def _order(input: Tensor, dim: int, descending: bool = False) -> Tensor:
    """int64, shape of the input, which has rank 1 or more."""
    keys = input
    if input.dtype not in _SORTED:
        keys = input.to(torch.float32 if input.is_floating_point() else torch.int32)
    return torch.ops.fungible.argsort(keys, dim % input.dim(), descending)


def _with_rank(input: Tensor) -> Tensor:
    return input.reshape(1) if input.dim() == 0 else input


def _like_input(input: Tensor, *results: Tensor) -> tuple[Tensor, ...]:
    """The results along one dimension as they are for a scalar input."""
    return tuple(result.reshape(()) for result in results) if input.dim() == 0 else results


def _sort(input: Tensor, dim: int = -1, descending: bool = False) -> tuple[Tensor, Tensor]:
    values = _with_rank(input)
    order = _order(values, dim, descending)
    return _like_input(input, values.gather(dim, order), order)


def _stable_sort(
    input: Tensor, *, stable: bool | None, dim: int = -1, descending: bool = False
) -> tuple[Tensor, Tensor]:
    return _sort(input, dim, descending)


def _argsort(input: Tensor, dim: int = -1, descending: bool = False) -> Tensor:
    return _sort(input, dim, descending)[1]


def _stable_argsort(input: Tensor, *, stable: bool, dim: int = -1, descending: bool = False) -> Tensor:
    return _sort(input, dim, descending)[1]


def _topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> tuple[Tensor, Tensor]:
    values = _with_rank(input)
    order = _order(values, dim, largest).narrow(dim, 0, k)
    return _like_input(input, values.gather(dim, order), order)


def _at_place(input: Tensor, dim: int, keepdim: bool, place: Tensor | int, order: Tensor) -> tuple[Tensor, Tensor]:
    """The element at a place of the sorted tensor, and where it was."""
    if isinstance(place, int):
        indices = order.narrow(dim, place, 1)
    else:
        indices = order.gather(dim, place)
    results = (input.gather(dim, indices), indices)
    return results if keepdim else tuple(result.squeeze(dim) for result in results)


def _kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> tuple[Tensor, Tensor]:
    values = _with_rank(input)
    results = _at_place(values, dim, keepdim, k - 1, _order(values, dim))
    return _like_input(input, *results)


def _median_place(values: Tensor, dim: int, ignore_nan: bool) -> Tensor | int:
    """Of the lower median in the sorted tensor: of the numbers, or else of the first NaN if there is one."""
    size = values.size(dim)
    if not values.is_floating_point():
        return (size - 1) // 2
    missing = values.isnan().to(torch.int32).sum(dim, keepdim=True, dtype=torch.int32)
    if ignore_nan:
        last = (size - 1 - missing).clamp(min=0)
        return torch.div(last, 2, rounding_mode="floor").to(torch.int64)
    return torch.where(missing > 0, size - missing, (size - 1) // 2).to(torch.int64)


def _median_along(ignore_nan: bool):
    def median(input: Tensor, dim: int, keepdim: bool = False) -> tuple[Tensor, Tensor]:
        values = _with_rank(input)
        place = _median_place(values, dim, ignore_nan)
        results = _at_place(values, dim, keepdim, place, _order(values, dim))
        return _like_input(input, *results)

    return median


def _median_of_all(ignore_nan: bool):
    along = _median_along(ignore_nan)
    return lambda input: along(input.reshape(-1), 0)[0]


def _mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> tuple[Tensor, Tensor]:
    """The most frequent value, the smallest of several; its last index, as PyTorch's CPU kernel has it."""
    values = _with_rank(input)
    order = _order(values, dim)
    sorted_, size = values.gather(dim, order), values.size(dim)
    places = torch.arange(size, dtype=torch.int32, device=input.device)
    places = places.view([-1 if d == dim % values.dim() else 1 for d in range(values.dim())]).expand(values.shape)
    # How far each place is into its run of equal values.
    first = sorted_.narrow(dim, 1, size - 1) != sorted_.narrow(dim, 0, size - 1)
    first = torch.cat([torch.ones_like(first.narrow(dim, 0, 1)), first], dim) if size > 1 else sorted_ == sorted_
    starts = torch.ops.fungible.scan(torch.where(first, places, 0), dim % values.dim(), "max")
    longest = (places - starts).argmax(dim, keepdim=True)
    results = _at_place(values, dim, keepdim, longest, order)
    return _like_input(input, *results)


TABLE = {
    _aten.sort.default: _sort,
    _aten.sort.stable: _stable_sort,
    _aten.argsort.default: _argsort,
    _aten.argsort.stable: _stable_argsort,
    _aten.topk.default: _topk,
    _aten.kthvalue.default: _kthvalue,
    _aten.median.default: _median_of_all(ignore_nan=False),
    _aten.median.dim: _median_along(ignore_nan=False),
    _aten.nanmedian.default: _median_of_all(ignore_nan=True),
    _aten.nanmedian.dim: _median_along(ignore_nan=True),
    _aten.mode.default: _mode,
}
