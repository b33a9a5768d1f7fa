"""Complex arithmetic, comparisons and products of matrices."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch

from .pair import Pair, is_real, parts

_aten = torch.ops.aten


def _scaled(value: Any, alpha: Any) -> Any:
    return value if alpha == 1 else multiply(value, alpha)


def add(left: Any, right: Any, *, alpha: Any = 1) -> Pair:
    """`left + alpha * right`."""
    right = _scaled(right, alpha)
    (a, b), (c, d) = parts(left), parts(right)
    return Pair(a + c, b + d)


def subtract(left: Any, right: Any, *, alpha: Any = 1) -> Pair:
    """`left - alpha * right`."""
    right = _scaled(right, alpha)
    (a, b), (c, d) = parts(left), parts(right)
    return Pair(a - c, b - d)


def multiply(left: Any, right: Any) -> Any:
    """The product; of two numbers too."""
    return _product(operator.mul, left, right)


def _product(times: Callable, left: Any, right: Any) -> Any:
    """`times` is bilinear on real values."""
    (a, b), (c, d) = parts(left), parts(right)
    if is_real(left) and is_real(right):
        return times(a, c)
    if is_real(left):
        return _joined(times(a, c), times(a, d))
    if is_real(right):
        return _joined(times(a, c), times(b, c))
    return _joined(times(a, c) - times(b, d), times(a, d) + times(b, c))


def _joined(re: Any, im: Any) -> Any:
    return Pair(re, im) if isinstance(re, torch.Tensor) else complex(re, im)


def divide(left: Any, right: Any) -> Pair:
    """The quotient, scaled so that no square overflows that need not."""
    a, b = parts(left)
    if is_real(right):
        divisor = parts(right)[0]
        return Pair(a / divisor, b / divisor)
    if not isinstance(right, Pair):
        return multiply(left, 1 / right)
    scale = torch.maximum(right.re.abs(), right.im.abs())
    scale = torch.where((scale > 0) & (scale < float("inf")), scale, 1.0)
    c, d = right.re / scale, right.im / scale
    length = c * c + d * d
    return Pair((a * c + b * d) / length / scale, (b * c - a * d) / length / scale)


def conjugate(value: Any) -> Any:
    if isinstance(value, complex):
        return value.conjugate()
    return Pair(value.re, -value.im) if isinstance(value, Pair) else value


def absolute(value: Pair) -> torch.Tensor:
    """`hypot(re, im)`."""
    scale = torch.maximum(value.re.abs(), value.im.abs())
    scale = torch.where((scale > 0) & (scale < float("inf")), scale, 1.0)
    re, im = value.re / scale, value.im / scale
    return torch.sqrt(re * re + im * im) * scale


def _sign(value: Pair) -> Pair:
    length = absolute(value)
    zero = length == 0
    length = torch.where(zero, 1.0, length)
    return Pair(value.re / length, value.im / length)


def _dot(left: Any, right: Any) -> Any:
    return _product(lambda a, c: (a * c).sum(), left, right)


def _matrix_vector(matrix: Any, vector: Any) -> Any:
    return _product(lambda a, c: torch.mm(a, c.unsqueeze(1)).squeeze(1), matrix, vector)


def _plus_product(times: Callable) -> Callable:
    def rule(input: Any, left: Any, right: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
        product = _scaled(_product(times, left, right), alpha)
        return product if beta == 0 else add(product, _scaled(input, beta))

    return rule


def _addcmul(input: Any, left: Any, right: Any, *, value: Any = 1) -> Pair:
    return add(input, _scaled(multiply(left, right), value))


def _addcdiv(input: Any, left: Any, right: Any, *, value: Any = 1) -> Pair:
    return add(input, _scaled(divide(left, right), value))


def _equal(left: Any, right: Any) -> torch.Tensor:
    (a, b), (c, d) = parts(left), parts(right)
    return (a == c) & (b == d)


def _divide_rule(left: Any, right: Any, *, rounding_mode: str | None = None) -> Any:
    return divide(left, right) if rounding_mode is None else NotImplemented


def _variance(value: Pair, *args: Any, **kwargs: Any) -> torch.Tensor:
    return torch.var(value.re, *args, **kwargs) + torch.var(value.im, *args, **kwargs)


def _is_zero(value: Any) -> torch.Tensor:
    re, im = parts(value)
    return (re == 0) & (im == 0)


RULES: dict[Any, Callable] = {
    _aten._conj: conjugate,
    _aten._conj_copy: conjugate,
    _aten._conj_physical: conjugate,
    _aten.abs: absolute,
    _aten.add: add,
    _aten.addcdiv: _addcdiv,
    _aten.addcmul: _addcmul,
    _aten.addmm: _plus_product(torch.mm),
    _aten.baddbmm: _plus_product(torch.bmm),
    _aten.bmm: lambda left, right: _product(torch.bmm, left, right),
    _aten.conj_physical: conjugate,
    _aten.div: _divide_rule,
    _aten.dot: _dot,
    _aten.eq: _equal,
    _aten.isfinite: lambda value: torch.isfinite(value.re) & torch.isfinite(value.im),
    _aten.isinf: lambda value: torch.isinf(value.re) | torch.isinf(value.im),
    _aten.isnan: lambda value: torch.isnan(value.re) | torch.isnan(value.im),
    _aten.linalg_cross: lambda left, right, dim=-1: _product(
        lambda a, c: torch.linalg.cross(a, c, dim=dim), left, right
    ),
    _aten.logical_not: _is_zero,
    _aten.mm: lambda left, right: _product(torch.mm, left, right),
    _aten.mul: multiply,
    _aten.mv: _matrix_vector,
    _aten.ne: lambda left, right: ~_equal(left, right),
    _aten.reciprocal: lambda value: divide(1.0, value),
    _aten.rsub: lambda left, right, alpha=1: subtract(right, left, alpha=alpha),
    _aten.sgn: _sign,
    _aten.square: lambda value: multiply(value, value),
    _aten.std: lambda *args, **kwargs: torch.sqrt(_variance(*args, **kwargs)),
    _aten.sub: subtract,
    _aten.var: _variance,
    _aten.vdot: lambda left, right: _dot(conjugate(left), right),
}
