"""The power of two floats as arithmetic on f32 and f64, within two units in the last place.

As in fdlibm's `e_pow.c`: the logarithm to base 2 in two floats, so that its product with the exponent keeps the
digits that the fraction of the result is made of. The high one of two floats is so short that products
of two are exact, whether or not the target fuses them with a sum.
"""

from math import inf, log, nan, sqrt

from torch_mlir.dialects import math

from ._bits import layout, number, times_power_of_two, word
from ._polynomials import polynomial, width
from ._scalar import Scalar, absolute, constant, exp, int32, maximum, minimum, select

_LN2 = log(2.0)

#: Terms of the series of atanh(s) / s - 1 in s^2, s up to (sqrt(2) - 1) / (sqrt(2) + 1): to 2^-33 and 2^-64.
_TERMS = {32: 6, 64: 12}

#: Bits that the high one of two floats does not use.
_UNUSED = {32: 12, 64: 27}

#: 2 / ln 2 as a short float and the rest, from 60 digits.
_SCALE = {32: (2.884765625, 0.0006244567779268147), 64: (2.885390043258667, 3.851925982253235e-08)}


def _high(x: Scalar) -> Scalar:
    """The first half of the digits."""
    return number(word(x) & -(2 ** _UNUSED[width(x)]))


def _log2(x: Scalar) -> tuple[Scalar, Scalar]:
    """Of a finite positive number, a short float and what is left."""
    digits, bias = layout(x.type)
    small = x.lt(2.0 ** (1 - bias))
    bits = word(select(small, x * 2.0 ** (digits + 1), x))
    exponent = (bits >> digits) - select(small, constant(bits.type, bias + digits + 1), bias)
    mantissa = number((bits & (2**digits - 1)) | (bias << digits))
    large = mantissa.gt(sqrt(2.0))
    mantissa = select(large, 0.5 * mantissa, mantissa)
    whole = select(large, exponent + 1, exponent).to(x.type)

    # log(m) = 2 atanh(s), s = (m - 1) / (m + 1), as a short float and the rest of the quotient.
    above, sum_ = mantissa - 1.0, mantissa + 1.0
    s = above / sum_
    s_high, sum_high = _high(s), _high(sum_)
    sum_low = mantissa - (sum_high - 1.0)
    s_low = ((above - s_high * sum_high) - s_high * sum_low) / sum_
    square = s * s
    terms = [1.0 / (2 * term + 1) for term in range(_TERMS[width(x)], 0, -1)]
    rest = s_low + s * (square * polynomial(square, terms))
    scale_high, scale_low = _SCALE[width(x)]
    high = scale_high * s_high
    low = scale_high * rest + scale_low * (s_high + rest)
    first = _high(whole + high + low)
    return first, ((whole - first) + high) + low


def _exp2(first: Scalar, rest: Scalar) -> Scalar:
    """Of the sum, in two factors that do not overflow."""
    end = 1.5 * layout(first.type)[1]
    sum_ = first + rest
    far = absolute(sum_).gt(end)
    first = select(far, minimum(maximum(sum_, -end), end), first)
    rest = select(far, constant(rest.type, 0.0), rest)
    sum_ = first + rest
    whole = (sum_ + select(sum_.lt(0.0), constant(sum_.type, -0.5), 0.5)).to(int32())
    fraction = (first - whole.to(first.type)) + rest
    return times_power_of_two(exp(_LN2 * fraction), whole)


def _size(x: Scalar, exponent: Scalar) -> Scalar:
    """`x ^ exponent` of a positive x; neither is NaN."""
    # Beyond, the result is 0, 1 or infinite, as it is here.
    end = 2.0 ** (33 if width(x) == 32 else 65)
    exponent = minimum(maximum(exponent, -end), end)
    high, low = _log2(select(x.gt(0.0), select(x.lt(inf), x, 1.0), 1.0))
    exponent_high = _high(exponent)
    size = _exp2(exponent_high * high, (exponent - exponent_high) * high + exponent * low)
    falls = exponent.lt(0.0)
    zero, infinite = constant(x.type, 0.0), constant(x.type, inf)
    size = select(x.eq(0.0), select(falls, infinite, zero), size)
    return select(x.eq(inf), select(falls, zero, infinite), size)


def power(x: Scalar, exponent: Scalar) -> Scalar:
    """As C's `pow`: of a negative x where the exponent is a whole number, 1 where it is 0 or x is 1."""
    are_numbers = x.eq(x) & exponent.eq(exponent)
    known = select(are_numbers, exponent, 1.0)
    size = _size(absolute(select(are_numbers, x, 1.0)), known)
    floor = Scalar(math.floor(known.value))
    half = 0.5 * known
    is_whole, is_odd = floor.eq(known), floor.eq(known) & half.ne(Scalar(math.floor(half.value)))
    is_negative = word(x).lt(0)
    value = select(is_negative & is_odd, -size, size)
    value = select(x.lt(0.0) & x.gt(-inf) & is_whole.eq(0), constant(x.type, nan), value)
    value = select(are_numbers, value, x + exponent)
    return select(x.eq(1.0), constant(x.type, 1.0), select(exponent.eq(0.0), constant(x.type, 1.0), value))


#: Exponents whose powers are products, quotients and roots, as PyTorch computes them.
SHORT = {
    -2.0: lambda x: 1.0 / (x * x),
    -1.0: lambda x: 1.0 / x,
    -0.5: lambda x: 1.0 / Scalar(math.sqrt(x.value)),
    0.0: lambda x: constant(x.type, 1.0),
    0.5: lambda x: Scalar(math.sqrt(x.value)),
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
    4.0: lambda x: (x * x) * (x * x),
}
