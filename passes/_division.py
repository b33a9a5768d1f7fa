"""Correctly rounded division and square root of f32, from operations that every device rounds correctly.

Both make an integer of 24 bits from an approximate result, and correct it by the exact remainder modulo 2^32.
Neither has ties: a quotient or a root of 24-bit numbers never lies halfway between two others. Subnormal
operands count as zero of their sign; so does a quotient that is subnormal after it is rounded to 24 bits.
"""

from collections.abc import Callable
from math import nan

from torch_mlir import ir

from ._bits import BIAS, DIGITS, FRACTION, INFINITY, TINY, flush_word, magnitude, number, sign, word, word_of
from ._scalar import Scalar, constant, int32, minimum, select

_ONE = word_of(1.0)


def _significand(word: Scalar) -> Scalar:
    """As an integer from 2^23 to 2^24."""
    return (word & FRACTION) | TINY


def _truncated(x: Scalar) -> Scalar:
    return x.to(int32())


def _one_if(condition: Scalar) -> Scalar:
    return select(condition, constant(int32(), 1), 0)


def _is_ordinary(size: Scalar) -> Scalar:
    return size.gt(0) & size.lt(INFINITY)


def approximate_reciprocal(x: Scalar) -> Scalar:
    """1 / x as the device has it: Vulkan lets it be wrong by 2.5 units in the last place."""
    return 1.0 / x


def divide(x: Scalar, y: Scalar, reciprocal: Callable[[Scalar], Scalar] = approximate_reciprocal) -> Scalar:
    """x / y.

    Args:
        reciprocal: Of a number from 1 to 2, wrong by at most 2^-21 of the result.
    """
    single = ir.F32Type.get()
    x, y = flush_word(word(x)), flush_word(word(y))
    x_size, y_size = magnitude(x), magnitude(y)
    result_sign = sign(x ^ y)

    # 2^23 numerator / denominator is from 2^23 to 2^24.
    numerator, denominator = _significand(x), _significand(y)
    is_less = numerator.lt(denominator)
    numerator = select(is_less, numerator << 1, numerator)
    inverse = reciprocal(number((y & FRACTION) | _ONE))
    quotient = _truncated(numerator.to(single) * inverse)
    # The remainder is of a few denominators: 32 bits hold it.
    remainder = (numerator << DIGITS) - quotient * denominator
    more = _truncated(remainder.to(single) * (inverse * 2.0**-DIGITS))
    quotient = quotient + more
    twice = (remainder - more * denominator) << 1
    quotient = quotient + _one_if(twice.gt(denominator)) - _one_if((twice + denominator).lt(0))

    exponent = (x_size >> DIGITS) - (y_size >> DIGITS) + select(is_less, constant(int32(), BIAS - 1), BIAS)
    size = (minimum(exponent, 255) << DIGITS) + (quotient - TINY)
    size = select(size.lt(TINY), constant(int32(), 0), minimum(size, INFINITY))

    # Of zeros, infinities and NaN: x times what stands for 1 / y.
    inverse = select(y_size.eq(0), constant(int32(), INFINITY), select(y_size.eq(INFINITY), constant(int32(), 0), _ONE))
    inverse = select(y_size.gt(INFINITY), y, inverse | sign(y))
    special = number(x) * number(inverse)
    return select(_is_ordinary(x_size) & _is_ordinary(y_size), number(size | result_sign), special)


def _inverse_root(x: Scalar) -> Scalar:
    """About 1 / sqrt(x), from the bits of x by three of Newton's steps; wrong by a few units in the last place."""
    root = number(0x5F375A86 - (word(x) >> 1))
    half = 0.5 * x
    for _ in range(3):
        root = root * (1.5 - (half * root) * root)
    return root


def square_root(x: Scalar) -> Scalar:
    """sqrt(x); NaN below zero."""
    single = ir.F32Type.get()
    x = flush_word(word(x))
    exponent = x >> DIGITS
    # x = m 4^k with m from 1 to 4.
    odd = (exponent & 1) ^ 1
    inverse = _inverse_root(number((x & FRACTION) + _ONE + (odd << DIGITS)))
    square = _significand(x) << odd  # m 2^23
    root = _truncated(square.to(single) * inverse)
    # The remainder is of a few roots: 32 bits hold it.
    remainder = (square << DIGITS) - root * root
    more = _truncated(remainder.to(single) * (inverse * 2.0 ** -(DIGITS + 1)))
    remainder = remainder - more * (root + root + more)
    root = root + more
    root = root + _one_if(remainder.gt(root)) - _one_if((remainder + root).lt(1))
    result = number((root - TINY) + (((exponent + BIAS) >> 1) << DIGITS))
    is_ordinary = x.gt(0) & x.lt(INFINITY)
    special = select(x.lt(0) & magnitude(x).gt(0), constant(single, nan), number(x))
    return select(is_ordinary, result, special)
