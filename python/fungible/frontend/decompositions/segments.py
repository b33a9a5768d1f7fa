"""Reductions of neighbouring rows that belong together (`torch.segment_reduce`), and their gradients."""

from __future__ import annotations

from math import inf, nan

import torch
from torch import Tensor

from .scatters import send

_aten = torch.ops.aten

_KINDS = {"max": "max", "mean": "sum", "min": "min", "prod": "prod", "sum": "sum"}
_INITIAL = {"max": -inf, "mean": 0.0, "min": inf, "prod": 1.0, "sum": 0.0}


def _ends(lengths: Tensor | None, offsets: Tensor | None, rows: int) -> tuple[Tensor, Tensor]:
    """First row and end of each segment, `[..., segments]`; int32, since a device may have no longer integers."""
    given = (lengths if offsets is None else offsets).clamp(0, rows).to(torch.int32)
    if offsets is not None:
        return given.narrow(-1, 0, given.size(-1) - 1), given.narrow(-1, 1, given.size(-1) - 1)
    ends = given.cumsum(-1, dtype=torch.int32)
    return ends - given, ends


def _segment_of_row(data: Tensor, ends: Tensor, axis: int) -> Tensor:
    """int32, shape of the data; as large as the number of segments for rows behind the last one."""
    rows = torch.arange(data.size(axis), dtype=torch.int32, device=data.device).unsqueeze(-1)
    segment = (rows >= ends.unsqueeze(-2)).to(torch.int32).sum(-1, dtype=torch.int32)
    return _like(segment, data).expand(data.shape)


def _like(x: Tensor, data: Tensor) -> Tensor:
    """With as many dimensions as the data."""
    return x.reshape([*x.shape, *[1] * (data.dim() - x.dim())])


def _segment_reduce(
    data: Tensor,
    reduce: str,
    *,
    lengths: Tensor | None = None,
    indices: Tensor | None = None,
    offsets: Tensor | None = None,
    axis: int = 0,
    unsafe: bool = False,
    initial: float | None = None,
) -> Tensor:
    axis %= data.dim()
    starts, ends = _ends(lengths, offsets, data.size(axis))
    shape = [*data.shape[:axis], ends.size(-1), *data.shape[axis + 1 :]]
    start = _INITIAL[reduce] if initial is None else float(initial)
    result = torch.full(shape, start, dtype=data.dtype, device=data.device)
    result = send(result, axis, _segment_of_row(data, ends, axis), data, _KINDS[reduce])
    if reduce != "mean":
        return result
    counts = _like(ends - starts, data).to(data.dtype)
    of_none = result if initial is not None else torch.full_like(result, nan)
    return torch.where(counts > 0, result / counts.clamp(min=1), of_none)


def _segment_reduce_backward(
    grad: Tensor,
    output: Tensor,
    data: Tensor,
    reduce: str,
    *,
    lengths: Tensor | None = None,
    offsets: Tensor | None = None,
    axis: int = 0,
    initial: float | None = None,
) -> Tensor:
    axis %= data.dim()
    starts, ends = _ends(lengths, offsets, data.size(axis))
    segment, count = _segment_of_row(data, ends, axis), ends.size(-1)
    inside = segment < count
    places = segment.clamp(max=max(count - 1, 0)).to(torch.int64)

    def of_row(x: Tensor) -> Tensor:
        return x.expand(output.shape).gather(axis, places)

    def total(x: Tensor, kind: str = "sum", start: float = 0.0) -> Tensor:
        """Of a segment, for each of its rows."""
        return of_row(send(torch.full_like(output, start), axis, segment, x, kind))

    if reduce == "sum":
        result = of_row(grad)
    elif reduce == "mean":
        result = of_row(grad / _like(ends - starts, data).to(data.dtype).clamp(min=1))
    elif reduce == "prod":
        start = 1.0 if initial is None else float(initial)
        result = of_row(grad) * _product_of_others(data, of_row(output), total, start)
    else:
        chosen = ((data == of_row(output)) | data.isnan()).to(data.dtype)
        result = of_row(grad) * chosen / total(chosen).clamp(min=1)
    return torch.where(inside, result, 0)


def _product_of_others(data: Tensor, output: Tensor, total, start: float) -> Tensor:
    """The product of a segment without the element itself; where that is zero or NaN no quotient gives it."""
    missing = data.isnan()
    special = missing | (data == 0)
    plain = total(torch.where(special, 1, data), "prod", start)
    other_nans = total(missing.to(data.dtype)) - missing.to(data.dtype)
    alone = total(special.to(data.dtype)) <= 1
    others = torch.where(alone, plain, torch.where(other_nans > 0, nan, torch.zeros_like(plain)))
    return torch.where(special, others, output / torch.where(special, 1, data))


TABLE = {
    _aten.segment_reduce.default: _segment_reduce,
    _aten._segment_reduce_backward.default: _segment_reduce_backward,
}
