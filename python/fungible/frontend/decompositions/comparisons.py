"""Comparisons of floats with a number, which is made a float.

torch-mlir folds the comparison of a constant of floats with an int as if the int were any number.
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


TABLE = {
    op: _with_float(op)
    for op in (
        _aten.eq.Scalar, _aten.ge.Scalar, _aten.gt.Scalar, _aten.le.Scalar, _aten.lt.Scalar, _aten.ne.Scalar,
    )
}  # fmt: skip
