"""Complex functions, by the formulas in real ones.

Source: Abramowitz, Stegun, "Handbook of mathematical functions", 3.7 and 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from .arithmetic import absolute, add, divide, multiply
from .pair import Pair, parts

_aten = torch.ops.aten

#: Largest exponent that becomes products.
_LARGEST_POWER = 16


def _exp(z: Pair) -> Pair:
    size = torch.exp(z.re)
    return Pair(size * torch.cos(z.im), size * torch.sin(z.im))


def _log(z: Pair) -> Pair:
    return Pair(torch.log(absolute(z)), _angle(z))


def _angle(z: Pair) -> torch.Tensor:
    return torch.atan2(z.im, z.re)


def _log_of_base(base: float) -> Callable:
    def rule(z: Pair) -> Pair:
        natural = _log(z)
        return Pair(natural.re / math.log(base), natural.im / math.log(base))

    return rule


def _sqrt(z: Pair) -> Pair:
    """The root with a real part that is not negative."""
    near = torch.sqrt((absolute(z) + z.re.abs()) * 0.5)
    far = torch.where(near == 0, 0.0, z.im.abs() / (2.0 * torch.where(near == 0, 1.0, near)))
    right = z.re >= 0
    re, im = torch.where(right, near, far), torch.where(right, far, near)
    return Pair(re, torch.copysign(im, z.im))


def _cosh(z: Pair) -> Pair:
    return Pair(torch.cosh(z.re) * torch.cos(z.im), torch.sinh(z.re) * torch.sin(z.im))


def _sinh(z: Pair) -> Pair:
    return Pair(torch.sinh(z.re) * torch.cos(z.im), torch.cosh(z.re) * torch.sin(z.im))


def _tanh(z: Pair) -> Pair:
    """In terms of tanh(re) and tan(im), which do not overflow."""
    t, u, slope = torch.tanh(z.re), torch.tan(z.im), 1.0 / torch.cosh(z.re)
    length = 1.0 + t * t * (u * u)
    return Pair(t * (1.0 + u * u) / length, u * (slope * slope) / length)


def _turned(function: Callable) -> Callable:
    """`-i * function(i * z)`: sin of sinh, tan of tanh."""

    def rule(z: Pair) -> Pair:
        found = function(Pair(-z.im, z.re))
        return Pair(found.im, -found.re)

    return rule


def _sigmoid(z: Pair) -> Pair:
    return divide(1.0, add(_exp(Pair(-z.re, -z.im)), 1.0))


def _power(base: Any, exponent: Any) -> Any:
    """`exp(exponent * log(base))`; 0 to the 0 is 1, and to what has a positive real part 0."""
    if isinstance(exponent, complex) and exponent.imag == 0:
        exponent = exponent.real
    if isinstance(exponent, (int, float)):
        if exponent == 0.5:
            return _sqrt(base)
        if float(exponent).is_integer() and abs(exponent) <= _LARGEST_POWER:
            found = _integer_power(base, abs(int(exponent)))
            return divide(1.0, found) if exponent < 0 else found
    like = base if isinstance(base, Pair) else exponent
    (a, b), (c, d) = ([torch.as_tensor(p, dtype=like.re.dtype) for p in parts(v)] for v in (base, exponent))
    zero = (a == 0) & (b == 0)
    logarithm = _log(Pair(torch.where(zero, 1.0, a), b))
    found = _exp(multiply(Pair(c, d), logarithm))
    at_zero = torch.where((c == 0) & (d == 0), 1.0, torch.where(c > 0, 0.0, math.nan))
    return Pair(torch.where(zero, at_zero, found.re), torch.where(zero, torch.where(c >= 0, 0.0, math.nan), found.im))


def _integer_power(base: Pair, exponent: int) -> Pair:
    if exponent == 0:
        return Pair(torch.ones_like(base.re), torch.zeros_like(base.im))
    result = None
    for bit in f"{exponent:b}":
        result = None if result is None else multiply(result, result)
        if bit == "1":
            result = base if result is None else multiply(result, base)
    return result


def _vector_norm(z: Pair, *args: Any, **kwargs: Any) -> torch.Tensor:
    return torch.linalg.vector_norm(absolute(z), *args, **kwargs)


RULES: dict[Any, Callable] = {
    _aten.angle: _angle,
    _aten.cos: lambda z: _cosh(Pair(-z.im, z.re)),
    _aten.cosh: _cosh,
    _aten.exp: _exp,
    _aten.exp2: lambda z: _exp(multiply(z, math.log(2))),
    _aten.linalg_vector_norm: _vector_norm,
    _aten.log: _log,
    _aten.log10: _log_of_base(10),
    _aten.log2: _log_of_base(2),
    _aten.pow: _power,
    _aten.rsqrt: lambda z: divide(1.0, _sqrt(z)),
    _aten.sigmoid: _sigmoid,
    _aten.sin: _turned(_sinh),
    _aten.sinh: _sinh,
    _aten.sqrt: _sqrt,
    _aten.tan: _turned(_tanh),
    _aten.tanh: _tanh,
}
