"""Comparisons of floats that torch-mlir folds wrongly.

It takes the int that a constant of floats is compared with for any number, and `x == x` for true.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

_aten = torch.ops.aten


def _with_float(op: torch._ops.OpOverload) -> Callable:
    def compare(input: Tensor, number: float) -> Tensor:
        if isinstance(number, int) and input.is_floating_point():
            return op(input, float(number))
        return NotImplemented

    return compare


def _equal(input: Tensor, other: Tensor) -> Tensor:
    if torch.result_type(input, other).is_floating_point:
        return ~(input != other)
    return NotImplemented


_WITH_A_NUMBER = (_aten.eq, _aten.ge, _aten.gt, _aten.le, _aten.lt, _aten.ne)

TABLE = {
    _aten.eq.Tensor: _equal,
    **{packet.Scalar: _with_float(packet.Scalar) for packet in _WITH_A_NUMBER},
}
