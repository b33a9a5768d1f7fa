"""Arithmetic whose decompositions in PyTorch end in ops that nothing lowers."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .opmath import in_float32

_aten = torch.ops.aten

#: Float -> the integer of its width, bits of the mantissa, and the bias of the exponent.
_FORMATS = {torch.float32: (torch.int32, 23, 127), torch.float64: (torch.int64, 52, 1023)}


def _floats(*values: Tensor | float) -> list[Tensor]:
    """The arguments in the dtype and shape of a result in floating point."""
    dtype = torch.result_type(*values) if len(values) == 2 else values[0].dtype
    dtype = dtype if dtype.is_floating_point else torch.get_default_dtype()
    like = next(value for value in values if isinstance(value, Tensor))
    tensors = [v if isinstance(v, Tensor) else torch.full((), v, dtype=dtype, device=like.device) for v in values]
    return list(torch.broadcast_tensors(*(tensor.to(dtype) for tensor in tensors)))


def _signbit(input: Tensor) -> Tensor:
    if not input.is_floating_point():
        return input < 0 if input.dtype != torch.bool else torch.zeros_like(input)
    if input.dtype not in _FORMATS:
        input = input.to(torch.float32)
    return input.view(_FORMATS[input.dtype][0]) < 0


def _copysign(input: Tensor, other: Tensor | float) -> Tensor:
    input, other = _floats(input, other)
    return torch.where(_signbit(other), -input.abs(), input.abs())


def _ignoring_nan(choose):
    def extreme(input: Tensor, other: Tensor) -> Tensor:
        dtype = torch.result_type(input, other)
        input, other = torch.broadcast_tensors(input.to(dtype), other.to(dtype))
        if not dtype.is_floating_point:
            return choose(input, other)
        return torch.where(input.isnan(), other, torch.where(other.isnan(), input, choose(input, other)))

    return extreme


@in_float32
def _frexp(input: Tensor) -> tuple[Tensor, Tensor]:
    """A mantissa in [1/2, 1) and the power of two that belongs to it."""
    integer, digits, bias = _FORMATS[input.dtype]
    ordinary = (input != 0) & (input.abs() < math.inf)
    subnormal = input.abs() < torch.finfo(input.dtype).tiny
    bits = torch.where(subnormal, input * 2.0 ** (digits + 1), input).view(integer)
    field = 2 * bias + 1  # of the exponent
    exponent = ((bits >> digits) & field) - (bias - 1)
    exponent = torch.where(subnormal, exponent - (digits + 1), exponent)
    exponent = torch.where(ordinary, exponent, torch.zeros_like(exponent)).to(torch.int32)
    mantissa = ((bits & ~(field << digits)) + ((bias - 1) << digits)).view(input.dtype)
    return torch.where(ordinary, mantissa, input), exponent


def _nextafter(input: Tensor, other: Tensor) -> Tensor:
    input, other = _floats(input, other)
    if input.dtype not in _FORMATS:
        return NotImplemented
    integer = _FORMATS[input.dtype][0]
    bits = input.view(integer)
    away = (other > input) == (input > 0)
    step = torch.where(away, bits + 1, bits - 1).view(input.dtype)
    least = torch.ones_like(bits).view(input.dtype)
    step = torch.where(input == 0, torch.where(other > 0, least, -least), step)
    step = torch.where(input == other, other, step)
    return torch.where(input.isnan() | other.isnan(), math.nan, step)


@in_float32
def _hypot(input: Tensor, other: Tensor) -> Tensor:
    """Relative to the larger one, so that no square is too large or too small."""
    input, other = (tensor.abs() for tensor in _floats(input, other))
    infinite = (input == math.inf) | (other == math.inf)
    largest = torch.maximum(input, other)
    scale = torch.where(infinite, 1.0, largest.clamp(min=torch.finfo(largest.dtype).tiny))
    input, other = input / scale, other / scale
    return torch.where(infinite, math.inf, scale * torch.sqrt(input * input + other * other))


def _fmod(input: Tensor, other: Tensor | float) -> Tensor:
    """With the sign of `input`, which is the result where `other` is infinite."""
    dtype = torch.result_type(input, other)
    if not dtype.is_floating_point:
        return NotImplemented
    input, other = _floats(input, other)
    whole = torch.remainder(input.abs(), other.abs())
    whole = torch.where((other.abs() == math.inf) & (input.abs() < math.inf), input.abs(), whole)
    return torch.where(_signbit(input), -whole, whole)


def _angle(input: Tensor) -> Tensor:
    if not input.is_floating_point():
        input = input.to(torch.get_default_dtype())
    angle = torch.where(input < 0, torch.full_like(input, math.pi), torch.zeros_like(input))
    return torch.where(input.isnan(), input, angle)


def _zeros(size, *, dtype=None, layout=None, device=None, pin_memory=None) -> Tensor:
    return torch.zeros(size, dtype=dtype, device=device)


TABLE = {
    _aten._efficientzerotensor.default: _zeros,
    _aten.angle.default: _angle,
    _aten.copysign.Scalar: _copysign,
    _aten.copysign.Tensor: _copysign,
    _aten.fmax.default: _ignoring_nan(torch.maximum),
    _aten.fmin.default: _ignoring_nan(torch.minimum),
    _aten.fmod.Scalar: _fmod,
    _aten.fmod.Tensor: _fmod,
    _aten.frexp.Tensor: _frexp,
    _aten.hypot.default: _hypot,
    _aten.nextafter.default: _nextafter,
    _aten.signbit.default: _signbit,
}
