"""Where complex tensors come from and where they become real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .. import operators  # noqa: F401  defines torch.ops.fungible.barrier
from .pair import Pair, parts, real_dtype

_aten = torch.ops.aten


def _to_copy(value: Any, *, dtype: torch.dtype | None = None, **kwargs: Any) -> Any:
    """Between dtypes; to a real one the real part remains."""
    kwargs.pop("memory_format", None)
    re, im = parts(value)
    if dtype is None or dtype.is_complex:
        own = {**kwargs, "dtype": real_dtype(dtype)}
        return Pair(_aten._to_copy(re, **own), _aten._to_copy(im, **own))
    return _aten._to_copy(re, dtype=dtype, **kwargs)


def _new(kwargs: dict) -> tuple[bool, dict]:
    """Whether the tensor to be made is complex, and what its parts are made with."""
    dtype = kwargs.get("dtype")
    return dtype is None or dtype.is_complex, {**kwargs, "dtype": real_dtype(dtype)}


def _filled(op: Any) -> Callable:
    """`full`, `full_like`, `new_full`, `scalar_tensor`: the number is the last argument."""

    def rule(*args: Any, **kwargs: Any) -> Any:
        *first, number = args
        first = [value.re if isinstance(value, Pair) else value for value in first]
        is_complex, kwargs = _new(kwargs)
        if not is_complex:
            return op(*first, number, **kwargs)
        return Pair(*(op(*first, float(part), **kwargs) for part in parts(number)))

    return rule


def _constant(op: Any) -> Callable:
    """`zeros_like` and its like; `empty` is zero here."""

    def rule(*args: Any, **kwargs: Any) -> Any:
        args = [value.re if isinstance(value, Pair) else value for value in args]
        is_complex, kwargs = _new(kwargs)
        made = op(*args, **kwargs)
        return Pair(made, torch.zeros_like(made)) if is_complex else made

    return rule


def _complex(re: torch.Tensor, im: torch.Tensor) -> Pair:
    return Pair(*torch.broadcast_tensors(re, im))


def _polar(size: torch.Tensor, angle: torch.Tensor) -> Pair:
    return Pair(size * torch.cos(angle), size * torch.sin(angle))


def _view_as_real(value: Pair) -> torch.Tensor:
    return torch.stack((value.re, value.im), -1)


def _view_as_complex(value: torch.Tensor) -> Pair:
    return Pair(value.select(-1, 0), value.select(-1, 1))


def _barrier(value: Any, after: Any) -> Any:
    after = after.re if isinstance(after, Pair) else after
    if not isinstance(value, Pair):
        return torch.ops.fungible.barrier(value, after)
    return Pair(*(torch.ops.fungible.barrier(part, after) for part in (value.re, value.im)))


def _same(value: Any) -> Any:
    return value


RULES: dict[Any, Callable] = {
    _aten._to_copy: _to_copy,
    _aten.complex: _complex,
    _aten.empty: _constant(_aten.zeros.default),
    _aten.empty_like: _constant(_aten.zeros_like.default),
    _aten.full: _filled(_aten.full.default),
    _aten.full_like: _filled(_aten.full_like.default),
    _aten.imag: lambda value: value.im,
    _aten.new_empty: _constant(_aten.new_zeros.default),
    _aten.new_full: _filled(_aten.new_full.default),
    _aten.new_ones: _constant(_aten.new_ones.default),
    _aten.new_zeros: _constant(_aten.new_zeros.default),
    _aten.ones: _constant(_aten.ones.default),
    _aten.ones_like: _constant(_aten.ones_like.default),
    _aten.polar: _polar,
    _aten.real: lambda value: value.re,
    _aten.resolve_conj: _same,
    _aten.resolve_neg: _same,
    _aten.scalar_tensor: _filled(_aten.scalar_tensor.default),
    _aten.view_as_complex: _view_as_complex,
    _aten.view_as_complex_copy: _view_as_complex,
    _aten.view_as_real: _view_as_real,
    _aten.view_as_real_copy: _view_as_real,
    _aten.zeros: _constant(_aten.zeros.default),
    _aten.zeros_like: _constant(_aten.zeros_like.default),
    torch.ops.fungible.barrier: _barrier,
}
