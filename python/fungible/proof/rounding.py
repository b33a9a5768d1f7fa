"""float32 arithmetic of exact numerics in NumPy; see docs/numerics.md."""

from __future__ import annotations

import numpy as np

from ..runtime.conversion import without_subnormals

#: What is less rounds to less than 2^-126 with 24 bits.
_TINY = 2.0**-126 - 2.0**-151


def fused_multiply_add(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """x y + z of float32, rounded once, by way of float64 rounded to odd.

    The product is exact in float64. A sum that is not gets an odd last bit toward the exact one, so that
    its rounding to float32 cannot be a tie that is none (Boldo and Melquiond, 2008).
    """
    product, z = x.astype(np.float64) * y.astype(np.float64), z.astype(np.float64)
    total = product + z
    of_z = total - product
    error = (product - (total - of_z)) + (z - of_z)
    bits = total.view(np.int64)
    outward = (error > 0) == (total > 0)
    odd = np.where(bits & 1 == 1, bits, np.where(outward, bits + 1, bits - 1))
    return _rounded(np.where((error != 0) & np.isfinite(total), odd, bits).view(np.float64))


def product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x y, rounded once; exact in float64 before that."""
    return _rounded(x.astype(np.float64) * y.astype(np.float64))


def _rounded(x: np.ndarray) -> np.ndarray:
    """float64 as float32, zero where it is subnormal after it was rounded to 24 bits."""
    with np.errstate(over="ignore", under="ignore"):
        rounded = x.astype(np.float32)
    return np.where(np.abs(x) < _TINY, np.copysign(np.float32(0), rounded), rounded)


def products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The product of two matrices: chains of fused multiply-adds in ascending order."""
    total = np.zeros((a.shape[0], b.shape[1]), np.float32)
    for k in range(a.shape[1]):
        column, row = np.broadcast_arrays(a[:, k, None], b[None, k, :])
        total = fused_multiply_add(column, row, total)
    return total


def sums(x: np.ndarray) -> np.ndarray:
    """The sum of each row, its elements added in ascending order."""
    total = np.zeros(x.shape[0], np.float32)
    for k in range(x.shape[1]):
        total = without_subnormals(total + x[:, k])
    return total
