"""Polynomials of a tensor."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def horner(x: Tensor, coefficients: Sequence[float]) -> Tensor:
    """`c0 x^n + c1 x^(n-1) + ... + cn`."""
    total = torch.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def chebyshev(x: Tensor, coefficients: Sequence[float]) -> Tensor:
    """`c[n] T_n(x) + ... + c[1] T_1(x) + c[0] / 2` for x in [-1, 1], by Clenshaw's recurrence.

    Args:
        coefficients: of the highest degree first. What the dtype of `x` does not see is left out.
    """
    least = torch.finfo(x.dtype).eps / 256
    first = next(place for place, coefficient in enumerate(coefficients) if abs(coefficient) > least)
    double = 2.0 * x
    after, current = torch.zeros_like(x), torch.full_like(x, coefficients[first])
    before = after
    for coefficient in coefficients[first + 1 :]:
        before, after, current = after, current, double * current - after + coefficient
    return 0.5 * (current - before)
