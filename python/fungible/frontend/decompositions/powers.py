"""Powers of floats with a number as base or exponent, as tensors and floats.

torch-mlir computes those of whole numbers in integers, or by `exp2` of a logarithm that no negative base has.
"""

from __future__ import annotations

import torch
from torch import Tensor

_aten = torch.ops.aten


def _of_number(base: float, exponent: Tensor) -> Tensor:
    dtype = torch.result_type(base, exponent)
    if not dtype.is_floating_point:
        return NotImplemented
    return torch.pow(torch.full((), float(base), dtype=dtype, device=exponent.device), exponent.to(dtype))


def _to_number(base: Tensor, exponent: float) -> Tensor:
    dtype = torch.result_type(base, exponent)
    if not dtype.is_floating_point or (isinstance(exponent, float) and base.dtype == dtype):
        return NotImplemented
    return torch.pow(base.to(dtype), float(exponent))


TABLE = {
    _aten.pow.Scalar: _of_number,
    _aten.pow.Tensor_Scalar: _to_number,
}
