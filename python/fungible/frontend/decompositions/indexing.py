"""Reads and writes at the places that tensors of indices or masks name (`x[i, j]`, `x[mask] = y`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import DynamicOutputShapeException

from .scatters import send

_aten = torch.ops.aten


def _refuse(op: torch._ops.OpOverload):
    """For ops whose result is as long as the values of a tensor say."""

    def refuse(*args, **kwargs):
        raise DynamicOutputShapeException(op)

    return refuse


def _is_mask(index: Tensor | None) -> bool:
    return index is not None and index.dtype in (torch.bool, torch.uint8)


def _index(input: Tensor, indices: Sequence[Tensor | None]) -> Tensor:
    if any(map(_is_mask, indices)):
        raise DynamicOutputShapeException(_aten.index.Tensor)
    if all(index is None or index.dtype == torch.int64 for index in indices):
        return NotImplemented
    # torch-mlir takes no others.
    return _aten.index.Tensor(input, [index if index is None else index.to(torch.int64) for index in indices])


def _unsafe_index(input: Tensor, indices: Sequence[Tensor | None]) -> Tensor:
    return _aten.index.Tensor(input, indices)


def put_by_mask(input: Tensor, mask: Tensor, values: Tensor, accumulate: bool) -> Tensor:
    """Writes where the mask of the first dimensions is set.

    `values` is one row for all of these places, or has one for each of them, in order.
    """
    mask, rest = mask != 0, input.dim() - mask.dim()
    apart = mask.reshape([*mask.shape, *[1] * rest])
    if values.dim() > rest and values.size(values.dim() - rest - 1) == 1:
        values = values.reshape(values.shape[values.dim() - rest :])
    if values.dim() > rest:
        number = mask.reshape(-1).to(torch.int32).cumsum(0, dtype=torch.int32) - 1
        number = number.clamp(0, values.size(0) - 1).to(torch.int64)
        values = values.index_select(0, number).reshape([*mask.shape, *values.shape[1:]])
    return torch.where(apart, input + values if accumulate else values, input)


def named(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """A mask of the places along `dim` that the index has, which broadcasts to `input`."""
    dim, size = dim % max(input.dim(), 1), input.size(dim) if input.dim() else 1
    index = index.reshape(-1)
    index = torch.where(index < 0, index + size, index)
    ones = torch.ones(index.shape, dtype=torch.int32, device=input.device)
    found = send(torch.zeros(size, dtype=torch.int32, device=input.device), 0, index, ones)
    return found.view([-1 if d == dim else 1 for d in range(input.dim())]) > 0


def _index_fill(input: Tensor, dim: int, index: Tensor, value: float | Tensor) -> Tensor:
    value = value.to(input.dtype) if isinstance(value, Tensor) else value
    return torch.where(named(input, dim, index), value, input)


def _places(indices: Sequence[Tensor], sizes: Sequence[int]) -> Tensor:
    """One number for each combination of indices, in row-major order; -1 where one is outside."""
    place, inside = None, None
    for index, size in zip(indices, sizes, strict=True):
        index = torch.where(index < 0, index + size, index)
        valid = (index >= 0) & (index < size)
        index = index.clamp(0, max(size - 1, 0))
        place = index if place is None else place * size + index
        inside = valid if inside is None else inside & valid
    return torch.where(inside, place, -1)


def _index_put(input: Tensor, indices: Sequence[Tensor | None], values: Tensor, accumulate: bool = False) -> Tensor:
    given = [d for d, index in enumerate(indices) if index is not None]
    if len(given) == 1 and _is_mask(indices[given[0]]):
        (dim,) = given
        if dim == 0 or values.numel() == 1:
            mask = indices[dim].reshape([*[1] * dim, *indices[dim].shape])
            values = values.reshape(()) if values.numel() == 1 else values
            return put_by_mask(input, mask.expand([*input.shape[:dim], *indices[dim].shape]), values, accumulate)
    if any(map(_is_mask, indices)):
        raise DynamicOutputShapeException(_aten.index_put.default)
    if not given:
        return input + values.expand(input.shape) if accumulate else values.expand(input.shape).clone()
    broadcast = torch.broadcast_tensors(*(indices[d] for d in given))
    shape, others = broadcast[0].shape, [d for d in range(input.dim()) if d not in given]
    # What the indices make comes where the first of them is, if they are neighbours, else in front.
    adjacent = given == list(range(given[0], given[-1] + 1))
    before = [d for d in others if adjacent and d < given[0]]
    behind = others[len(before) :]
    values = values.expand([*(input.size(d) for d in before), *shape, *(input.size(d) for d in behind)])
    made = list(range(len(before), len(before) + len(shape)))
    values = values.permute([*made, *(d for d in range(values.dim()) if d not in made)])

    order = [*given, *others]
    moved = input.permute(order)
    sizes, rest = [input.size(d) for d in given], [input.size(d) for d in others]
    rows = moved.reshape([prod(sizes), *rest])
    places = _places(broadcast, sizes).reshape(-1)
    kind = "sum" if accumulate else "set"
    result = send(rows, 0, places, values.reshape([prod(shape), *rest]), kind).reshape(moved.shape)
    return result.permute([order.index(d) for d in range(input.dim())])


def _put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    places = _places([index.reshape(-1)], [input.numel()])
    kind = "sum" if accumulate else "set"
    return send(input.reshape(-1), 0, places, source.reshape(-1), kind).reshape(input.shape)


def _masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """The places where the mask is set take the elements of `source`, in order."""
    shape = torch.broadcast_shapes(input.shape, mask.shape)
    return put_by_mask(input.expand(shape), mask.expand(shape), source.reshape(-1), False)


def _masked_scatter_backward(grad: Tensor, mask: Tensor, sizes: list[int]) -> Tensor:
    """Of the source: the gradients of the places where the mask is set, in order, and zeros."""
    mask = mask.expand(grad.shape).reshape(-1)
    places = torch.where(mask, mask.to(torch.int32).cumsum(0, dtype=torch.int32) - 1, -1)
    return send(grad.new_zeros(prod(sizes)), 0, places, grad.reshape(-1)).reshape(sizes)


TABLE = {
    _aten.index.Tensor: _index,
    _aten._unsafe_index.Tensor: _unsafe_index,
    _aten.index_fill.int_Scalar: _index_fill,
    _aten.index_fill.int_Tensor: _index_fill,
    _aten.index_put.default: _index_put,
    _aten._unsafe_index_put.default: _index_put,
    _aten._index_put_impl.default: lambda input, indices, values, accumulate=False, unsafe=False: _index_put(
        input, indices, values, accumulate
    ),
    _aten.put.default: _put,
    _aten.masked_scatter.default: _masked_scatter,
    _aten.masked_scatter_backward.default: _masked_scatter_backward,
    **{
        op: _refuse(op)
        for op in (
            _aten.masked_select.default,
            _aten.nonzero.default,
            _aten._unique.default,
            _aten._unique2.default,
            _aten.unique_dim.default,
            _aten.unique_consecutive.default,
            _aten.unique_dim_consecutive.default,
        )
    },
}
