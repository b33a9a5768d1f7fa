"""Variances and other reductions that PyTorch's own decompositions take to `prims`, or to float64."""

from __future__ import annotations

from math import inf, prod

import torch
from torch import Tensor

_aten = torch.ops.aten
_HALVES = (torch.float16, torch.bfloat16)


def _dims(input: Tensor, dim: int | list[int] | None) -> list[int]:
    """The dimensions to reduce, counted from the front; all where none is given."""
    dim = [dim] if isinstance(dim, int) else dim
    return [d % input.dim() for d in dim] if dim and input.dim() else list(range(input.dim()))


def _moments(
    input: Tensor, dim: list[int] | None, correction: float | None, keepdim: bool
) -> tuple[Tensor, Tensor]:
    """Variance and mean, in two passes; 16-bit floats in float32."""
    values = input.to(torch.float32) if input.dtype in _HALVES else input
    dims = _dims(input, dim)
    mean = values.mean(dims, keepdim=True) if dims else values
    squares = (values - mean).square()
    squares = squares.sum(dims, keepdim=True) if dims else squares
    count = prod(input.size(d) for d in dims)
    variance = squares / max(count - (1 if correction is None else correction), 0)
    if not keepdim:
        kept = [n for d, n in enumerate(input.shape) if d not in dims]
        variance, mean = variance.reshape(kept), mean.reshape(kept)
    return variance, mean


def _statistic(root: bool, with_mean: bool):
    def statistic(
        input: Tensor, dim: list[int] | None = None, *, correction: float | None = None, keepdim: bool = False
    ):
        if input.is_complex():
            return NotImplemented
        variance, mean = _moments(input, dim, correction, keepdim)
        spread = (variance.sqrt() if root else variance).to(input.dtype)
        return (spread, mean.to(input.dtype)) if with_mean else spread

    return statistic


def _logsumexp(input: Tensor, dim: list[int], keepdim: bool = False) -> Tensor:
    if input.is_complex():
        return NotImplemented
    if not input.is_floating_point():
        input = input.to(torch.get_default_dtype())
    if input.numel() == 0:
        return input.exp().sum(dim, keepdim).log()
    dims = _dims(input, dim)
    if not dims:
        return input.clone()
    top = input.amax(dims, keepdim=True)
    top = torch.where(top.abs() == torch.inf, torch.zeros_like(top), top)
    result = (input - top).exp().sum(dims, keepdim=True).log() + top
    return result if keepdim else result.reshape([n for d, n in enumerate(input.shape) if d not in dims])


def _extreme(input: Tensor, dim: list[int] = (), keepdim: bool = False) -> Tensor:
    """Of a scalar, which has no dimension to reduce."""
    return input.clone() if input.dim() == 0 else NotImplemented


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Slices along `dim` whose p-norm is above `maxnorm`, scaled to it."""
    values = input.to(torch.float32) if input.dtype in _HALVES else input
    others = [d for d in range(input.dim()) if d != dim % input.dim()]
    norm = torch.linalg.vector_norm(values, p, others, keepdim=True)
    scale = torch.where(norm > maxnorm, maxnorm / (norm + 1e-7), torch.ones_like(norm))
    return (values * scale).to(input.dtype)


#: Orders of norms that are kept whole.
_WHOLE_NORMS = (1, 2, inf)


def _vector_norm(
    input: Tensor,
    ord: float = 2,
    dim: list[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: torch.dtype | None = None,
) -> Tensor:
    """The other ones; torch-mlir computes them in float64."""
    if ord in _WHOLE_NORMS or input.is_complex() or input.numel() == 0:
        return NotImplemented
    kind = input.dtype if dtype is None else dtype
    size = input.to(torch.float32 if kind in _HALVES else kind).abs()
    dims = _dims(input, dim)
    if ord == 0:
        result = (size != 0).to(size.dtype).sum(dims, keepdim)
    elif ord == -inf:
        result = size.amin(dims, keepdim)
    else:
        result = size.pow(ord).sum(dims, keepdim).pow(1.0 / ord)
    return result.to(kind)


TABLE = {
    _aten.amax.default: _extreme,
    _aten.amin.default: _extreme,
    _aten.linalg_vector_norm.default: _vector_norm,
    _aten.logsumexp.default: _logsumexp,
    _aten.renorm.default: renorm,
    _aten.std.correction: _statistic(root=True, with_mean=False),
    _aten.std_mean.correction: _statistic(root=True, with_mean=True),
    _aten.var.correction: _statistic(root=False, with_mean=False),
    _aten.var_mean.correction: _statistic(root=False, with_mean=True),
}
