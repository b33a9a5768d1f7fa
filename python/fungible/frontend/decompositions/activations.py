"""Activation functions and gradients of them that torch-mlir has no lowering for, or an inexact one."""

from __future__ import annotations

import math

import torch

from .opmath import in_float32

_aten = torch.ops.aten

_SQRT_2_OVER_PI = math.sqrt(2.0 / math.pi)
_CUBIC = 0.044715


@in_float32
def _gelu(input: torch.Tensor, *, approximate: str = "none") -> torch.Tensor:
    """The form with tanh; the one with erf goes through."""
    if approximate != "tanh":
        return NotImplemented
    inner = _SQRT_2_OVER_PI * (input + _CUBIC * (input * input * input))
    return 0.5 * input * (1.0 + torch.tanh(inner))


@in_float32
def _gelu_backward(grad: torch.Tensor, input: torch.Tensor, *, approximate: str = "none") -> torch.Tensor:
    if approximate != "tanh":
        return NotImplemented
    square = input * input
    tanh = torch.tanh(_SQRT_2_OVER_PI * (input + _CUBIC * (square * input)))
    slope = _SQRT_2_OVER_PI * (1.0 + (3.0 * _CUBIC) * square)
    return grad * (0.5 * (1.0 + tanh) + 0.5 * input * (1.0 - tanh * tanh) * slope)


def _shrink_backward(grad: torch.Tensor, input: torch.Tensor, lambd: float) -> torch.Tensor:
    """Of `hardshrink` and `softshrink` alike."""
    return torch.where((input >= -lambd) & (input <= lambd), 0.0, grad)


@in_float32
def _softshrink(input: torch.Tensor, lambd: float = 0.5) -> torch.Tensor:
    shrunk = torch.where(input > lambd, input - lambd, torch.where(input < -lambd, input + lambd, input * 0.0))
    return shrunk


def _threshold_backward(grad: torch.Tensor, input: torch.Tensor, threshold: float) -> torch.Tensor:
    """The gradient passes where the input is NaN, which torch-mlir's lowering stops."""
    return torch.where(input <= threshold, 0.0, grad)


TABLE = {
    _aten.gelu.default: _gelu,
    _aten.gelu_backward.default: _gelu_backward,
    _aten.hardshrink_backward.default: _shrink_backward,
    _aten.softshrink.default: _softshrink,
    _aten.softshrink_backward.default: _shrink_backward,
    _aten.threshold_backward.default: _threshold_backward,
}
