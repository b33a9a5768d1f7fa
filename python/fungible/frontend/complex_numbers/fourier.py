"""Discrete Fourier transforms as products with constant matrices.

A short transform is one product with a table of cosines and sines. A long one is split by the
Cooley-Tukey algorithm (Cooley, Tukey, "An algorithm for the machine calculation of complex Fourier
series", Math. Comp. 1965) into transforms of its factors; one whose length has a large prime factor is a
convolution (Bluestein, "A linear filtering approach to the computation of discrete Fourier transform",
1970). Tables are computed in float64 and rounded once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from .arithmetic import multiply
from .pair import Pair

_aten = torch.ops.aten

#: Up to so many points are one product.
_SHORT = 64

#: Up to so many points are one product if they have no factors.
_LONGEST_PRODUCT = 256

_UNSCALED, _BY_ROOT = 0, 1


def _waves(numbers: np.ndarray, count: int, sign: int) -> np.ndarray:
    """`exp(sign * 2 pi i * number / count)` of whole numbers, in complex128."""
    return np.exp(1j * sign * (2.0 * math.pi / count) * (numbers.astype(np.int64) % count))


def _constant(values: np.ndarray, dtype: torch.dtype) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float64 if dtype == torch.float64 else np.float32))


def _constants(values: np.ndarray, dtype: torch.dtype) -> Pair:
    return Pair(_constant(values.real, dtype), _constant(values.imag, dtype))


def _factors(count: int) -> tuple[int, int] | None:
    """Two factors of which the first is short and as large as can be, or None."""
    first = next((f for f in range(min(_SHORT, math.isqrt(count)), 1, -1) if count % f == 0), None)
    return None if first is None else (first, count // first)


def _table_product(x: Pair | torch.Tensor, table: np.ndarray) -> Pair:
    """Of the last dimension `[..., n]` with a complex table `[n, m]`, as one product of real matrices."""
    size, dtype = table.shape[1], _dtype(x)
    if isinstance(x, torch.Tensor):
        both, matrix = x, np.concatenate([table.real, table.imag], 1)
    else:
        both = torch.cat((x.re, x.im), -1)
        matrix = np.block([[table.real, table.imag], [-table.imag, table.real]])
    found = _rows_product(both, _constant(matrix, dtype))
    return Pair(found.narrow(-1, 0, size), found.narrow(-1, size, size))


def _rows_product(x: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    rows = x.reshape(math.prod(x.shape[:-1]), x.size(-1))
    return torch.mm(rows, matrix).reshape(*x.shape[:-1], matrix.size(1))


def _each(x: Pair | torch.Tensor, move: Callable[[torch.Tensor], torch.Tensor]) -> Pair | torch.Tensor:
    return move(x) if isinstance(x, torch.Tensor) else Pair(move(x.re), move(x.im))


def _dtype(x: Pair | torch.Tensor) -> torch.dtype:
    return x.dtype if isinstance(x, torch.Tensor) else x.re.dtype


def _transform(x: Pair | torch.Tensor, sign: int) -> Pair:
    """Of the last dimension: `X[k] = sum over t of x[t] * exp(sign * 2 pi i * t * k / n)`."""
    count = x.shape[-1]
    factors = None if count <= _SHORT else _factors(count)
    if factors is None:
        if count > _LONGEST_PRODUCT:
            return _chirp(x, sign)
        return _table_product(x, _waves(np.outer(np.arange(count), np.arange(count)), count, sign))
    # With t = b * t1 + t2 and k = k1 + a * k2: over t1, a twist, over t2.
    a, b = factors
    outer = x.shape[:-1]
    x = _each(x, lambda part: part.reshape(*outer, a, b).transpose(-1, -2))  # [t2, t1]
    x = _transform(x, sign)  # [t2, k1]
    x = multiply(x, _constants(_waves(np.outer(np.arange(b), np.arange(a)), count, sign), _dtype(x)))
    x = _transform(_each(x, lambda part: part.transpose(-1, -2)), sign)  # [k1, k2]
    return _each(x, lambda part: part.transpose(-1, -2).reshape(*outer, count))


def _chirp(x: Pair | torch.Tensor, sign: int) -> Pair:
    """Bluestein's: `t * k = (t^2 + k^2 - (k - t)^2) / 2` makes it a convolution, done by longer transforms."""
    count = x.shape[-1]
    length = 1 << (2 * count - 2).bit_length()
    waves = _waves(np.arange(count, dtype=np.int64) ** 2, 2 * count, sign)
    kernel = np.zeros(length, dtype=np.complex128)
    kernel[:count] = waves.conj()
    kernel[length - count + 1 :] = kernel[1:count][::-1]
    spectrum = _constants(np.fft.fft(kernel) / length, _dtype(x))
    chirp = _constants(waves, _dtype(x))
    x = _each(multiply(x, chirp), lambda part: torch.nn.functional.pad(part, (0, length - count)))
    x = _transform(multiply(_transform(x, -1), spectrum), 1)
    return multiply(_each(x, lambda part: part.narrow(-1, 0, count)), chirp)


def _scale(x: Any, normalization: int, counts: Sequence[int]) -> Any:
    if normalization == _UNSCALED:
        return x
    total = math.prod(counts)
    factor = 1.0 / (math.sqrt(total) if normalization == _BY_ROOT else total)
    return _each(x, lambda part: part * factor)


def _wide(x: Pair | torch.Tensor) -> Pair | torch.Tensor:
    """16-bit floats as float32."""
    return _each(x, lambda part: part.to(torch.float32)) if _dtype(x) == torch.float16 else x


def _along(x: Pair | torch.Tensor, dim: int, transform: Callable) -> Any:
    found = transform(_each(x, lambda part: part.movedim(dim, -1)))
    return _each(found, lambda part: part.movedim(-1, dim))


def _complex_to_complex(x: Pair, dims: Sequence[int], normalization: int, forward: bool) -> Pair:
    counts = [x.shape[dim] for dim in dims]
    x = _wide(x)
    for dim in dims:
        x = _along(x, dim, lambda lane: _transform(lane, -1 if forward else 1))
    return _scale(x, normalization, counts)


def _real_to_complex(x: torch.Tensor, dims: Sequence[int], normalization: int, onesided: bool) -> Pair:
    counts = [x.shape[dim] for dim in dims]
    count = counts[-1]
    kept = count // 2 + 1 if onesided else count

    def transform(lane: torch.Tensor) -> Pair:
        if count <= _SHORT:
            return _table_product(lane, _waves(np.outer(np.arange(count), np.arange(kept)), count, -1))
        return _each(_transform(lane, -1), lambda part: part.narrow(-1, 0, kept))

    x = _along(_wide(x), dims[-1], transform)
    for dim in dims[:-1]:
        x = _along(x, dim, lambda lane: _transform(lane, -1))
    return _scale(x, normalization, counts)


def _complex_to_real(x: Pair, dims: Sequence[int], normalization: int, count: int) -> torch.Tensor:
    """The inverse of the one-sided transform; what a real signal cannot have in its spectrum is ignored."""
    counts = [*(x.shape[dim] for dim in dims[:-1]), count]
    x = _wide(x)
    for dim in dims[:-1]:
        x = _along(x, dim, lambda lane: _transform(lane, 1))

    def transform(lane: Pair) -> torch.Tensor:
        kept = count // 2 + 1
        lane = _each(lane, lambda part: part.narrow(-1, 0, kept))
        if count <= _SHORT:
            # The other half of the spectrum is this half's conjugate: twice the real part.
            table = _waves(np.outer(np.arange(kept), np.arange(count)), count, 1)
            table *= np.array([[1.0 if 2 * k in (0, count) else 2.0] for k in range(kept)])
            matrix = np.concatenate([table.real, -table.imag], 0)
            return _rows_product(torch.cat((lane.re, lane.im), -1), _constant(matrix, _dtype(lane)))
        other = _each(lane, lambda part: part.narrow(-1, 1, count - kept).flip(-1))
        whole = Pair(torch.cat((lane.re, other.re), -1), torch.cat((lane.im, -other.im), -1))
        return _transform(whole, 1).re

    return _scale(_along(x, dims[-1], transform), normalization, counts)


RULES: dict[Any, Callable] = {
    _aten._fft_c2c: _complex_to_complex,
    _aten._fft_c2r: _complex_to_real,
    _aten._fft_r2c: _real_to_complex,
}
