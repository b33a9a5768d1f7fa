"""The larger and the smaller of two floats, and bounds: NaN where either is, as in PyTorch.

torch-mlir compares and selects, so that NaN becomes the other operand.
"""

from __future__ import annotations

import torch
from torch import Tensor

_aten = torch.ops.aten


def _promoted(input: Tensor, other: Tensor) -> tuple[Tensor, Tensor] | None:
    dtype = torch.result_type(input, other)
    if not dtype.is_floating_point:
        return None
    return torch.broadcast_tensors(input.to(dtype), other.to(dtype))


def _maximum(input: Tensor, other: Tensor) -> Tensor:
    pair = _promoted(input, other)
    if pair is None:
        return NotImplemented
    input, other = pair
    return torch.where((input > other) | (input != input), input, other)


def _minimum(input: Tensor, other: Tensor) -> Tensor:
    pair = _promoted(input, other)
    if pair is None:
        return NotImplemented
    input, other = pair
    return torch.where((input < other) | (input != input), input, other)


def _clamp(input: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    if not input.is_floating_point():
        return NotImplemented
    if min is not None:
        input = torch.where(input < min, min, input)
    return input if max is None else torch.where(input > max, max, input)


def _clamp_min(input: Tensor, min: float) -> Tensor:
    return _clamp(input, min)


def _clamp_max(input: Tensor, max: float) -> Tensor:
    return _clamp(input, None, max)


def _clamp_tensors(input: Tensor, min: Tensor | None = None, max: Tensor | None = None) -> Tensor:
    if not torch.result_type(input, min if max is None else max).is_floating_point:
        return NotImplemented
    if min is not None:
        input = torch.maximum(input, min)
    return input if max is None else torch.minimum(input, max)


def _threshold(input: Tensor, threshold: float, value: float) -> Tensor:
    return torch.where(input <= threshold, value, input)


def _hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    return torch.where((input >= -lambd) & (input <= lambd), 0.0, input)


TABLE = {
    _aten.clamp.Tensor: _clamp_tensors,
    _aten.clamp.default: _clamp,
    _aten.clamp_max.default: _clamp_max,
    _aten.clamp_min.default: _clamp_min,
    _aten.hardshrink.default: _hardshrink,
    _aten.hardtanh.default: lambda input, min_val=-1, max_val=1: _clamp(input, min_val, max_val),
    _aten.maximum.default: _maximum,
    _aten.minimum.default: _minimum,
    _aten.threshold.default: _threshold,
}
