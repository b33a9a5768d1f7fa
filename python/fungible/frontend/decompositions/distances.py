"""Distances between rows (`cdist`, `pdist`), and their gradients, from the differences of all pairs."""

from __future__ import annotations

import math

import torch

from .linear_maps import LinearMap

_aten = torch.ops.aten


def _norm(difference: torch.Tensor, p: float) -> torch.Tensor:
    """Over the last dimension."""
    if p == 0.0:
        return (difference != 0).to(difference.dtype).sum(-1)
    if p == 2.0:
        return (difference * difference).sum(-1).sqrt()
    if p == math.inf:
        return difference.abs().amax(-1)
    return difference.abs().sum(-1) if p == 1.0 else _power(difference.abs(), p).sum(-1) ** (1.0 / p)


def _power(x: torch.Tensor, exponent: float) -> torch.Tensor:
    """Of what is not negative; zero stays zero for negative exponents too, since no gradient comes from there."""
    return torch.where(x > 0, torch.where(x > 0, x, 1.0) ** exponent, x)


def _slope(difference: torch.Tensor, p: float, distance: torch.Tensor) -> torch.Tensor:
    """The derivative of the distances `[..., 1]` by the differences `[..., width]`; where it has none, 0."""
    if p == 0.0:
        return difference * 0.0
    sign = torch.sign(difference)
    if p == 1.0:
        return sign
    if p == math.inf:
        return torch.where(difference.abs() == distance, sign, 0.0)
    apart = distance > 0
    divisor = torch.where(apart, distance, 1.0)
    if p == 2.0:
        return torch.where(apart, difference / divisor, 0.0)
    return torch.where(apart, sign * _power(difference.abs(), p - 1.0) / divisor ** (p - 1.0), 0.0)


def _cdist(x1: torch.Tensor, x2: torch.Tensor, p: float, compute_mode: int | None) -> torch.Tensor:
    if x1.size(-1) == 0:
        return _norm(x1.unsqueeze(-2) - x2.unsqueeze(-3), 1.0)
    return _norm(x1.unsqueeze(-2) - x2.unsqueeze(-3), p)


def _cdist_backward(
    grad: torch.Tensor, x1: torch.Tensor, x2: torch.Tensor, p: float, cdist: torch.Tensor
) -> torch.Tensor:
    difference = x1.unsqueeze(-2) - x2.unsqueeze(-3)
    return (_slope(difference, p, cdist.unsqueeze(-1)) * grad.unsqueeze(-1)).sum(-2)


def _pairs(rows: int) -> tuple[LinearMap, LinearMap]:
    """The first and the second row of each pair, in the order of `pdist`."""
    pairs = [(i, j) for i in range(rows) for j in range(i + 1, rows)]
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    return LinearMap.gather(rows, first), LinearMap.gather(rows, second)


def _pdist(input: torch.Tensor, p: float = 2.0) -> torch.Tensor:
    first, second = _pairs(input.size(0))
    if not first.rows or input.size(1) == 0:
        return input.new_zeros([len(first.rows)])
    return _norm(first(input, 0) - second(input, 0), p)


def _pdist_backward(grad: torch.Tensor, input: torch.Tensor, p: float, pdist: torch.Tensor) -> torch.Tensor:
    first, second = _pairs(input.size(0))
    if not first.rows or input.size(1) == 0:
        return torch.zeros_like(input)
    slope = _slope(first(input, 0) - second(input, 0), p, pdist.unsqueeze(1)) * grad.unsqueeze(1)
    return first.transposed(slope, 0) - second.transposed(slope, 0)


TABLE = {
    _aten._cdist_forward.default: _cdist,
    _aten._cdist_backward.default: _cdist_backward,
    _aten._pdist_forward.default: _pdist,
    _aten._pdist_backward.default: _pdist_backward,
}
