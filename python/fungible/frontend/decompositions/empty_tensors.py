"""Views of tensors without elements, which torch-mlir cannot lower, as tensors of their own."""

from __future__ import annotations

import torch

_aten = torch.ops.aten


def _view(input: torch.Tensor, shape: list[int]) -> torch.Tensor:
    if input.numel() != 0:
        return NotImplemented
    return input.new_zeros([max(size, 0) for size in shape])


TABLE = {
    _aten.view.default: _view,
    _aten._unsafe_view.default: _view,
}
