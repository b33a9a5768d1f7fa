"""f32 as its bits: sign, magnitude, and numbers made of words."""

from __future__ import annotations

import struct

from torch_mlir import ir
from torch_mlir.dialects import arith

from ._scalar import Scalar, constant, int32, select

SIGN = -(2**31)
MAGNITUDE = 2**31 - 1
FRACTION = 0x7FFFFF
INFINITY = 0x7F800000
#: Bits of the fraction, and what is added to exponents.
DIGITS, BIAS = 23, 127
#: The word of the smallest normal number.
TINY = 1 << DIGITS


def word_of(value: float) -> int:
    """The bits of a number that f32 has."""
    return struct.unpack("<i", struct.pack("<f", value))[0]


def word(x: Scalar) -> Scalar:
    """The bits of an f32, as i32."""
    return Scalar(arith.bitcast(int32(), x.value))


def number(word: Scalar) -> Scalar:
    """The f32 of these bits."""
    return Scalar(arith.bitcast(ir.F32Type.get(), word.value))


def negated(x: Scalar) -> Scalar:
    """-x by integer operations, which nothing takes for a part of a sum."""
    return number(word(x) ^ SIGN)


def magnitude(word: Scalar) -> Scalar:
    """The bits of |x|: i32 in the order of the numbers, with infinity behind them and then NaN."""
    return word & MAGNITUDE


def shift_signed(x: Scalar, count: int) -> Scalar:
    """Arithmetic shift to the right."""
    return Scalar(arith.shrsi(x.value, constant(x.type, count).value))


def flush_word(word: Scalar) -> Scalar:
    """`flush` of the bits."""
    return select(magnitude(word).lt(TINY), word & SIGN, word)


def flush(x: Scalar) -> Scalar:
    """The zero of x's sign where |x| < 2^-126, else x; integer operations only."""
    return number(flush_word(word(x)))
