"""Ops of `math`.

Those that round correctly, or not at all, have a meaning of their own. The others have one in the contract only as
the arithmetic that they are expanded to; where a module that is not exact still has them, they are float64's, rounded.
"""

import math

import numpy as np

from .element_types import dtype_of
from .integer_ops import unsigned
from .registry import UnknownOp, makes, step

_PLAIN = {
    "math.absf": np.abs,
    "math.copysign": np.copysign,
    "math.absi": np.abs,
    "math.isnan": np.isnan,
    "math.isinf": np.isinf,
    "math.isfinite": np.isfinite,
}

_INTEGRAL = {
    "math.floor": np.floor,
    "math.ceil": np.ceil,
    "math.trunc": np.trunc,
    "math.roundeven": np.rint,
    "math.round": lambda x: np.copysign(np.trunc(np.abs(x) + _half(x)), x),
}


def _half(x):
    """What is added before truncation; the largest number below 1/2 would round up to 1 with 1/2 itself."""
    return np.nextafter(np.asarray(x).dtype.type(0.5), np.asarray(x).dtype.type(0))


_erf = np.vectorize(math.erf, otypes=[np.float64])

_ROUNDED = {
    **{f"math.{name}": getattr(np, name) for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p")},
    **{f"math.{name}": getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "cbrt")},
    **{f"math.a{name}": getattr(np, f"arc{name}") for name in ("sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh")},
    "math.powf": np.power,
    "math.fpowi": np.power,
    "math.rsqrt": lambda x: 1 / np.sqrt(x),
    "math.erf": _erf,
    "math.erfc": lambda x: 1 - _erf(x),
}


@makes(*_PLAIN)
def _plain(op, compiler):
    return step(op, compiler, _PLAIN[op.name])


@makes(*_INTEGRAL)
def _integral(op, compiler):
    function, flushed = _INTEGRAL[op.name], compiler.float32.operand
    if dtype_of(op.operands[0].type) == np.float32:
        return step(op, compiler, lambda x: function(flushed(x)))
    return step(op, compiler, function)


@makes("math.sqrt")
def _sqrt(op, compiler):
    is_f32 = dtype_of(op.operands[0].type) == np.float32
    return step(op, compiler, compiler.float32.sqrt if is_f32 else np.sqrt)


@makes("math.fma")
def _fma(op, compiler):
    if dtype_of(op.operands[0].type) != np.float32:
        raise UnknownOp(op, "is known here for f32 only")
    return step(op, compiler, compiler.float32.fma)


@makes(*_ROUNDED)
def _rounded(op, compiler):
    if compiler.is_exact:
        raise UnknownOp(op, "has no exact meaning: it has to be expanded to arithmetic")
    function, dtype, note = _ROUNDED[op.name], dtype_of(op.results[0].type), compiler.float32.note

    def compute(*operands):
        return note(np.asarray(function(*[np.asarray(x).astype(np.float64) for x in operands])).astype(dtype))

    return step(op, compiler, compute)


def _leading_zeros(x: np.ndarray) -> np.ndarray:
    x = np.asarray(x)
    width, bits, found = 8 * x.dtype.itemsize, x.view(f"u{x.dtype}"), np.zeros(x.shape, np.int64)
    found += (bits == 0) * width
    for bit in range(width):
        is_first = (bits >> bits.dtype.type(bit)) == 1
        found = np.where(is_first, width - 1 - bit, found)
    return found.astype(x.dtype)


def _trailing_zeros(x: np.ndarray) -> np.ndarray:
    x = np.asarray(x)
    width = 8 * x.dtype.itemsize
    lowest = x & -x
    return np.where(x == 0, width, width - 1 - _leading_zeros(lowest)).astype(x.dtype)


_BITS = {"math.ctlz": _leading_zeros, "math.cttz": _trailing_zeros, "math.ctpop": lambda x: np.bitwise_count(unsigned(x))}


@makes(*_BITS)
def _bits(op, compiler):
    dtype = dtype_of(op.results[0].type)
    return step(op, compiler, lambda x: _BITS[op.name](x).astype(dtype))


@makes("math.ipowi")
def _ipowi(op, compiler):
    return step(op, compiler, _integer_power)


def _integer_power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """By squaring, modulo 2^width; a negative exponent gives 1 / base^-exponent, towards zero."""
    base, exponent = np.broadcast_arrays(base, exponent)
    result, square, left = np.ones_like(base), base.copy(), np.abs(exponent)
    while (left > 0).any():
        result = np.where(left & 1, result * square, result)
        square, left = square * square, left >> 1
    inverse = np.where(base == 1, 1, np.where(base == -1, result, 0))
    return np.where(exponent < 0, inverse, result).astype(base.dtype)
