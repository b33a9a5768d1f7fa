"""Lists of tensors: torch-mlir takes them apart only where all are unpacked at once; here they are picked one by one."""

from __future__ import annotations

import torch

_aten = torch.ops.aten


def _unbind(input: torch.Tensor, dim: int = 0) -> list[torch.Tensor]:
    return [input.select(dim, index) for index in range(input.size(dim))]


def _split_with_sizes(input: torch.Tensor, sizes: list[int], dim: int = 0) -> list[torch.Tensor]:
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return [input.narrow(dim, start, size) for start, size in zip(starts, sizes)]


def _split(input: torch.Tensor, size: int, dim: int = 0) -> list[torch.Tensor]:
    length = input.size(dim)
    return _split_with_sizes(input, [min(size, length - start) for start in range(0, max(length, 1), size)], dim)


TABLE = {
    _aten.unbind.int: _unbind,
    _aten.split.Tensor: _split,
    _aten.split_with_sizes.default: _split_with_sizes,
    _aten.unsafe_split.Tensor: _split,
    _aten.unsafe_split_with_sizes.default: _split_with_sizes,
}
