"""Floats as their bits: sign, magnitude, and numbers made of words; f32 or f64 where nothing is said."""

from __future__ import annotations

import struct

from torch_mlir import ir
from torch_mlir.dialects import arith

from ._scalar import Scalar, constant, select

# Of f32.
SIGN = -(2**31)
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
    """The bits of a float, as an integer of its width."""
    return Scalar(arith.bitcast(ir.IntegerType.get_signless(x.type.width), x.value))


def number(word: Scalar) -> Scalar:
    """The float of these bits."""
    type_ = ir.F64Type.get() if word.type.width == 64 else ir.F32Type.get()
    return Scalar(arith.bitcast(type_, word.value))


def is_f32_or_f64(type_: ir.Type) -> bool:
    return isinstance(type_, ir.F32Type | ir.F64Type)


def layout(type_: ir.Type) -> tuple[int, int]:
    """Bits of the fraction of these floats, and what is added to their exponents."""
    return (52, 1023) if type_.width == 64 else (DIGITS, BIAS)


def _sign(word: Scalar) -> int:
    return -(2 ** (word.type.width - 1))


def negated(x: Scalar) -> Scalar:
    """-x by integer operations, which nothing takes for a part of a sum."""
    bits = word(x)
    return number(bits ^ _sign(bits))


def sign(word: Scalar) -> Scalar:
    """The highest bit alone."""
    return word & _sign(word)


def magnitude(word: Scalar) -> Scalar:
    """The bits of |x|: in the order of the numbers, with infinity behind them and then NaN."""
    return word & ~_sign(word)


def infinity(word: Scalar) -> int:
    """The bits of the infinity of these floats."""
    return 0x7FF << 52 if word.type.width == 64 else INFINITY


def shift_signed(x: Scalar, count: int) -> Scalar:
    """Arithmetic shift to the right."""
    return Scalar(arith.shrsi(x.value, constant(x.type, count).value))


def _power_of_two(exponent: Scalar, type_: ir.Type) -> Scalar:
    digits, bias = layout(type_)
    return number((exponent.to(ir.IntegerType.get_signless(type_.width)) + bias) << digits)


def times_power_of_two(x: Scalar, exponent: Scalar) -> Scalar:
    """`x * 2^exponent`, in two factors that do not overflow; |exponent| up to one and a half of what is added to exponents."""
    half = shift_signed(exponent, 1)
    return x * _power_of_two(half, x.type) * _power_of_two(exponent - half, x.type)


def flush_word(word: Scalar) -> Scalar:
    """`flush` of the bits of an f32."""
    return select(magnitude(word).lt(TINY), sign(word), word)


def flush(x: Scalar) -> Scalar:
    """Of an f32 the zero of x's sign where |x| < 2^-126, else x; integer operations only."""
    return number(flush_word(word(x)))
