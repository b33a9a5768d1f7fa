"""Sums, means and maxima of rows of a table (`torch.nn.EmbeddingBag`), and the gradients.

Which bag a row is in comes from comparisons with where the bags begin, and bags are products with the
matrix of that.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_aten = torch.ops.aten
_SUM, _MEAN, _MAX = 0, 1, 2


def _bags_of_rows(indices: Tensor, offsets: Tensor) -> Tensor:
    """int32 `[rows]`: how many bags begin at or before each row, less one; what is behind the last offset is in none."""
    rows = torch.arange(indices.size(0), dtype=torch.int32, device=indices.device)
    begun = offsets.to(torch.int32).unsqueeze(0) <= rows.unsqueeze(1)
    return begun.to(torch.int32).sum(1, dtype=torch.int32) - 1


def _membership(bags: Tensor, count: int, indices: Tensor, padding_idx: int) -> Tensor:
    """bool `[bags, rows]`; rows of the padding index are in none."""
    member = torch.arange(count, dtype=torch.int32, device=bags.device).unsqueeze(1) == bags
    return member & (indices != padding_idx) if padding_idx >= 0 else member


def _forward(
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    scale_grad_by_freq: bool = False,
    mode: int = _SUM,
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int = -1,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    count = offsets.size(0) - int(include_last_offset)
    bags = _bags_of_rows(indices, offsets)
    member = _membership(bags, count, indices, padding_idx)
    sizes = member.to(torch.int32).sum(1, dtype=torch.int32)
    none = [bags.to(offsets.dtype), sizes.to(offsets.dtype)]
    if indices.size(0) == 0:
        return weight.new_zeros([count, weight.size(1)]), *none, indices.new_zeros([count, weight.size(1)])
    rows = _aten.embedding.default(weight, indices)
    if mode == _MAX:
        kept = torch.where(member.unsqueeze(2), rows.unsqueeze(0), -math.inf)
        top = kept.amax(1)
        numbers = torch.arange(indices.size(0), dtype=torch.int32, device=rows.device).reshape([1, -1, 1])
        first = torch.where((kept == top.unsqueeze(1)) & member.unsqueeze(2), numbers, indices.size(0)).amin(1)
        filled = sizes.unsqueeze(1) > 0
        return torch.where(filled, top, 0.0), *none, torch.where(filled, first, -1).to(indices.dtype)
    parts = member.to(rows.dtype)
    if per_sample_weights is not None:
        parts = parts * per_sample_weights.unsqueeze(0)
    output = parts @ rows
    if mode == _MEAN:
        output = output / sizes.clamp(min=1).to(rows.dtype).unsqueeze(1)
    return output, *none, indices.new_zeros([count])


def _backward(
    grad: Tensor,
    indices: Tensor,
    offsets: Tensor,
    offset2bag: Tensor,
    bag_size: Tensor,
    maximum_rows: Tensor,
    num_weights: int,
    scale_grad_by_freq: bool,
    mode: int,
    sparse: bool,
    per_sample_weights: Tensor | None,
    padding_idx: int = -1,
) -> Tensor:
    if sparse:
        return NotImplemented
    if indices.size(0) == 0:
        return grad.new_zeros([num_weights, grad.size(1)])
    count = bag_size.size(0)
    member = _membership(offset2bag.to(torch.int32), count, indices, padding_idx).to(grad.dtype)
    if mode == _MAX:
        # Which row of a bag, not which index, is kept as the maximum: rows are few.
        numbers = torch.arange(indices.size(0), dtype=torch.int32, device=grad.device).reshape([-1, 1, 1])
        rows = torch.where(maximum_rows.to(torch.int32) == numbers, grad, 0.0).sum(1)
    else:
        if mode == _MEAN:
            grad = grad / bag_size.clamp(min=1).to(grad.dtype).unsqueeze(1)
        rows = member.t() @ grad
        if per_sample_weights is not None:
            rows = rows * per_sample_weights.unsqueeze(1)
    return _aten.embedding_dense_backward.default(rows, indices, num_weights, padding_idx, scale_grad_by_freq)


def _weights_backward(
    grad: Tensor,
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    offset2bag: Tensor,
    mode: int,
    padding_idx: int = -1,
) -> Tensor:
    if indices.size(0) == 0:
        return grad.new_zeros([0])
    member = _membership(offset2bag.to(torch.int32), grad.size(0), indices, padding_idx).to(grad.dtype)
    return ((member.t() @ grad) * _aten.embedding.default(weight, indices)).sum(1)


TABLE = {
    _aten._embedding_bag.default: _forward,
    _aten._embedding_bag_forward_only.default: _forward,
    _aten._embedding_bag_backward.default: _backward,
    _aten._embedding_bag_per_sample_weights_backward.default: _weights_backward,
}
