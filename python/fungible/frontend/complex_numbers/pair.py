"""A complex tensor as two real ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

_REAL = {torch.complex32: torch.float16, torch.complex64: torch.float32, torch.complex128: torch.float64}


@dataclass(frozen=True)
class Pair:
    """Real and imaginary part: of one shape, dtype and device."""

    re: torch.Tensor
    im: torch.Tensor

    @property
    def shape(self) -> torch.Size:
        return self.re.shape

    def dim(self) -> int:
        return self.re.dim()

    def to(self, dtype: torch.dtype) -> Pair:
        """The parts in a real dtype."""
        return self if self.re.dtype == dtype else Pair(self.re.to(dtype), self.im.to(dtype))


def real_dtype(dtype: torch.dtype | None) -> torch.dtype | None:
    """The dtype of the parts of a complex one; others as they are."""
    return _REAL.get(dtype, dtype)


def parts(value: Any) -> tuple[Any, Any]:
    """Real and imaginary part of a pair, a real tensor or a number; a number's are numbers."""
    if isinstance(value, Pair):
        return value.re, value.im
    if isinstance(value, torch.Tensor):
        return value, torch.zeros_like(value)
    return (value.real, value.imag) if isinstance(value, complex) else (value, 0)


def is_real(value: Any) -> bool:
    """Whether the imaginary part is zero because there is none."""
    return not isinstance(value, Pair) and not (isinstance(value, complex) and value.imag)
